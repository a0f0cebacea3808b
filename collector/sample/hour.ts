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
 * Whether a counter's reading counts is judged by those around it: give the samples of the hour before and after too, and name the span
 * whose partials you want. A counter's time is covered from reading to reading, except across a reset; a rate's where two readings are
 * no more than `maxGapMs` apart, and its integral is that of the straight line between them.
 *
 * @param fromMs, toMs only hours that start in [fromMs, toMs) are returned.
 */
export function hourPartials(
  spec: ChannelSpec,
  readings: Readings,
  fromMs = Number.NEGATIVE_INFINITY,
  toMs = Number.POSITIVE_INFINITY,
): HourPartial[] {
  const accepted = spec.kind === 'counter' ? acceptedByCounter(spec, readings) : acceptedPlainly(readings);
  const partials: HourPartial[] = [];
  let nextAccepted = 0;
  for (let start = 0; start < readings.timeMs.length; ) {
    const hourMs = hourOf(readings.timeMs[start]!);
    let end = start;
    while (end < readings.timeMs.length && readings.timeMs[end]! < hourMs + HOUR_MS) end += 1;
    const firstAccepted = nextAccepted;
    while (nextAccepted < accepted.index.length && accepted.index[nextAccepted]! < end) nextAccepted += 1;
    if (hourMs >= fromMs && hourMs < toMs)
      partials.push(partialOf(spec, readings, hourMs, start, end, accepted, firstAccepted, nextAccepted));
    start = end;
  }
  return partials;
}

/** Indices of readings that count; for a counter with the consumption since the first, and what happened. */
interface Accepted {
  readonly index: readonly number[];
  readonly total: readonly number[] | null;
  readonly events: readonly CounterEvent[];
}

function acceptedPlainly({ value }: Readings): Accepted {
  const index: number[] = [];
  for (let i = 0; i < value.length; i += 1) if (!Number.isNaN(value[i])) index.push(i);
  return { index, total: null, events: [] };
}

function acceptedByCounter(spec: ChannelSpec, readings: Readings): Accepted {
  const { index: present } = acceptedPlainly(readings);
  if (present.length === readings.value.length) return countReadings(spec, readings.timeMs, readings.value);
  const counted = countReadings(
    spec,
    present.map((i) => readings.timeMs[i]!),
    present.map((i) => readings.value[i]!),
  );
  return { ...counted, index: counted.index.map((k) => present[k]!) };
}

function partialOf(
  spec: ChannelSpec,
  { timeMs, value, quality, reason, origin }: Readings,
  hourMs: number,
  start: number,
  end: number,
  accepted: Accepted,
  firstAccepted: number,
  endAccepted: number,
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
  for (let k = firstAccepted; k < endAccepted; k += 1) {
    const i = accepted.index[k]!;
    const v = value[i]!;
    if (v < min) min = v;
    if (v > max) max = v;
    sum += v;
    sumSquares += v * v;
    if (k === firstAccepted) continue;
    const before = accepted.index[k - 1]!;
    const gapMs = timeMs[i]! - timeMs[before]!;
    if (spec.kind === 'counter') {
      if (!events.some(({ event, timeMs: at }) => event === 'reset' && at === timeMs[i])) coveredMs += gapMs;
    } else if (gapMs <= spec.maxGapMs) {
      coveredMs += gapMs;
      integral += (((value[before]! + v) / 2) * gapMs) / HOUR_MS;
    }
  }
  const any = endAccepted > firstAccepted;
  const first = any ? accepted.index[firstAccepted]! : -1;
  const last = any ? accepted.index[endAccepted - 1]! : -1;
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
    rise: any && accepted.total ? accepted.total[endAccepted - 1]! - accepted.total[firstAccepted]! : 0,
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
