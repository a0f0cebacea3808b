import type { DuckDBConnection } from '@duckdb/node-api';
import { inOrder, type Result, type ResultKind, tagsKey } from '../results.ts';
import { rows } from './query.ts';
import { appendTo } from './table-rows.ts';

/** One row a result: tags as a JSON list of pairs in order, fields as a JSON object. */
export const RESULTS_TABLE = 'CREATE TABLE IF NOT EXISTS results(measurement VARCHAR, time BIGINT, tags VARCHAR, fields VARCHAR)';

/** Stores results in one transaction, each in the place of the one of its time and tags. */
export async function writeResults(connection: DuckDBConnection, results: readonly Result[]): Promise<void> {
  const last = new Map(results.map((one) => [`${one.measurement} ${one.timeMs} ${tagsKey(one.tags)}`, one]));
  await connection.run('BEGIN');
  try {
    await connection.run('CREATE OR REPLACE TEMP TABLE fresh AS FROM results LIMIT 0');
    await appendTo(connection, 'fresh', (appender) => {
      for (const { measurement, timeMs, tags, fields } of last.values()) {
        const known = Object.entries(fields).filter(([, value]) => Number.isFinite(value));
        appender.appendVarchar(measurement);
        appender.appendBigInt(BigInt(timeMs));
        appender.appendVarchar(tagsKey(tags));
        appender.appendVarchar(JSON.stringify(Object.fromEntries(known)));
        appender.endRow();
      }
    });
    await connection.run(
      'DELETE FROM results USING fresh WHERE results.measurement = fresh.measurement AND results.time = fresh.time AND results.tags = fresh.tags',
    );
    await connection.run('INSERT INTO results FROM fresh');
    await connection.run('DROP TABLE fresh');
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

export async function readResults(connection: DuckDBConnection, measurement: ResultKind, fromMs: number, toMs: number): Promise<Result[]> {
  const found = await rows(connection, 'SELECT time::DOUBLE, tags, fields FROM results WHERE measurement = ? AND time >= ? AND time < ?', [
    measurement,
    BigInt(Math.ceil(fromMs)),
    BigInt(Math.ceil(toMs)),
  ]);
  return inOrder(
    found.map(([timeMs, tags, fields]) => ({
      measurement,
      timeMs: timeMs as number,
      tags: Object.fromEntries(JSON.parse(String(tags)) as [string, string][]),
      fields: JSON.parse(String(fields)) as Record<string, number>,
    })),
  );
}
