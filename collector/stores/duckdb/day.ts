import { HOUR_MS } from '../../sample/hour.ts';
import { AT, detailsOf, type HourDetails, putNumbers, WIDTH } from '../../sample/hour-partials.ts';
import type { HourPartial } from '../../sample/partial.ts';

const HOURS = 24;
export const DAY_MS = HOURS * HOUR_MS;
export const dayOf = (timeMs: number): number => Math.floor(timeMs / DAY_MS) * DAY_MS;

/** A day's hours are known by their place: where a row has its hour stands for how many samples it holds. */
const COUNT = AT.hourMs;

/** Stands where a partial holds for ever: only a late sample can change it. */
export const SETTLED = -1;

/**
 * The hour partials of one channel and UTC day, side by side as numbers: what is remembered and what stands in the file. `numbers` holds
 * 24 rows as `HourPartials` has them, except that in place of the hour stands the number of the channel's samples for which the partial
 * holds (`SETTLED`: for ever; NaN: not known).
 */
export interface Day {
  readonly dayMs: number;
  readonly numbers: Float64Array;
  /** By the hour's start, hours without any left out. */
  readonly details: Record<string, HourDetails>;
}

export const emptyDay = (dayMs: number): Day => ({ dayMs, numbers: new Float64Array(HOURS * WIDTH).fill(Number.NaN), details: {} });

const placeOf = (day: Day, hourMs: number): number => ((hourMs - day.dayMs) / HOUR_MS) * WIDTH;

/** For how many samples the partial of an hour holds; `SETTLED`, or NaN where it is not known. */
export const countOf = (day: Day, hourMs: number): number => day.numbers[placeOf(day, hourMs) + COUNT]!;

export function put(day: Day, partial: HourPartial, count: number): void {
  const at = placeOf(day, partial.hourMs);
  putNumbers(day.numbers, at, partial);
  day.numbers[at + COUNT] = count;
  const details = detailsOf(partial);
  if (details !== null) day.details[partial.hourMs] = details;
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

/**
 * Copies the hours of [fromMs, toMs), which must lie within the day, and that hold a sample to `place` of a table and behind.
 *
 * @returns where the next hour goes.
 */
export function copyHours(day: Day, fromMs: number, toMs: number, table: Float64Array, place: number): number {
  const first = placeOf(day, fromMs);
  const end = placeOf(day, toMs);
  table.set(day.numbers.subarray(first, end), place);
  let to = place;
  for (let from = place, hourMs = fromMs; hourMs < toMs; from += WIDTH, hourMs += HOUR_MS) {
    if (table[from + AT.origins] === 0) continue;
    if (to !== from) table.copyWithin(to, from, from + WIDTH);
    table[to + AT.hourMs] = hourMs;
    to += WIDTH;
  }
  return to;
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
