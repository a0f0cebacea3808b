import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Channels whose readings differ between two folders of exported Parquet files, at most `limit`: a reading that one of them has and the
 * other has not, or has otherwise.
 */
export async function sampleDifferences(told: string, made: string, limit = 20): Promise<readonly string[]> {
  const [a, b] = [await parquetIn(told), await parquetIn(made)];
  if (a.length === 0 || b.length === 0) return a.length === b.length ? [] : ['*'];
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '512MB' });
  const connection = await instance.connect();
  const list = (paths: readonly string[]) => `[${paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ')}]`;
  const rows = (paths: readonly string[]) => `SELECT * FROM read_parquet(${list(paths)}, hive_partitioning = false)`;
  try {
    const sql = `SELECT DISTINCT channel FROM ((${rows(a)} EXCEPT ALL ${rows(b)}) UNION ALL (${rows(b)} EXCEPT ALL ${rows(a)})) ORDER BY 1 LIMIT ${limit}`;
    const result = await connection.runAndReadAll(sql);
    return result.getRows().map(([channel]) => String(channel));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function parquetIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names
    .filter((name) => name.endsWith('.parquet'))
    .sort()
    .map((name) => join(folder, name));
}
