import { createHash } from 'node:crypto';
import { BIGINT, DOUBLE, type DuckDBConnection, DuckDBDataChunk, INTEGER, VARCHAR } from '@duckdb/node-api';
import { HOUR_MS, hourOf, hourPartials } from '../../sample/hour.ts';
import type { ChannelSpec, CounterEvent, HourPartial } from '../../sample/partial.ts';
import type { StoredChannel } from './channels.ts';
import { eachColumns } from './read.ts';

const TYPES = [
  INTEGER,
  BIGINT,
  BIGINT,
  INTEGER,
  INTEGER,
  VARCHAR,
  DOUBLE,
  DOUBLE,
  DOUBLE,
  DOUBLE,
  DOUBLE,
  DOUBLE,
  DOUBLE,
  DOUBLE,
  DOUBLE,
  DOUBLE,
  DOUBLE,
  VARCHAR,
  INTEGER,
];
const CHUNK_ROWS = 2048;
/** Hours without any sample are kept too, so that they are not looked for again. */
const isEmpty = (partial: HourPartial): boolean => partial.origins === 0;

/** A number that changes with anything in a spec that changes its partials. 48 bits of a hash. */
export function specHash(spec: ChannelSpec): number {
  const { kind, modulus, ceilingPerHour, maxGapMs, replacements } = spec;
  const text = JSON.stringify([1, kind, modulus, ceilingPerHour, maxGapMs, replacements.map((r) => [r.atMs, r.lastOfOld, r.firstOfNew])]);
  return Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 12), 16);
}

/**
 * Hour partials of channels over the hours that overlap [fromMs, toMs): those kept in the file, the others computed from the samples.
 *
 * @returns also those computed just now whose hour and the hour after lie behind the channel's newest sample: only a late sample can
 * change them, and that takes them away again.
 */
export async function readPartials(
  connection: DuckDBConnection,
  channels: ReadonlyMap<string, StoredChannel>,
  specs: readonly ChannelSpec[],
  fromMs: number,
  toMs: number,
): Promise<{ readonly partials: Map<string, HourPartial[]>; readonly settled: Settled[] }> {
  const from = hourOf(fromMs);
  const to = hourOf(toMs - 1) + HOUR_MS;
  const wanted = new Map<number, Wanted>();
  const partials = new Map<string, HourPartial[]>();
  for (const spec of specs) {
    const channel = channels.get(spec.channel);
    partials.set(spec.channel, []);
    if (channel) wanted.set(channel.id, { channel, spec, hash: specHash(spec), hours: new Map() });
  }
  await readKept(connection, wanted, from, to);
  const settled = await computeRest(connection, wanted, from, to);
  for (const { spec, hours } of wanted.values()) {
    const kept = [...hours.values()].filter((partial) => !isEmpty(partial));
    partials.set(
      spec.channel,
      kept.sort((a, b) => a.hourMs - b.hourMs),
    );
  }
  return { partials, settled };
}

interface Wanted {
  readonly channel: StoredChannel;
  readonly spec: ChannelSpec;
  readonly hash: number;
  readonly hours: Map<number, HourPartial>;
}

export interface Settled {
  readonly channel: number;
  readonly hash: number;
  readonly partial: HourPartial;
}

async function readKept(connection: DuckDBConnection, wanted: ReadonlyMap<number, Wanted>, from: number, to: number): Promise<void> {
  if (wanted.size === 0) return;
  const few = wanted.size <= 64 ? `AND channel IN (${[...wanted.keys()].join(', ')})` : '';
  const result = await connection.stream(
    `SELECT channel, spec::DOUBLE, hour::DOUBLE, good, suspect, missing, first_ms, first_value, last_ms, last_value, rise, integral,
       covered_ms, min, max, sum_squares, sum, events, origins FROM partials WHERE hour >= ${from} AND hour < ${to} ${few}`,
  );
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const columns = Array.from({ length: chunk.columnCount }, (_, k) => chunk!.getColumnVector(k));
    for (let i = 0; i < chunk.rowCount; i += 1) {
      const number = (k: number): number => columns[k]!.getItem(i) as number;
      const one = wanted.get(number(0));
      if (one === undefined || one.hash !== number(1)) continue;
      const missing = columns[5]!.getItem(i) as string | null;
      const events = columns[17]!.getItem(i) as string | null;
      one.hours.set(number(2), {
        channel: one.spec.channel,
        hourMs: number(2),
        good: number(3),
        suspect: number(4),
        missing: missing === null ? {} : (JSON.parse(missing) as Record<number, number>),
        firstMs: number(6),
        firstValue: number(7),
        lastMs: number(8),
        lastValue: number(9),
        rise: number(10),
        integral: number(11),
        coveredMs: number(12),
        min: number(13),
        max: number(14),
        sumSquares: number(15),
        sum: number(16),
        events: events === null ? [] : (JSON.parse(events) as CounterEvent[]),
        origins: number(18),
      });
    }
  }
}

