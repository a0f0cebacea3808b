import { BOOLEAN, DOUBLE, DuckDBDataChunk, DuckDBInstance, type DuckDBType, type DuckDBValue, VARCHAR } from '@duckdb/node-api';

type Cell = string | number | boolean | null | undefined;
const CHUNK_ROWS = 2048;

/**
 * Writes a small table as one Parquet file. A column of numbers becomes DOUBLE, of truths BOOLEAN, anything else text; an empty text and
 * what is missing or not finite become null. Of names that differ in case alone (u, U) the later ones are numbered: u, U_2.
 */
export async function writeParquet(path: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): Promise<void> {
  const types = columns.map((_, at) => typeOf(rows.map((row) => row[at])));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '256MB' });
  const connection = await instance.connect();
  try {
    const fields = distinct(columns).map((name, at) => `"${name.replaceAll('"', '""')}" ${types[at]!.toString()}`);
    await connection.run(`CREATE TABLE t(${fields.join(', ')})`);
    const appender = await connection.createAppender('t');
    for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
      const part = rows.slice(from, from + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create(types, part.length);
      for (const [at, type] of types.entries())
        chunk.setColumnValues(
          at,
          part.map((row) => cell(row[at], type)),
        );
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
    appender.closeSync();
    await connection.run(`COPY t TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name.toLowerCase()) ?? 0) + 1;
    seen.set(name.toLowerCase(), times);
    return times === 1 ? name : `${name}_${times}`;
  });
}

function typeOf(values: readonly Cell[]): DuckDBType {
  const known = values.filter((value) => value !== null && value !== undefined && value !== '');
  if (known.length > 0 && known.every((value) => typeof value === 'number')) return DOUBLE;
  if (known.length > 0 && known.every((value) => typeof value === 'boolean')) return BOOLEAN;
  return VARCHAR;
}

function cell(value: Cell, type: DuckDBType): DuckDBValue {
  if (value === null || value === undefined || value === '') return null;
  if (type === DOUBLE) return Number.isFinite(value) ? value : null;
  return type === BOOLEAN ? value : String(value);
}
