import { BIGINT, BLOB, blobValue, type DuckDBBlobVector, type DuckDBConnection, DuckDBDataChunk, INTEGER, VARCHAR } from '@duckdb/node-api';
import { HOUR_MS, hourOf } from '../../sample/hour.ts';
import { type Day, dayOf, fillFrom, forgetHour } from './day.ts';
import { eachChunk, rows } from './query.ts';
import { appendTo } from './table-rows.ts';

/** Hour partials of one channel and day that are kept in the file. A late sample takes those that it puts in doubt away. */
export interface KeptDay {
  readonly channel: number;
  /** See `specHash`. */
  readonly spec: number;
  readonly day: Day;
}

/**
 * One row a channel and UTC day: three days of a thousand meters are three thousand rows, not seventy thousand. `hours` holds the numbers
 * of a `Day`, the lowest byte first; `details` the rest as JSON, NULL where there is none, which is the rule.
 */
export const KEPT_TABLE = 'CREATE TABLE IF NOT EXISTS partials(channel INTEGER, spec BIGINT, day BIGINT, hours BLOB, details VARCHAR)';
const TYPES = [INTEGER, BIGINT, BIGINT, BLOB, VARCHAR];
const CHUNK_ROWS = 2048;

async function eachDay(connection: DuckDBConnection, where: string, visit: (kept: KeptDay) => void): Promise<void> {
  const sql = `SELECT channel, spec::DOUBLE, day::DOUBLE, hours, details FROM partials WHERE ${where}`;
  for await (const chunk of eachChunk(connection, sql)) {
    const [channel, spec, dayMs, hours, details] = Array.from({ length: 5 }, (_, k) => chunk.getColumnVector(k));
    for (let i = 0; i < chunk.rowCount; i += 1) {
      const text = details!.getItem(i) as string | null;
      const day = {
        dayMs: dayMs!.getItem(i) as number,
        numbers: numbersOf((hours as DuckDBBlobVector).getItemBytes(i)!),
        details: text === null ? {} : (JSON.parse(text) as Day['details']),
      };
      visit({ channel: channel!.getItem(i) as number, spec: spec!.getItem(i) as number, day });
    }
  }
}

/** In place where the bytes lie so that numbers can be read there, else copied. */
function numbersOf(bytes: Uint8Array): Float64Array {
  if (bytes.byteOffset % 8 === 0) return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  return new Float64Array(new Uint8Array(bytes).buffer);
}

/** Reads what is kept of days that overlap [from, to), for any spec. */
export async function readKept(
  connection: DuckDBConnection,
  ids: readonly number[],
  from: number,
  to: number,
  visit: (kept: KeptDay) => void,
): Promise<void> {
  if (ids.length > 0) await eachDay(connection, `day >= ${dayOf(from)} AND day < ${to} AND channel IN (${ids.join(', ')})`, visit);
}

/** Keeps days in the file: hours that they do not know stay as they are kept, unless for another spec. */
export async function keepDays(connection: DuckDBConnection, kept: readonly KeptDay[]): Promise<void> {
  const byKey = new Map(kept.map((one) => [`${one.day.dayMs} ${one.channel}`, one]));
  await connection.run('BEGIN');
  try {
    await eachDay(connection, `day IN (${[...new Set(kept.map(({ day }) => day.dayMs))].join(', ')})`, (old) => {
      const one = byKey.get(`${old.day.dayMs} ${old.channel}`);
      if (one?.spec === old.spec) fillFrom(one.day, old.day);
    });
    await replaceDays(connection, [...byKey.values()]);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function replaceDays(connection: DuckDBConnection, days: readonly KeptDay[]): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE computed AS FROM partials LIMIT 0');
  await appendTo(connection, 'computed', (appender) => {
    for (let from = 0; from < days.length; from += CHUNK_ROWS) {
      const part = days.slice(from, from + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create(TYPES, part.length);
      chunk.setRows(
        part.map(({ channel, spec, day: { dayMs, numbers, details } }) => [
          channel,
          BigInt(spec),
          BigInt(dayMs),
          blobValue(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)),
          Object.keys(details).length === 0 ? null : JSON.stringify(details),
        ]),
      );
      appender.appendDataChunk(chunk);
    }
  });
  await connection.run('DELETE FROM partials USING computed WHERE partials.channel = computed.channel AND partials.day = computed.day');
  await connection.run('INSERT INTO partials FROM computed');
  await connection.run('DROP TABLE computed');
}

/** Takes away, in the caller's transaction, what late samples put in doubt: the partials of their hours and of the hours beside them. */
export async function dropKept(connection: DuckDBConnection, channels: Int32Array, times: Float64Array): Promise<void> {
  const [first, last] = times.reduce(
    ([min, max], t) => [Math.min(min, t), Math.max(max, t)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const days = `day BETWEEN ${dayOf(hourOf(first) - HOUR_MS)} AND ${dayOf(hourOf(last) + HOUR_MS)}`;
  const [kept] = await rows(connection, `SELECT 1 FROM partials WHERE ${days} LIMIT 1`);
  if (kept === undefined) return;
  const doubtful = new Map<number, Map<number, Set<number>>>();
  for (const [i, channel] of channels.entries()) {
    const hour = hourOf(times[i]!);
    for (const hourMs of [hour - HOUR_MS, hour, hour + HOUR_MS]) {
      const dayMs = dayOf(hourMs);
      const ofDay = doubtful.get(dayMs) ?? new Map<number, Set<number>>();
      doubtful.set(dayMs, ofDay.set(channel, (ofDay.get(channel) ?? new Set()).add(hourMs)));
    }
  }
  const changed: KeptDay[] = [];
  const where = `day IN (${[...doubtful.keys()].join(', ')}) AND channel IN (${[...new Set(channels)].join(', ')})`;
  await eachDay(connection, where, (kept) => {
    const hours = doubtful.get(kept.day.dayMs)?.get(kept.channel);
    if (hours === undefined) return;
    for (const hourMs of hours) forgetHour(kept.day, hourMs);
    changed.push(kept);
  });
  if (changed.length > 0) await replaceDays(connection, changed);
}
