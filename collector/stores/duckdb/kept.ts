import { BIGINT, BLOB, blobValue, type DuckDBConnection, DuckDBDataChunk, type DuckDBValue, INTEGER, VARCHAR } from '@duckdb/node-api';
import { HOUR_MS, hourOf } from '../../sample/hour.ts';
import type { CounterEvent, HourPartial } from '../../sample/partial.ts';
import { rows } from './query.ts';

/** An hour partial that is kept in the file. A late sample takes it away. */
export interface KeptPartial {
  readonly channel: number;
  /** See `specHash`. */
  readonly spec: number;
  readonly partial: HourPartial;
  /** Number of the channel's samples for which it holds, null where no new sample can change it. */
  readonly count: number | null;
}

/**
 * One row a channel and UTC day: three days of a thousand meters are three thousand rows, not seventy thousand. `hours` holds 24 times the
 * same numbers as float64, the lowest byte first: `NUMBERS`, then `count` of `KeptPartial` (SETTLED where null, NaN where the hour is not
 * kept).
 */
export const KEPT_TABLE = 'CREATE TABLE IF NOT EXISTS partials(channel INTEGER, spec BIGINT, day BIGINT, hours BLOB, details VARCHAR)';
const TYPES = [INTEGER, BIGINT, BIGINT, BLOB, VARCHAR];

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
  'good',
  'suspect',
  'origins',
] as const satisfies readonly (keyof HourPartial)[];
const WIDTH = NUMBERS.length + 1;
const COUNT = NUMBERS.length;
const SETTLED = -1;
const HOURS = 24;
export const DAY_MS = HOURS * HOUR_MS;
const dayOf = (timeMs: number): number => Math.floor(timeMs / DAY_MS) * DAY_MS;
const CHUNK_ROWS = 2048;

/** The few things that are no numbers, as JSON by the hour's start; NULL where a day has none, which is the rule. */
interface Details {
  readonly missing: Readonly<Record<number, number>>;
  readonly events: readonly CounterEvent[];
}
type DayDetails = Record<string, Details>;

interface Day {
  readonly channel: number;
  readonly spec: number;
  readonly dayMs: number;
  readonly hours: Float64Array;
  readonly details: DayDetails;
}

async function eachDay(connection: DuckDBConnection, where: string, visit: (day: Day) => void): Promise<void> {
  const sql = `SELECT channel, spec::DOUBLE, day::DOUBLE, hours, details FROM partials WHERE ${where}`;
  for (const [channel, spec, day, hours, details] of await rows(connection, sql)) {
    const { bytes } = hours as { readonly bytes: Uint8Array };
    visit({
      channel: channel as number,
      spec: spec as number,
      dayMs: day as number,
      hours: new Float64Array(new Uint8Array(bytes).buffer),
      details: details === null ? {} : (JSON.parse(String(details)) as DayDetails),
    });
  }
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
  const where = `day >= ${dayOf(from)} AND day < ${to} AND channel IN (${ids.join(', ')})`;
  await eachDay(connection, where, ({ channel, spec, dayMs, hours, details }) => {
    const name = nameOf(channel, spec);
    if (name === undefined) return;
    for (let at = 0, hourMs = dayMs; at < hours.length; at += WIDTH, hourMs += HOUR_MS) {
      const count = hours[at + COUNT]!;
      if (Number.isNaN(count) || hourMs < from || hourMs >= to) continue;
      visit({ channel, spec, partial: partialOf(name, hourMs, hours, at, details[hourMs]), count: count === SETTLED ? null : count });
    }
  });
}

const NOTHING: Details = { missing: {}, events: [] };

function partialOf(channel: string, hourMs: number, hours: Float64Array, at: number, { missing, events } = NOTHING): HourPartial {
  return {
    channel,
    hourMs,
    firstMs: hours[at]!,
    firstValue: hours[at + 1]!,
    lastMs: hours[at + 2]!,
    lastValue: hours[at + 3]!,
    rise: hours[at + 4]!,
    integral: hours[at + 5]!,
    coveredMs: hours[at + 6]!,
    min: hours[at + 7]!,
    max: hours[at + 8]!,
    sumSquares: hours[at + 9]!,
    sum: hours[at + 10]!,
    good: hours[at + 11]!,
    suspect: hours[at + 12]!,
    origins: hours[at + 13]!,
    missing,
    events,
  };
}