/** Computes the hours that are not kept, each with the samples of the hour before and after it. */
async function computeRest(
  connection: DuckDBConnection,
  wanted: ReadonlyMap<number, Wanted>,
  from: number,
  to: number,
): Promise<Settled[]> {
  const settled: Settled[] = [];
  const ranges = new Map<number, readonly [number, number]>();
  for (const [id, { channel, hours }] of wanted) {
    const first = Math.max(from, hourOf(channel.firstMs));
    const end = Math.min(to, hourOf(channel.lastMs) + HOUR_MS);
    let [lo, hi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let hour = first; hour < end; hour += HOUR_MS) {
      if (hours.has(hour)) continue;
      lo = Math.min(lo, hour);
      hi = Math.max(hi, hour);
    }
    if (lo <= hi) ranges.set(id, [lo, hi + HOUR_MS]);
  }
  if (ranges.size === 0) return settled;
  const lowest = Math.min(...[...ranges.values()].map(([lo]) => lo));
  const highest = Math.max(...[...ranges.values()].map(([, hi]) => hi));
  await eachColumns(connection, [...ranges.keys()], lowest - HOUR_MS, highest + HOUR_MS, (id, columns) => {
    const { channel, spec, hash, hours } = wanted.get(id)!;
    const [lo, hi] = ranges.get(id)!;
    const computed = new Map(hourPartials(spec, columns, lo, hi).map((partial) => [partial.hourMs, partial]));
    for (let hour = lo; hour < hi; hour += HOUR_MS) {
      if (hours.has(hour)) continue;
      const partial = computed.get(hour) ?? emptyPartial(spec.channel, hour);
      hours.set(hour, partial);
      if (hour + 2 * HOUR_MS <= channel.lastMs) settled.push({ channel: id, hash, partial });
    }
  });
  return settled;
}

function emptyPartial(channel: string, hourMs: number): HourPartial {
  const none = Number.NaN;
  return {
    channel,
    hourMs,
    good: 0,
    suspect: 0,
    missing: {},
    firstMs: none,
    firstValue: none,
    lastMs: none,
    lastValue: none,
    rise: 0,
    integral: 0,
    coveredMs: 0,
    min: none,
    max: none,
    sumSquares: 0,
    sum: 0,
    events: [],
    origins: 0,
  };
}

/** Keeps partials in the file. Others of the same channel and hour, made for another spec, go. */
export async function keepPartials(connection: DuckDBConnection, settled: readonly Settled[]): Promise<void> {
  await connection.run('BEGIN');
  try {
    await connection.run('CREATE OR REPLACE TEMP TABLE settled AS FROM partials LIMIT 0');
    const appender = await connection.createAppender('settled');
    try {
      for (let from = 0; from < settled.length; from += CHUNK_ROWS) {
        const part = settled.slice(from, from + CHUNK_ROWS);
        const chunk = DuckDBDataChunk.create(TYPES, part.length);
        chunk.setRows(part.map(rowOf));
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
    } finally {
      appender.closeSync();
    }
    await connection.run('DELETE FROM partials USING settled WHERE partials.channel = settled.channel AND partials.hour = settled.hour');
    await connection.run('INSERT INTO partials FROM settled');
    await connection.run('DROP TABLE settled');
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function rowOf({ channel, hash, partial: p }: Settled) {
  const missing = Object.keys(p.missing).length === 0 ? null : JSON.stringify(p.missing);
  const events = p.events.length === 0 ? null : JSON.stringify(p.events);
  return [
    channel,
    BigInt(hash),
    BigInt(p.hourMs),
    p.good,
    p.suspect,
    missing,
    p.firstMs,
    p.firstValue,
    p.lastMs,
    p.lastValue,
    p.rise,
    p.integral,
    p.coveredMs,
    p.min,
    p.max,
    p.sumSquares,
    p.sum,
    events,
    p.origins,
  ];
}
