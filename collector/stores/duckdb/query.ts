import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

/** All rows of a small result. */
export async function rows(connection: DuckDBConnection, sql: string, values: DuckDBValue[] = []): Promise<DuckDBValue[][]> {
  return (await connection.runAndReadAll(sql, values)).getRows();
}

/** Calls `visit` with each row of a result whose columns are all numbers without NULL; of one type they are read faster. */
export async function eachNumberRow(connection: DuckDBConnection, sql: string, visit: (row: Float64Array) => void): Promise<void> {
  const result = await connection.stream(sql);
  const row = new Float64Array(result.columnCount);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const columns = Array.from({ length: chunk.columnCount }, (_, k) => chunk!.getColumnVector(k));
    const { rowCount } = chunk;
    for (let i = 0; i < rowCount; i += 1) {
      for (let k = 0; k < row.length; k += 1) row[k] = columns[k]!.getItem(i) as number;
      visit(row);
    }
  }
}
