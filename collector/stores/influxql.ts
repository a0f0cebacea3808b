import { type InfluxDB, escape as quote } from 'influx';
import { HOUR_MS, hourOf, hourPartials } from '../sample/hour.ts';
import { HourPartials } from '../sample/hour-partials.ts';
import type { ChannelSpec } from '../sample/partial.ts';
import { reasonOf } from '../sample/reason.ts';
import { ORIGIN_CODE, type Origin, QUALITY_CODE, type Quality, type Sample } from '../sample/sample.ts';
import { MEASUREMENT } from './lines.ts';
import { inOrder, RESULT_FIELDS, type Result, type ResultKind } from './results.ts';
import type { SampleColumns, StoreReader } from './store.ts';

/** One row as the server answers: time in ms, v null where the point has none. */
type Row = readonly [number, number | null, number, number, number];
interface Series {
  readonly tags?: { readonly channel?: string; readonly turn?: string };
  readonly values: readonly Row[];
}
interface Answer {
  readonly results: readonly { readonly series?: readonly Series[] }[];
}

interface ResultAnswer {
  readonly results: readonly {
    readonly series?: readonly {
      /** Absent where the points have none. */
      readonly tags?: Readonly<Record<string, string>>;
      readonly columns: readonly string[];
      readonly values: readonly (readonly (number | null)[])[];
    }[];
  }[];
}

/** InfluxDB keeps times as int64 nanoseconds. */
const LARGEST_MS = 9_223_372_036_854;
const instant = (timeMs: number): string => `${Math.ceil(Math.min(Math.max(timeMs, -LARGEST_MS), LARGEST_MS))}ms`;

const QUALITIES = Object.keys(QUALITY_CODE) as Quality[];
const ORIGINS = Object.keys(ORIGIN_CODE) as Origin[];

/** Channels asked for in one query. */
const CHANNELS = 100;

/** Reads in InfluxQL. Partials are computed from the samples at each call: the server keeps none. */
export class InfluxReader implements StoreReader {
  readonly #client: InfluxDB;
  readonly #plant: string;

  constructor(client: InfluxDB, plant: string) {
    this.#client = client;
    this.#plant = plant;
  }

  async samples(channel: string, fromMs: number, toMs: number): Promise<SampleColumns> {
    const series = await this.#ask('v, q, r, o', [channel], `AND time >= ${instant(fromMs)} AND time < ${instant(toMs)}`, '');
    return columnsOf(channel, series.get(channel) ?? []);
  }

  async latest(channels: readonly string[]): Promise<ReadonlyMap<string, Sample>> {
    const series = await this.#ask('v, q, r, o', channels, '', 'ORDER BY time DESC LIMIT 1');
    return new Map([...series].map(([channel, found]) => [channel, sampleOf(channel, found.at(-1)!)]));
  }

