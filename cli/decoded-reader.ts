import { type DecodeRaw, decodedAgain } from '../collector/import/again.ts';
import type { JournalGroup } from '../collector/journal/record.ts';
import { HOUR_MS, hourOf, hourPartials } from '../collector/sample/hour.ts';
import { HourPartials } from '../collector/sample/hour-partials.ts';
import type { Judge } from '../collector/sample/quality.ts';
import { REASON_CODE } from '../collector/sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE, type Sample } from '../collector/sample/sample.ts';
import { samplesOf } from '../collector/stores/rows.ts';
import type { SampleColumns, StoreReader } from '../collector/stores/store.ts';

/** What channels are held against when their registers are decoded once more. */
export interface DecodedBy {
  readonly decoders: ReadonlyMap<string, DecodeRaw>;
  readonly judge: Judge;
  /** UTC ms, [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A reader that knows of the channels what their registers in the journal say, and of all others what the store holds. */
export async function decodedReader(stored: StoreReader, groups: AsyncIterable<JournalGroup>, by: DecodedBy): Promise<StoreReader> {
  const readings = new Map<string, Map<number, Sample>>();
  for (const channel of by.decoders.keys()) readings.set(channel, new Map());
  for await (const group of groups) {
    for (const sample of samplesOf([group])) {
      const { channel, timeMs } = sample;
      if (timeMs < by.fromMs || timeMs >= by.toMs) continue;
      readings.get(channel)?.set(timeMs, decodedAgain(sample, by.decoders.get(channel)!) ?? sample);
    }
  }
  const columns = new Map([...readings].map(([channel, own]) => [channel, columnsOf(channel, [...own.values()], by.judge)]));
  return {
    ...stored,
    counts: () => stored.counts(),
    latest: (channels) => stored.latest(channels),
    samples: async (channel, fromMs, toMs) => {
      const own = columns.get(channel);
      return own === undefined ? stored.samples(channel, fromMs, toMs) : cut(own, fromMs, toMs);
    },
    partials: async (specs, fromMs, toMs) => {
      const others = specs.filter(({ channel }) => !columns.has(channel));
      const own = specs.flatMap((spec) => {
        const all = columns.get(spec.channel);
        if (all === undefined) return [];
        const around = cut(all, hourOf(fromMs) - HOUR_MS, toMs + 2 * HOUR_MS);
        return [[spec.channel, HourPartials.of(spec.channel, hourPartials(spec, around, hourOf(fromMs), toMs))] as const];
      });
      return new Map([...(others.length === 0 ? [] : await stored.partials(others, fromMs, toMs)), ...own]);
    },
  };
}

function columnsOf(channel: string, samples: readonly Sample[], judge: Judge): SampleColumns {
  const judged = samples.toSorted((a, b) => a.timeMs - b.timeMs).map(judge);
  return {
    channel,
    timeMs: Float64Array.from(judged, ({ timeMs }) => timeMs),
    value: Float64Array.from(judged, ({ value }) => value ?? Number.NaN),
    quality: Uint8Array.from(judged, ({ quality }) => QUALITY_CODE[quality]),
    reason: Uint8Array.from(judged, ({ reason }) => REASON_CODE[reason]),
    origin: Uint8Array.from(judged, ({ origin }) => ORIGIN_CODE[origin]),
  };
}

function cut({ channel, timeMs, value, quality, reason, origin }: SampleColumns, fromMs: number, toMs: number): SampleColumns {
  const first = firstAt(timeMs, fromMs);
  const end = firstAt(timeMs, toMs);
  return {
    channel,
    timeMs: timeMs.slice(first, end),
    value: value.slice(first, end),
    quality: quality.slice(first, end),
    reason: reason.slice(first, end),
    origin: origin.slice(first, end),
  };
}

/** Index of the first time that is not before `ms`. */
function firstAt(timeMs: Float64Array, ms: number): number {
  let [low, high] = [0, timeMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timeMs[middle] as number) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
