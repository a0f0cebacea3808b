import { HOUR_MS, hourOf, hourPartials } from '../../sample/hour.ts';
import { HourPartials } from '../../sample/hour-partials.ts';
import type { ChannelSpec } from '../../sample/partial.ts';
import type { Sample } from '../../sample/sample.ts';
import { inOrder, type Result, type ResultKind, tagsKey } from '../results.ts';
import type { SampleColumns, StoreReader } from '../store.ts';
import { type Point, pointsOf, sampleOf } from './points.ts';
import type { Server } from './server.ts';

/** Channels asked for in one request. */
const CHANNELS = 100;
/** Where the newest sample of a channel is looked for first. */
const RECENT_MS = 7 * 24 * HOUR_MS;

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Selects all four series of channels of a plant, of every turn; of all its channels where none are named. */
export function seriesOf(plant: string, channels: readonly string[] | null, fields = 'vqro'): string {
  const which = channels === null ? '' : `,channel=~${quoted(channels.map(literal).join('|'))}`;
  return `{__name__=~"sample_[${fields}]",plant=${quoted(plant)}${which}}`;
}

/** Reads through `/api/v1/export`, which gives what is stored, not what a query would interpolate. Partials are computed at each call. */
export class VictoriaReader implements StoreReader {
  readonly #server: Server;
  readonly #plant: string;

  constructor(server: Server, plant: string) {
    this.#server = server;
    this.#plant = plant;
  }

  async samples(channel: string, fromMs: number, toMs: number): Promise<SampleColumns> {
    const found = await this.#points([channel], fromMs, toMs);
    return columnsOf(channel, found.get(channel));
  }

  async latest(channels: readonly string[]): Promise<ReadonlyMap<string, Sample>> {
    const result = new Map<string, Sample>();
    const look = async (wanted: readonly string[], fromMs: number): Promise<void> => {
      for (const [channel, points] of await this.#points(wanted, fromMs, Number.POSITIVE_INFINITY)) {
        let newest = Number.NEGATIVE_INFINITY;
        for (const timeMs of points.keys()) newest = Math.max(newest, timeMs);
        if (points.size > 0) result.set(channel, sampleOf(channel, newest, points.get(newest)!));
      }
    };
    await look(channels, Date.now() - RECENT_MS);
    const silent = channels.filter((channel) => !result.has(channel));
    if (silent.length > 0) await look(silent, 0);
    return result;
  }

  async partials(specs: readonly ChannelSpec[], fromMs: number, toMs: number): Promise<ReadonlyMap<string, HourPartials>> {
    const [from, to] = [hourOf(fromMs), hourOf(toMs - 1) + HOUR_MS];
    const names = specs.map(({ channel }) => channel);
    const found = await this.#points(names, from - HOUR_MS, to + HOUR_MS);
    const partialsOf = (spec: ChannelSpec) => hourPartials(spec, columnsOf(spec.channel, found.get(spec.channel)), from, to);
    return new Map(specs.map((spec) => [spec.channel, HourPartials.of(spec.channel, partialsOf(spec))]));
  }

  async counts(): Promise<ReadonlyMap<string, number>> {
    await this.#server.flush();
    const times = new Map<string, Set<number>>();
    for (const { metric, timestamps } of await this.#server.export(seriesOf(this.#plant, null, 'q'), 0, Number.POSITIVE_INFINITY)) {
      const { channel = '' } = metric;
      const known = times.get(channel) ?? new Set();
      for (const timeMs of timestamps) known.add(timeMs);
      times.set(channel, known);
    }
    return new Map([...times].map(([channel, known]) => [channel, known.size]));
  }

  /** See `Results.read`. */
  async results(measurement: ResultKind, fromMs: number, toMs: number): Promise<readonly Result[]> {
    await this.#server.flush();
    const found = new Map<
      string,
      { measurement: ResultKind; timeMs: number; tags: Record<string, string>; fields: Record<string, number> }
    >();
    const match = `{__name__=~"${measurement}_.*",plant=${quoted(this.#plant)}}`;
    for (const { metric, timestamps, values } of await this.#server.export(match, fromMs, toMs - 1)) {
      const { __name__: name = '', plant: _, db: __, ...tags } = metric;
      for (const [i, timeMs] of timestamps.entries()) {
        const key = `${timeMs} ${tagsKey(tags)}`;
        const known = found.get(key) ?? { measurement, timeMs, tags, fields: {} };
        found.set(key, known);
        known.fields[name.slice(measurement.length + 1)] = values[i]!;
      }
    }
    return inOrder([...found.values()]);
  }

  async #points(channels: readonly string[], fromMs: number, toMs: number): Promise<Map<string, Map<number, Point>>> {
    await this.#server.flush();
    const result = new Map<string, Map<number, Point>>();
    for (let start = 0; start < channels.length; start += CHANNELS) {
      const match = seriesOf(this.#plant, channels.slice(start, start + CHANNELS));
      for (const [channel, points] of pointsOf(await this.#server.export(match, fromMs, toMs - 1))) result.set(channel, points);
    }
    return result;
  }
}

function columnsOf(channel: string, points: ReadonlyMap<number, Point> = new Map()): SampleColumns {
  const found = [...points].sort(([a], [b]) => a - b);
  return {
    channel,
    timeMs: Float64Array.from(found, ([timeMs]) => timeMs),
    value: Float64Array.from(found, ([, { v }]) => v),
    quality: Uint8Array.from(found, ([, { q }]) => q),
    reason: Uint8Array.from(found, ([, { r }]) => r),
    origin: Uint8Array.from(found, ([, { o }]) => o),
  };
}
