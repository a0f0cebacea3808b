import type { DuckDBConnection } from '@duckdb/node-api';
import { reasonOf } from '../../sample/reason.ts';
import { ORIGIN_CODE, type Origin, QUALITY_CODE, type Quality, type Sample } from '../../sample/sample.ts';
import { eachNumberRow, rows } from './query.ts';

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

/** The channels of a file, by name. */
export async function readChannels(connection: DuckDBConnection): Promise<Map<string, StoredChannel>> {
  const byId = new Map<number, StoredChannel>();
  for (const [id, name] of await rows(connection, 'SELECT id, name FROM channels ORDER BY id')) {
    byId.set(Number(id), newChannel(Number(id), String(name)));
  }
  await eachNumberRow(
    connection,
    `SELECT channel, min(time)::DOUBLE, max(time)::DOUBLE, count(*)::DOUBLE, coalesce(arg_max(coalesce(value, 'nan'::DOUBLE), time), 'nan'),
       arg_max(quality, time), arg_max(reason, time), arg_max(origin, time) FROM samples GROUP BY channel`,
    ([id, firstMs, lastMs, count, value, quality, reason, origin]) => {
      const channel = byId.get(id!)!;
      Object.assign(channel, { firstMs, lastMs, count, last: { value, quality, reason, origin } });
    },
  );
  return new Map([...byId.values()].map((channel) => [channel.name, channel]));
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
