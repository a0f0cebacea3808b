import { HOUR_MS } from '../../sample/hour.ts';
import type { CounterEvent, HourPartial } from '../../sample/partial.ts';

const HOURS = 24;
export const DAY_MS = HOURS * HOUR_MS;
export const dayOf = (timeMs: number): number => Math.floor(timeMs / DAY_MS) * DAY_MS;

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
const COUNT = NUMBERS.length;
const WIDTH = NUMBERS.length + 1;

/** Stands where a partial holds for ever: only a late sample can change it. */
export const SETTLED = -1;

/** The few things of an hour that are no numbers. */
interface Details {
  readonly missing: Readonly<Record<number, number>>;
  readonly events: readonly CounterEvent[];
}
const NOTHING: Details = { missing: {}, events: [] };

/**
 * The hour partials of one channel and UTC day, side by side as numbers: what is remembered and what stands in the file. `numbers` holds,
 * 24 times, `NUMBERS` and then the number of the channel's samples for which the partial holds (`SETTLED`: for ever; NaN: not known).
 */
export interface Day {
  readonly dayMs: number;
  readonly numbers: Float64Array;
  /** By the hour's start, hours without any left out. */
  readonly details: Record<string, Details>;
}

export const emptyDay = (dayMs: number): Day => ({ dayMs, numbers: new Float64Array(HOURS * WIDTH).fill(Number.NaN), details: {} });

const placeOf = (day: Day, hourMs: number): number => ((hourMs - day.dayMs) / HOUR_MS) * WIDTH;

/** For how many samples the partial of an hour holds; `SETTLED`, or NaN where it is not known. */
export const countOf = (day: Day, hourMs: number): number => day.numbers[placeOf(day, hourMs) + COUNT]!;

export function put(day: Day, partial: HourPartial, count: number): void {
  const at = placeOf(day, partial.hourMs);
  for (let k = 0; k < NUMBERS.length; k += 1) day.numbers[at + k] = partial[NUMBERS[k]!];
  day.numbers[at + COUNT] = count;
  const { missing, events } = partial;
  if (events.length > 0 || Object.keys(missing).length > 0) day.details[partial.hourMs] = { missing, events };
  else delete day.details[partial.hourMs];
}

/** An hour between others that holds no sample: known, so that it is not looked for again. Its `origins` is 0, as of no other. */
export function putEmpty(day: Day, hourMs: number, count: number): void {
  const at = placeOf(day, hourMs);
  day.numbers.fill(0, at, at + COUNT);
  day.numbers[at + COUNT] = count;
  delete day.details[hourMs];
}

export function forgetHour(day: Day, hourMs: number): void {
  day.numbers[placeOf(day, hourMs) + COUNT] = Number.NaN;
  delete day.details[hourMs];
}

/** The partial of an hour, null where the hour holds no sample. */
export function partialAt(day: Day, channel: string, hourMs: number): HourPartial | null {
  const { numbers } = day;
  const at = placeOf(day, hourMs);
  const origins = numbers[at + 13]!;
  if (origins === 0) return null;
  const { missing, events } = day.details[hourMs] ?? NOTHING;
  return {
    channel,
    hourMs,
    firstMs: numbers[at]!,
    firstValue: numbers[at + 1]!,
    lastMs: numbers[at + 2]!,
    lastValue: numbers[at + 3]!,
    rise: numbers[at + 4]!,
    integral: numbers[at + 5]!,
    coveredMs: numbers[at + 6]!,
    min: numbers[at + 7]!,
    max: numbers[at + 8]!,
    sumSquares: numbers[at + 9]!,
    sum: numbers[at + 10]!,
    good: numbers[at + 11]!,
    suspect: numbers[at + 12]!,
    origins,
    missing,
    events,
  };
}

/** Takes over the hours that `day` does not know. */
export function fillFrom(day: Day, other: Day): void {
  for (let at = 0, hourMs = day.dayMs; at < day.numbers.length; at += WIDTH, hourMs += HOUR_MS) {
    if (!Number.isNaN(day.numbers[at + COUNT]!) || Number.isNaN(other.numbers[at + COUNT]!)) continue;
    day.numbers.set(other.numbers.subarray(at, at + WIDTH), at);
    const details = other.details[hourMs];
    if (details !== undefined) day.details[hourMs] = details;
  }
}
