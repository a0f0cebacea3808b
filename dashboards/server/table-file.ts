import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import writeExcelFile from 'write-excel-file/node';
import { writeParquet } from '../../collector/stores/duckdb/table.ts';
import { csvOf, type Table } from './csv.ts';

/** Media types of the files that a table can be had as. */
export const TABLE_TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  parquet: 'application/vnd.apache.parquet',
} as const;
export type TableFormat = keyof typeof TABLE_TYPES;
export const isTableFormat = (format: unknown): format is TableFormat => typeof format === 'string' && Object.hasOwn(TABLE_TYPES, format);

/** A table as a file. Numbers stay numbers; nothing stands where a value is missing. */
export async function fileOf(table: Table, format: TableFormat): Promise<string | Buffer> {
  if (format === 'csv') return csvOf(table);
  if (format === 'xlsx') return workbookOf(table);
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-table-'));
  try {
    const path = join(folder, 'table.parquet');
    await writeParquet(path, table.columns, table.rows);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Texts are written as texts, so that none can be a formula. */
function workbookOf({ columns, rows }: Table): Promise<Buffer> {
  const head = columns.map((value) => ({ value, type: String, fontWeight: 'bold' as const }));
  const body = rows.map((row) =>
    row.map((value) => {
      if (value === null || value === undefined || value === '') return null;
      if (typeof value === 'number') return Number.isFinite(value) ? { value, type: Number } : null;
      return typeof value === 'boolean' ? { value, type: Boolean } : { value, type: String };
    }),
  );
  return writeExcelFile([{ sheet: 'liangheng', data: [head, ...body], stickyRowsCount: 1 }]).toBuffer();
}
