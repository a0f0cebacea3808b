import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';

/** All rows of a small result. */
export async function rows(connection: DuckDBConnection, sql: string, values: DuckDBValue[] = []): Promise<DuckDBValue[][]> {
  return (await connection.runAndReadAll(sql, values)).getRows();
}

/** What a question brings, piece by piece: the file is read for the next one while one is looked at. */
export async function* eachChunk(connection: DuckDBConnection, sql: string): AsyncGenerator<DuckDBDataChunk, undefined> {
  const result = await connection.stream(sql);
  let next = result.fetchChunk();
  try {
    for (let chunk = await next; chunk !== null && chunk.rowCount > 0; chunk = await next) {
      next = result.fetchChunk();
      yield chunk;
    }
  } finally {
    // Whoever looks at no more of it may close the connection.
    await next.catch(() => undefined);
  }
}

/** Calls `visit` with each row of a result whose columns are all numbers without NULL; of one type they are read faster. */
export async function eachNumberRow(connection: DuckDBConnection, sql: string, visit: (row: Float64Array) => void): Promise<void> {
  for await (const chunk of eachChunk(connection, sql)) {
    const { columnCount, rowCount } = chunk;
    const columns = Array.from({ length: columnCount }, (_, k) => chunk.getColumnVector(k));
    const row = new Float64Array(columnCount);
    for (let i = 0; i < rowCount; i += 1) {
      for (let k = 0; k < row.length; k += 1) row[k] = columns[k]!.getItem(i) as number;
      visit(row);
    }
  }
}