/** Keeps partials in the file. What is kept of the same channel and hour, for this spec or another, goes. */
export async function keepPartials(connection: DuckDBConnection, kept: readonly KeptPartial[]): Promise<void> {
  const days = new Map<string, Day>();
  const keyOf = (channel: number, dayMs: number): string => `${dayMs} ${channel}`;
  for (const { channel, spec, partial } of kept) {
    const dayMs = dayOf(partial.hourMs);
    const key = keyOf(channel, dayMs);
    if (!days.has(key)) days.set(key, { channel, spec, dayMs, hours: new Float64Array(HOURS * WIDTH).fill(Number.NaN), details: {} });
  }
  await connection.run('BEGIN');
  try {
    const where = `day IN (${[...new Set([...days.values()].map(({ dayMs }) => dayMs))].join(', ')})`;
    await eachDay(connection, where, (old) => {
      const day = days.get(keyOf(old.channel, old.dayMs));
      if (day?.spec !== old.spec) return;
      day.hours.set(old.hours);
      Object.assign(day.details, old.details);
    });
    for (const one of kept) put(days.get(keyOf(one.channel, dayOf(one.partial.hourMs)))!, one);
    await replaceDays(connection, [...days.values()]);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function put({ hours, details, dayMs }: Day, { partial, count }: KeptPartial): void {
  const at = ((partial.hourMs - dayMs) / HOUR_MS) * WIDTH;
  for (let k = 0; k < NUMBERS.length; k += 1) hours[at + k] = partial[NUMBERS[k]!];
  hours[at + COUNT] = count ?? SETTLED;
  const { missing, events } = partial;
  if (events.length > 0 || Object.keys(missing).length > 0) details[partial.hourMs] = { missing, events };
  else delete details[partial.hourMs];
}

async function replaceDays(connection: DuckDBConnection, days: readonly Day[]): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE computed AS FROM partials LIMIT 0');
  const appender = await connection.createAppender('computed');
  try {
    for (let from = 0; from < days.length; from += CHUNK_ROWS) {
      const part = days.slice(from, from + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create(TYPES, part.length);
      chunk.setRows(part.map(rowOf));
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
  await connection.run('DELETE FROM partials USING computed WHERE partials.channel = computed.channel AND partials.day = computed.day');
  await connection.run('INSERT INTO partials FROM computed');
  await connection.run('DROP TABLE computed');
}

function rowOf({ channel, spec, dayMs, hours, details }: Day): DuckDBValue[] {
  const text = Object.keys(details).length === 0 ? null : JSON.stringify(details);
  return [channel, BigInt(spec), BigInt(dayMs), blobValue(new Uint8Array(hours.buffer)), text];
}

/** Takes away what late samples of channels put in doubt: the partials of their hours and of the hours beside them, in the caller's transaction. */
export async function dropKept(connection: DuckDBConnection, channels: Int32Array, times: Float64Array): Promise<void> {
  const hours = new Map<string, readonly [channel: number, hourMs: number]>();
  for (const [i, channel] of channels.entries()) {
    const hour = hourOf(times[i]!);
    for (const hourMs of [hour - HOUR_MS, hour, hour + HOUR_MS]) hours.set(`${channel} ${hourMs}`, [channel, hourMs]);
  }
  const byDay = new Map<number, Map<number, number[]>>();
  for (const [channel, hourMs] of hours.values()) {
    const dayMs = dayOf(hourMs);
    const ofDay = byDay.get(dayMs) ?? new Map<number, number[]>();
    byDay.set(dayMs, ofDay.set(channel, [...(ofDay.get(channel) ?? []), hourMs]));
  }
  if (byDay.size === 0) return;
  const ids = [...new Set(channels)];
  const changed: Day[] = [];
  await eachDay(connection, `day IN (${[...byDay.keys()].join(', ')}) AND channel IN (${ids.join(', ')})`, (day) => {
    const gone = byDay.get(day.dayMs)?.get(day.channel);
    if (gone === undefined) return;
    for (const hourMs of gone) {
      day.hours[((hourMs - day.dayMs) / HOUR_MS) * WIDTH + COUNT] = Number.NaN;
      delete day.details[hourMs];
    }
    changed.push(day);
  });
  if (changed.length > 0) await replaceDays(connection, changed);
}
