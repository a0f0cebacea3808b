import type { DuckDBConnection } from '@duckdb/node-api';
import type { Readings } from '../../sample/hour.ts';
import { GrowingColumns } from './columns.ts';
import { eachChunk, rows } from './query.ts';

/** The largest time of an ECMAScript date; an open end of a span goes no further. */
const END_OF_TIME = 8.64e15;
/** A time as SQL takes it. */
export const bound = (timeMs: number): number => Math.ceil(Math.min(Math.max(timeMs, -END_OF_TIME), END_OF_TIME));

/** Samples of several channels over [fromMs, toMs), channel by channel; the columns are the callee's only until it returns. */
export async function eachColumns(
  connection: DuckDBConnection,
  ids: readonly number[],
  fromMs: number,
  toMs: number,
  visit: (id: number, columns: Readings) => void,
): Promise<void> {
  const sql = `SELECT channel, time::DOUBLE, coalesce(value, 'nan'::DOUBLE), quality, reason, origin FROM samples
    WHERE time >= ${bound(fromMs)} AND time < ${bound(toMs)} AND channel IN (${ids.join(', ')}) ORDER BY channel, time`;
  let current = -1;
  const columns = new GrowingColumns();
  for await (const chunk of eachChunk(connection, sql)) {
    const [channel, time, value, quality, reason, origin] = Array.from({ length: 6 }, (_, k) => chunk.getColumnVector(k));
    const { rowCount } = chunk;
    for (let i = 0; i < rowCount; i += 1) {
      const id = channel!.getItem(i) as number;
      if (id !== current) {
        if (columns.length > 0) visit(current, columns.view());
        columns.clear();
        current = id;
      }
      columns.push(
        time!.getItem(i) as number,
        value!.getItem(i) as number,
        quality!.getItem(i) as number,
        reason!.getItem(i) as number,
        origin!.getItem(i) as number,
      );
    }
  }
  if (columns.length > 0) visit(current, columns.view());
}

/** Samples of one channel over [fromMs, toMs). */
export async function readColumns(connection: DuckDBConnection, id: number, fromMs: number, toMs: number): Promise<Readings> {
  const [found] = await readAll(connection, [id], fromMs, toMs);
  return found!;
}

/** Samples over [fromMs, toMs) of as many channels, from the first on, as hold at most `most` together; of one at least. */
export async function readFirstColumns(
  connection: DuckDBConnection,
  ids: readonly number[],
  fromMs: number,
  toMs: number,
  most: number,
): Promise<readonly Readings[]> {
  const counted = await rows(
    connection,
    `SELECT channel, count(*)::DOUBLE FROM samples WHERE time >= ${bound(fromMs)} AND time < ${bound(toMs)} GROUP BY channel`,
  );
  const counts = new Map(counted.map(([id, count]) => [Number(id), Number(count)]));
  let [sum, end] = [0, 0];
  while (end < ids.length) {
    sum += counts.get(ids[end]!) ?? 0;
    if (end > 0 && sum > most) break;
    end += 1;
  }
  return readAll(connection, ids.slice(0, end), fromMs, toMs);
}

async function readAll(connection: DuckDBConnection, ids: readonly number[], fromMs: number, toMs: number): Promise<readonly Readings[]> {
  const found = new Map<number, Readings>();
  if (ids.length > 0) {
    await eachColumns(connection, ids, fromMs, toMs, (id, { timeMs, value, quality, reason, origin }) => {
      const own = {
        timeMs: timeMs.slice(),
        value: value.slice(),
        quality: quality.slice(),
        reason: reason.slice(),
        origin: origin.slice(),
      };
      found.set(id, own);
    });
  }
  return ids.map((id) => found.get(id) ?? new GrowingColumns().view());
}
