import { BIGINT, DOUBLE, type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk, INTEGER, UTINYINT } from '@duckdb/node-api';
import type { JournalGroup } from '../../journal/record.ts';
import { HOUR_MS, hourOf } from '../../sample/hour.ts';
import { REASON_CODE } from '../../sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE } from '../../sample/sample.ts';
import { samplesOf } from '../rows.ts';
import { keepHeads, newChannel, type StoredChannel } from './channels.ts';

const TYPES = [INTEGER, BIGINT, DOUBLE, UTINYINT, UTINYINT, UTINYINT];
const CHUNK_ROWS = 2048;

/** Rows on their way into a table of the samples' form. */
class Rows {
  readonly channel: number[] = [];
  readonly time: number[] = [];
  readonly value: (number | null)[] = [];
  readonly quality: number[] = [];
  readonly reason: number[] = [];
  readonly origin: number[] = [];

  push(channel: number, time: number, value: number | null, quality: number, reason: number, origin: number): void {
    this.channel.push(channel);
    this.time.push(time);
    this.value.push(value);
    this.quality.push(quality);
    this.reason.push(reason);
    this.origin.push(origin);
  }

  appendTo(appender: DuckDBAppender): void {
    for (let from = 0; from < this.time.length; from += CHUNK_ROWS) {
      const to = Math.min(from + CHUNK_ROWS, this.time.length);
      const chunk = DuckDBDataChunk.create(TYPES, to - from);
      chunk.setColumnValues(0, this.channel.slice(from, to));
      chunk.setColumnValues(1, this.time.slice(from, to).map(BigInt));
      chunk.setColumnValues(2, this.value.slice(from, to));
      chunk.setColumnValues(3, this.quality.slice(from, to));
      chunk.setColumnValues(4, this.reason.slice(from, to));
      chunk.setColumnValues(5, this.origin.slice(from, to));
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  }
}

/**
 * Stores groups in one transaction with the cursor: after a crash either all of them are there or none.
 *
 * A sample newer than its channel's newest is appended. Any other (late, redelivered, imported again) replaces what stands at its
 * channel and time, so the last record in the journal counts, and takes the partials of its hour and of the hours beside it away.
 *
 * @param channels brought up to date once the transaction holds.
 */
export async function writeGroups(
  connection: DuckDBConnection,
  channels: Map<string, StoredChannel>,
  groups: readonly JournalGroup[],
): Promise<void> {
  const fresh = new Rows();
  const late = new Map<string, readonly [number, number, number | null, number, number, number]>();
  const touched = new Map<string, StoredChannel>();
  const created: StoredChannel[] = [];
  for (const { channel: name, timeMs, value, quality, reason, origin } of samplesOf(groups)) {
    let channel = touched.get(name);
    if (channel === undefined) {
      const known = channels.get(name);
      channel = known ? { ...known } : newChannel(channels.size + created.length, name);
      if (!known) created.push(channel);
      touched.set(name, channel);
    }
    const [q, r, o] = [QUALITY_CODE[quality], REASON_CODE[reason], ORIGIN_CODE[origin]];
    if (timeMs > channel.lastMs) {
      fresh.push(channel.id, timeMs, value, q, r, o);
      channel.count += 1;
    } else {
      late.set(`${channel.id} ${timeMs}`, [channel.id, timeMs, value, q, r, o]);
      channel.revision += 1;
    }
    if (timeMs >= channel.lastMs) {
      channel.lastMs = timeMs;
      channel.last = { value: value ?? Number.NaN, quality: q, reason: r, origin: o };
    }
    if (timeMs < channel.firstMs) channel.firstMs = timeMs;
  }

  await connection.run('BEGIN');
  try {
    for (const { id, name } of created) await connection.run('INSERT INTO channels VALUES (?, ?)', [id, name]);
    if (fresh.time.length > 0) await append(connection, 'samples', fresh);
    if (late.size > 0) await replace(connection, late.values(), [...touched.values()]);
    await keepHeads(connection, [...touched.values()]);
    await connection.run('UPDATE cursor SET seq = ?', [BigInt(groups.at(-1)!.seq)]);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
  for (const [name, channel] of touched) channels.set(name, channel);
}

async function append(connection: DuckDBConnection, table: string, data: Rows): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    data.appendTo(appender);
  } finally {
    appender.closeSync();
  }
}

async function replace(
  connection: DuckDBConnection,
  late: Iterable<readonly [number, number, number | null, number, number, number]>,
  touched: readonly StoredChannel[],
): Promise<void> {
  const data = new Rows();
  for (const row of late) data.push(...row);
  await connection.run('CREATE OR REPLACE TEMP TABLE late AS FROM samples LIMIT 0');
  await append(connection, 'late', data);
  const [fromMs, toMs] = data.time.reduce(
    ([min, max], t) => [Math.min(min, t), Math.max(max, t)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const within = `time BETWEEN ${fromMs} AND ${toMs}`;
  const removed = await connection.run(
    `DELETE FROM samples USING late WHERE samples.channel = late.channel AND samples.time = late.time AND samples.${within}`,
  );
  await connection.run('INSERT INTO samples FROM late');
  await connection.run(
    `DELETE FROM partials USING (SELECT DISTINCT channel, time // ${HOUR_MS} * ${HOUR_MS} AS hour FROM late) AS l
       WHERE partials.channel = l.channel AND partials.hour BETWEEN l.hour - ${HOUR_MS} AND l.hour + ${HOUR_MS}
         AND partials.hour BETWEEN ${hourOf(fromMs) - HOUR_MS} AND ${hourOf(toMs) + HOUR_MS}`,
  );
  if (removed.rowsChanged !== data.time.length) await recount(connection, touched);
  await connection.run('DROP TABLE late');
}

async function recount(connection: DuckDBConnection, touched: readonly StoredChannel[]): Promise<void> {
  const ids = touched.map(({ id }) => id).join(', ');
  const counted = await connection.runAndReadAll(
    `SELECT channel, count(*)::INTEGER FROM samples WHERE channel IN (${ids}) GROUP BY channel`,
  );
  const counts = new Map(counted.getRows().map(([id, count]) => [id as number, count as number]));
  for (const channel of touched) channel.count = counts.get(channel.id) ?? 0;
}
