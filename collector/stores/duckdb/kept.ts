import { BIGINT, DOUBLE, type DuckDBConnection, DuckDBDataChunk, type DuckDBValue, INTEGER, VARCHAR } from '@duckdb/node-api';
import type { CounterEvent, HourPartial } from '../../sample/partial.ts';
import { eachNumberRow, rows } from './query.ts';

/** An hour partial that is kept in the file. A late sample takes it away. */
export interface KeptPartial {
  readonly channel: number;
  /** See `specHash`. */
  readonly spec: number;
  readonly partial: HourPartial;
  /** Number of the channel's samples for which it holds, null where no new sample can change it. */
  readonly count: number | null;
}

/** Numbers of a partial in the order of their columns. */
const NUMBERS = [
  'firstMs',
  'firstValue',
  'lastMs',
  'lastValue',
  'rise',
  'integral',
  'coveredMs',
  'min',
  'max',
  'sumSquares',
  'sum',
] as const satisfies readonly (keyof HourPartial)[];
const COUNTS = ['good', 'suspect', 'origins'] as const satisfies readonly (keyof HourPartial)[];
const TYPES = [INTEGER, BIGINT, BIGINT, ...NUMBERS.map(() => DOUBLE), ...COUNTS.map(() => INTEGER), VARCHAR, DOUBLE];
const CHUNK_ROWS = 2048;

export const KEPT_TABLE = `CREATE TABLE IF NOT EXISTS partials(channel INTEGER, spec BIGINT, hour BIGINT,
  ${NUMBERS.map((name) => `"${name}" DOUBLE`).join(', ')}, ${COUNTS.map((name) => `"${name}" INTEGER`).join(', ')}, details VARCHAR, samples DOUBLE)`;

/** The few things that are no numbers, as JSON; NULL where there are none, which is the rule. */
interface Details {
  readonly missing: Readonly<Record<number, number>>;
  readonly events: readonly CounterEvent[];
}

/**
 * Reads what is kept of hours in [from, to).
 *
 * @param nameOf name of a channel whose partials of this spec are wanted, undefined for others.
 */
export async function readKept(
  connection: DuckDBConnection,
  ids: readonly number[],
  from: number,
  to: number,
  nameOf: (channel: number, spec: number) => string | undefined,
  visit: (kept: KeptPartial) => void,
): Promise<void> {
  if (ids.length === 0) return;
  const where = `hour >= ${from} AND hour < ${to} AND channel IN (${ids.join(', ')})`;
  const details = new Map<string, Details>();
  for (const [channel, spec, hour, text] of await rows(
    connection,
    `SELECT channel, spec::DOUBLE, hour::DOUBLE, details FROM partials WHERE ${where} AND details IS NOT NULL`,
  )) {
    details.set(`${channel} ${spec} ${hour}`, JSON.parse(String(text)) as Details);
  }
  const numbers = [...NUMBERS.map((name) => `"${name}"`), ...COUNTS.map((name) => `"${name}"::DOUBLE`)].join(', ');
  await eachNumberRow(
    connection,
    `SELECT channel::DOUBLE, spec::DOUBLE, hour::DOUBLE, ${numbers}, coalesce(samples, -1) FROM partials WHERE ${where}`,
    (row) => {
      const [channel, spec, hourMs] = [row[0]!, row[1]!, row[2]!];
      const name = nameOf(channel, spec);
      if (name === undefined) return;
      const more = details.size === 0 ? undefined : details.get(`${channel} ${spec} ${hourMs}`);
      const partial: HourPartial = {
        channel: name,
        hourMs,
        firstMs: row[3]!,
        firstValue: row[4]!,
        lastMs: row[5]!,
        lastValue: row[6]!,
        rise: row[7]!,
        integral: row[8]!,
        coveredMs: row[9]!,
        min: row[10]!,
        max: row[11]!,
        sumSquares: row[12]!,
        sum: row[13]!,
        good: row[14]!,
        suspect: row[15]!,
        origins: row[16]!,
        missing: more?.missing ?? {},
        events: more?.events ?? [],
      };
      visit({ channel, spec, partial, count: row[17]! < 0 ? null : row[17]! });
    },
  );
}

/** Keeps partials in the file. What is kept of the same channel and hour, for this spec or another, goes. */
export async function keepPartials(connection: DuckDBConnection, kept: readonly KeptPartial[]): Promise<void> {
  await connection.run('BEGIN');
  try {
    await connection.run('CREATE OR REPLACE TEMP TABLE computed AS FROM partials LIMIT 0');
    const appender = await connection.createAppender('computed');
    try {
      for (let from = 0; from < kept.length; from += CHUNK_ROWS) {
        const part = kept.slice(from, from + CHUNK_ROWS);
        const chunk = DuckDBDataChunk.create(TYPES, part.length);
        chunk.setRows(part.map(rowOf));
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
    } finally {
      appender.closeSync();
    }
    await connection.run('DELETE FROM partials USING computed WHERE partials.channel = computed.channel AND partials.hour = computed.hour');
    await connection.run('INSERT INTO partials FROM computed');
    await connection.run('DROP TABLE computed');
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function rowOf({ channel, spec, partial, count }: KeptPartial): DuckDBValue[] {
  const { missing, events } = partial;
  const plain = events.length === 0 && Object.keys(missing).length === 0;
  const details = plain ? null : JSON.stringify({ missing, events } satisfies Details);
  const numbers = [...NUMBERS.map((n) => partial[n]), ...COUNTS.map((n) => partial[n])];
  return [channel, BigInt(spec), BigInt(partial.hourMs), ...numbers, details, count];
}