  async partials(specs: readonly ChannelSpec[], fromMs: number, toMs: number): Promise<ReadonlyMap<string, HourPartials>> {
    const [from, to] = [hourOf(fromMs), hourOf(toMs - 1) + HOUR_MS];
    const within = `AND time >= ${instant(from - HOUR_MS)} AND time < ${instant(to + HOUR_MS)}`;
    const result = new Map<string, HourPartials>();
    for (let start = 0; start < specs.length; start += CHANNELS) {
      const some = specs.slice(start, start + CHANNELS);
      const series = await this.#ask(
        'v, q, r, o',
        some.map(({ channel }) => channel),
        within,
        '',
      );
      for (const spec of some) {
        const { channel } = spec;
        result.set(channel, HourPartials.of(channel, hourPartials(spec, columnsOf(channel, series.get(channel) ?? []), from, to)));
      }
    }
    return result;
  }

  async counts(): Promise<ReadonlyMap<string, number>> {
    const series = await this.#series('count(q)', null, '', '');
    const counts = new Map(series.map(({ tags, values: [row] }) => [tags?.channel ?? '', row![1]!]));
    const turned = series.filter(({ tags }) => tags?.turn).map(({ tags }) => tags!.channel!);
    for (const [channel, found] of await this.#ask('v, q, r, o', turned, '', '')) counts.set(channel, found.length);
    return counts;
  }

  /** See `Results.read`. */
  async results(measurement: ResultKind, fromMs: number, toMs: number): Promise<readonly Result[]> {
    const within = `time >= ${instant(fromMs)} AND time < ${instant(toMs)}`;
    const fields = RESULT_FIELDS[measurement].map((name) => `"${name}"`).join(', ');
    const query = `SELECT ${fields} FROM "${measurement}" WHERE plant = ${quote.stringLit(this.#plant)} AND ${within} GROUP BY *`;
    const { results } = (await this.#client.queryRaw(query, { precision: 'ms' })) as unknown as ResultAnswer;
    const found = (results[0]?.series ?? []).flatMap(({ tags = {}, columns, values }) =>
      values.map(([timeMs, ...numbers]) => {
        const pairs = numbers.flatMap((value, k) => (value === null ? [] : [[columns[k + 1]!, value] as const]));
        const { plant: _, ...own } = tags;
        const known = Object.entries(own).filter(([, value]) => value !== '');
        return { measurement, timeMs: timeMs!, tags: Object.fromEntries(known), fields: Object.fromEntries(pairs) };
      }),
    );
    return inOrder(found);
  }

  /** Rows by channel, ascending; of several turns of a reading the last. */
  async #ask(fields: string, channels: readonly string[], within: string, order: string): Promise<ReadonlyMap<string, readonly Row[]>> {
    const byChannel = new Map<string, { readonly turn: number; readonly values: readonly Row[] }[]>();
    for (const { tags, values } of await this.#series(fields, channels, within, order)) {
      const known = byChannel.get(tags?.channel ?? '') ?? [];
      byChannel.set(tags?.channel ?? '', [...known, { turn: Number(tags?.turn ?? ''), values }]);
    }
    return new Map([...byChannel].map(([channel, turns]) => [channel, lastTurns(turns)]));
  }

  async #series(fields: string, channels: readonly string[] | null, within: string, order: string): Promise<readonly Series[]> {
    if (channels?.length === 0) return [];
    const which = channels === null ? '' : `AND (${channels.map((channel) => `channel = ${quote.stringLit(channel)}`).join(' OR ')})`;
    const query = `SELECT ${fields} FROM "${MEASUREMENT}" WHERE plant = ${quote.stringLit(this.#plant)} ${which} ${within} GROUP BY channel, turn ${order}`;
    const { results } = (await this.#client.queryRaw(query, { precision: 'ms' })) as Answer;
    return results[0]?.series ?? [];
  }
}

/** A reading that was replaced stands in a series of its own for each turn, the last one counting. */
function lastTurns(turns: readonly { readonly turn: number; readonly values: readonly Row[] }[]): readonly Row[] {
  if (turns.length === 1) return turns[0]!.values;
  const rows = new Map<number, Row>();
  for (const { values } of [...turns].sort((a, b) => a.turn - b.turn)) for (const row of values) rows.set(row[0], row);
  return [...rows.values()].sort(([a], [b]) => a - b);
}

function columnsOf(channel: string, found: readonly Row[]): SampleColumns {
  return {
    channel,
    timeMs: Float64Array.from(found, ([time]) => time),
    value: Float64Array.from(found, ([, v, q]) => (v === null || q === QUALITY_CODE.missing ? Number.NaN : v)),
    quality: Uint8Array.from(found, ([, , q]) => q),
    reason: Uint8Array.from(found, ([, , , r]) => r),
    origin: Uint8Array.from(found, ([, , , , o]) => o),
  };
}

function sampleOf(channel: string, [timeMs, v, q, r, o]: Row): Sample {
  const quality = QUALITIES[q]!;
  return { channel, timeMs, value: quality === 'missing' ? null : v, quality, reason: reasonOf(r), origin: ORIGINS[o]!, raw: null };
}
