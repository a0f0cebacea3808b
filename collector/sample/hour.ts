import { countReadings } from './counter.ts';
import type { ChannelSpec, CounterEvent, HourPartial } from './partial.ts';
import { QUALITY_CODE } from './sample.ts';

export const HOUR_MS = 3_600_000;

/** Samples of one channel as columns, by time ascending, no time twice. A missing sample has value NaN. */
export interface Readings {
  readonly timeMs: Float64Array;
  readonly value: Float64Array;
  readonly quality: Uint8Array;
  readonly reason: Uint8Array;
  readonly origin: Uint8Array;
}

export const hourOf = (timeMs: number): number => Math.floor(timeMs / HOUR_MS) * HOUR_MS;

/**
 * The samples of one channel, hour by hour; hours without a sample are left out.
 *
 * Whether a counter's reading counts is judged by those of its hour, the hour before and the hour after, so give these too and name the
 * hours whose partials you want: a partial then depends on nothing else, and is the same whenever it is computed. A counter's time is
 * covered from reading to reading, except across a reset; a rate's where two readings are no more than `maxGapMs` apart, and its
 * integral is that of the straight line between them.
 *
 * @param fromMs, toMs only hours that start in [fromMs, toMs) are returned.
 */
export function hourPartials(
  spec: ChannelSpec,
  readings: Readings,
  fromMs = Number.NEGATIVE_INFINITY,
  toMs = Number.POSITIVE_INFINITY,
): HourPartial[] {
  const { timeMs } = readings;
  const partials: HourPartial[] = [];
  let around = 0;
  let behind = 0;
  for (let start = 0, end = 0; start < timeMs.length; start = end) {
    const hourMs = hourOf(timeMs[start]!);
    while (end < timeMs.length && timeMs[end]! < hourMs + HOUR_MS) end += 1;
    if (hourMs < fromMs || hourMs >= toMs) continue;
    if (spec.kind !== 'counter') {
      partials.push(partialOf(spec, readings, hourMs, start, end, present(readings, start, end)));
      continue;
    }
    while (timeMs[around]! < hourMs - HOUR_MS) around += 1;
    while (behind < timeMs.length && timeMs[behind]! < hourMs + 2 * HOUR_MS) behind += 1;
    partials.push(partialOf(spec, readings, hourMs, start, end, counted(spec, readings, around, behind, start, end)));
  }
  return partials;
}

/** Indices of an hour's readings that count; for a counter with the consumption up to each, and what happened around. */
interface Accepted {
  readonly index: readonly number[];
  readonly total: readonly number[] | null;
  readonly events: readonly CounterEvent[];
}

function present({ value }: Readings, start: number, end: number): Accepted {
  const index: number[] = [];
  for (let i = start; i < end; i += 1) if (!Number.isNaN(value[i])) index.push(i);
  return { index, total: null, events: [] };
}

function counted(spec: ChannelSpec, readings: Readings, around: number, behind: number, start: number, end: number): Accepted {
  const { index: read } = present(readings, around, behind);
  const whole = read.length === behind - around;
  const { index, total, events } = countReadings(
    spec,
    whole ? readings.timeMs.subarray(around, behind) : read.map((i) => readings.timeMs[i]!),
    whole ? readings.value.subarray(around, behind) : read.map((i) => readings.value[i]!),
  );
  const places = index.map((k) => read[k]!);
  const first = places.findIndex((i) => i >= start);
  const last = places.findLastIndex((i) => i < end);
  if (first < 0 || last < first) return { index: [], total: [], events };
  return { index: places.slice(first, last + 1), total: total.slice(first, last + 1), events };
}

function partialOf(
  spec: ChannelSpec,
  { timeMs, value, quality, reason, origin }: Readings,
  hourMs: number,
  start: number,
  end: number,
  accepted: Accepted,
): HourPartial {
  let good = 0;
  let suspect = 0;
  let origins = 0;
  const missing: Record<number, number> = {};
  for (let i = start; i < end; i += 1) {
    origins |= 1 << origin[i]!;
    if (quality[i] === QUALITY_CODE.missing) missing[reason[i]!] = (missing[reason[i]!] ?? 0) + 1;
    else if (quality[i] === QUALITY_CODE.suspect) suspect += 1;
    else good += 1;
  }
  const events = accepted.events.filter((event) => event.timeMs >= hourMs && event.timeMs < hourMs + HOUR_MS);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let sumSquares = 0;
  let integral = 0;
  let coveredMs = 0;
  for (const [k, i] of accepted.index.entries()) {
    const v = value[i]!;
    if (v < min) min = v;
    if (v > max) max = v;
    sum += v;
    sumSquares += v * v;
    if (k === 0) continue;
    const before = accepted.index[k - 1]!;
    const gapMs = timeMs[i]! - timeMs[before]!;
    if (spec.kind === 'counter') {
      if (!events.some(({ event, timeMs: at }) => event === 'reset' && at === timeMs[i])) coveredMs += gapMs;
    } else if (gapMs <= spec.maxGapMs) {
      coveredMs += gapMs;
      integral += (((value[before]! + v) / 2) * gapMs) / HOUR_MS;
    }
  }
  const any = accepted.index.length > 0;
  const first = accepted.index[0] ?? -1;
  const last = accepted.index.at(-1) ?? -1;
  return {
    channel: spec.channel,
    hourMs,
    good,
    suspect,
    missing,
    firstMs: any ? timeMs[first]! : Number.NaN,
    firstValue: any ? value[first]! : Number.NaN,
    lastMs: any ? timeMs[last]! : Number.NaN,
    lastValue: any ? value[last]! : Number.NaN,
    rise: any && accepted.total ? accepted.total.at(-1)! - accepted.total[0]! : 0,
    integral,
    coveredMs,
    min: any ? min : Number.NaN,
    max: any ? max : Number.NaN,
    sumSquares,
    sum,
    events: events.filter(({ event, timeMs: at }) => event === 'glitch' || (any && at > timeMs[first]!)),
    origins,
  };
}
