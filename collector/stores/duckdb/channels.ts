import { DOUBLE, type DuckDBConnection, DuckDBDataChunk, INTEGER } from '@duckdb/node-api';
import { reasonOf } from '../../sample/reason.ts';
import { ORIGIN_CODE, type Origin, QUALITY_CODE, type Quality, type Sample } from '../../sample/sample.ts';
import { eachNumberRow, rows } from './query.ts';

const CHUNK_ROWS = 2048;

/** What is known of a stored channel without asking the file: its number, its span, its newest sample. */
export interface StoredChannel {
  readonly id: number;
  readonly name: string;
  firstMs: number;
  lastMs: number;
  count: number;
  /** Rises when a sample arrives that is not newer than all before it: what was computed from the samples may no longer hold. */
  revision: number;
  last: { value: number; quality: number; reason: number; origin: number };
}

export function newChannel(id: number, name: string): StoredChannel {
  const last = { value: Number.NaN, quality: 0, reason: 0, origin: 0 };
  return { id, name, firstMs: Number.POSITIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY, count: 0, revision: 0, last };
}

/**
 * One row a channel that says what `StoredChannel` does, brought up to date in the transaction that stores its samples: opening a file
 * does not count what is in it.
 */
export const HEADS_TABLE = `CREATE TABLE IF NOT EXISTS heads(channel INTEGER, first DOUBLE, last DOUBLE, count DOUBLE,
  value DOUBLE, quality INTEGER, reason INTEGER, origin INTEGER)`;
const TYPES = [INTEGER, DOUBLE, DOUBLE, DOUBLE, DOUBLE, INTEGER, INTEGER, INTEGER];

/** The median of the channels' newest times: one device whose clock is wrong does not say what time it is. 0 where there are none. */
export function newestOf(channels: Iterable<StoredChannel>): number {
  const times = Array.from(channels, ({ lastMs }) => lastMs).sort((a, b) => a - b);
  return times[times.length >> 1] ?? 0;
}

/** Counts every channel's samples: what a file of format 1 does not keep. */
export async function countHeads(connection: DuckDBConnection): Promise<void> {
  await connection.run(`INSERT INTO heads SELECT channel, min(time)::DOUBLE, max(time)::DOUBLE, count(*)::DOUBLE,
    coalesce(arg_max(coalesce(value, 'nan'::DOUBLE), time), 'nan'), arg_max(quality, time)::INTEGER, arg_max(reason, time)::INTEGER,
    arg_max(origin, time)::INTEGER FROM samples GROUP BY channel`);
}

/** The channels of a file, by name. */
export async function readChannels(connection: DuckDBConnection): Promise<Map<string, StoredChannel>> {
  const byId = new Map<number, StoredChannel>();
  for (const [id, name] of await rows(connection, 'SELECT id, name FROM channels ORDER BY id')) {
    byId.set(Number(id), newChannel(Number(id), String(name)));
  }
  await eachNumberRow(connection, 'FROM heads', (row) => {
    const [id, firstMs, lastMs, count, value, quality, reason, origin] = row;
    const channel = byId.get(id!)!;
    Object.assign(channel, { firstMs, lastMs, count, last: { value, quality, reason, origin } });
  });
  return new Map([...byId.values()].map((channel) => [channel.name, channel]));
}

/** Brings the heads of channels up to date, within the transaction that stores their samples. */
export async function keepHeads(connection: DuckDBConnection, touched: readonly StoredChannel[]): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE touched AS FROM heads LIMIT 0');
  const appender = await connection.createAppender('touched');
  try {
    for (let from = 0; from < touched.length; from += CHUNK_ROWS) {
      const part = touched.slice(from, from + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create(TYPES, part.length);
      chunk.setRows(
        part.map(({ id, firstMs, lastMs, count, last }) => {
          return [id, firstMs, lastMs, count, last.value, last.quality, last.reason, last.origin];
        }),
      );
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
  await connection.run(`UPDATE heads SET first = t.first, last = t.last, count = t.count, value = t.value, quality = t.quality,
    reason = t.reason, origin = t.origin FROM touched AS t WHERE heads.channel = t.channel`);
  await connection.run('INSERT INTO heads FROM touched AS t WHERE NOT EXISTS (FROM heads WHERE heads.channel = t.channel)');
}

const QUALITIES = Object.keys(QUALITY_CODE) as Quality[];
const ORIGINS = Object.keys(ORIGIN_CODE) as Origin[];

/** The newest sample of a channel. What it was decoded from stays in the journal. */
export function lastSample({ name, lastMs, last }: StoredChannel): Sample {
  return {
    channel: name,
    timeMs: lastMs,
    value: Number.isNaN(last.value) ? null : last.value,
    quality: QUALITIES[last.quality]!,
    reason: reasonOf(last.reason),
    origin: ORIGINS[last.origin]!,
    raw: null,
  };
}
