import { hourPartials } from '../../collector/sample/hour.ts';
import { HourPartials } from '../../collector/sample/hour-partials.ts';
import type { ChannelSpec } from '../../collector/sample/partial.ts';
import type { SampleColumns, StoreReader } from '../../collector/stores/store.ts';

/** One reading of a test channel; null is a missing sample with reason `communication`. */
export type Reading = readonly [timeMs: number, value: number | null];

const HOUR_MS = 3_600_000;

/** Columns of readings, by time. */
export function columnsOf(channel: string, readings: readonly Reading[]): SampleColumns {
  return {
    channel,
    timeMs: Float64Array.from(readings, ([timeMs]) => timeMs),
    value: Float64Array.from(readings, ([, value]) => value ?? Number.NaN),
    quality: Uint8Array.from(readings, ([, value]) => (value === null ? 2 : 0)),
    reason: Uint8Array.from(readings, ([, value]) => (value === null ? 1 : 0)),
    origin: new Uint8Array(readings.length).fill(1),
  };
}

/** A store reader over arrays. */
export function memoryReader(channels: Readonly<Record<string, readonly Reading[]>>): StoreReader {
  const all = new Map(Object.entries(channels).map(([id, readings]) => [id, columnsOf(id, readings)]));
  const cut = (channel: string, fromMs: number, toMs: number): SampleColumns => {
    const columns = all.get(channel) ?? columnsOf(channel, []);
    const first = columns.timeMs.findIndex((timeMs) => timeMs >= fromMs);
    const after = columns.timeMs.findIndex((timeMs) => timeMs >= toMs);
    const [a, b] = [first < 0 ? columns.timeMs.length : first, after < 0 ? columns.timeMs.length : after];
    return {
      channel,
      timeMs: columns.timeMs.slice(a, b),
      value: columns.value.slice(a, b),
      quality: columns.quality.slice(a, b),
      reason: columns.reason.slice(a, b),
      origin: columns.origin.slice(a, b),
    };
  };
  return {
    samples: async (channel, fromMs, toMs) => cut(channel, fromMs, toMs),
    partials: async (specs: readonly ChannelSpec[], fromMs, toMs) => {
      const start = Math.floor(fromMs / HOUR_MS) * HOUR_MS;
      const partialsOf = (spec: ChannelSpec) => hourPartials(spec, cut(spec.channel, start - HOUR_MS, toMs + 2 * HOUR_MS), start, toMs);
      return new Map(specs.map((spec) => [spec.channel, HourPartials.of(spec.channel, partialsOf(spec))]));
    },
    latest: async (wanted) =>
      new Map(
        wanted.flatMap((id) => {
          const columns = all.get(id);
          const last = (columns?.timeMs.length ?? 0) - 1;
          if (columns === undefined || last < 0) return [];
          const value = columns.value[last]!;
          const sample = {
            channel: id,
            timeMs: columns.timeMs[last]!,
            value: Number.isNaN(value) ? null : value,
            quality: Number.isNaN(value) ? ('missing' as const) : ('good' as const),
            reason: 'none' as const,
            origin: 'simulated' as const,
            raw: null,
          };
          return [[id, sample] as const];
        }),
      ),
    counts: async () => new Map([...all].map(([id, columns]) => [id, columns.timeMs.length])),
  } satisfies StoreReader;
}
