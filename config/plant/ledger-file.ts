import readExcelFile from 'read-excel-file/node';
import writeExcelFile from 'write-excel-file/node';
import { Fault, Faults } from '../words/fault.ts';
import type { Sheet } from './ledger.ts';
import type { Cell } from './ledger-columns.ts';
import { LEDGER_COLUMNS } from './ledger-columns.ts';

/** Write the ledger's sheets as an .xlsx workbook, the heading row bold and fixed. */
export async function writeLedgerFile(path: string, sheets: readonly Sheet[]): Promise<void> {
  const book = sheets.map(({ name, rows }) => ({
    sheet: name,
    data: rows.map((row, index) =>
      row.map((value) => (value === null ? null : { value, type: String, ...(index === 0 ? { fontWeight: 'bold' as const } : {}) })),
    ),
    columns: LEDGER_COLUMNS.map(({ width }) => ({ width })),
    stickyRowsCount: 1,
  }));
  await writeExcelFile(book).toFile(path);
}

/**
 * The first sheet of an .xlsx workbook as rows.
 *
 * @throws Faults where the file is no workbook.
 */
export async function readLedgerFile(path: string): Promise<Sheet> {
  try {
    const [first] = await readExcelFile(path);
    if (first === undefined) throw new Error('no sheet');
    return { name: first.sheet, rows: first.data as readonly (readonly Cell[])[] };
  } catch (cause) {
    const fault = {
      code: 'ledger.file',
      place: path,
      zh: '读不到这个台账文件；需要 .xlsx 工作簿',
      en: 'cannot read this ledger; an .xlsx workbook is needed',
    };
    throw new Faults([new Fault({ ...fault, cause })]);
  }
}
