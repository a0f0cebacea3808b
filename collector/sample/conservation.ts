import { HOUR_MS, type Readings } from './hour.ts';
import { type Reason, reasonOf } from './reason.ts';
import { QUALITY_CODE } from './sample.ts';

/** Where the readings that were due in one hour went. */
export interface HourAccount {
  readonly hourMs: number;
  /** Due times in the hour; null where nothing says when a reading is due (messages on change, tickets, laboratory results). */
  readonly expected: number | null;
  readonly good: number;
  readonly suspect: number;
  readonly missing: Readonly<Partial<Record<Reason, number>>>;
  /** Due times of which nothing is recorded, not even that they were missed. Anything but 0 is a hidden gap. */
  readonly unaccounted: number;
  /** Samples beyond one for each due time. */
  readonly additional: number;
}

/**
 * The conservation of one channel's samples in an hour: expected = good + suspect + Σ missing by reason + unaccounted, exactly, where
 * readings are due at the multiples of `everyMs` in UTC; and samples = good + suspect + Σ missing + additional.
 *
 * A sample answers for the due time at or before it. Of several the first answers for the due time before, where that has none: an
 * answer that came late. Of what is left the last counts. Where a channel is looked at between its readings, what comes behind the reading
 * that was due is a look, whatever it says, and counts as additional; a look does not answer for the due time before.
 *
 * @param readings ascending; those of the hour, and of one interval before and behind it.
 * @param samplingMs how often it is looked at; absent or null: only when a reading is due.
 * @throws RangeError for an interval that is not positive.
 */
export function accountOf(readings: Readings, everyMs: number | null, hourMs: number, samplingMs: number | null = null): HourAccount {
  if (everyMs === null) return counted(readings, indicesIn(readings, hourMs, hourMs + HOUR_MS), null, hourMs, 0);
  if (!(everyMs > 0)) throw new RangeError(`readings cannot be due every ${everyMs} ms`);
  const first = Math.ceil(hourMs / everyMs);
  const end = Math.ceil((hourMs + HOUR_MS) / everyMs);
  const slots = slotsOf(readings, everyMs, first - 1, end, samplingMs ?? everyMs);
  const own = Array.from({ length: end - first }, (_, at) => slots.get(first + at) ?? []);
  const answersFor = (list: readonly number[]): number[] =>
    samplingMs === null ? list.slice(-1) : dueAmong(readings, list, everyMs, samplingMs);
  const settled = own.flatMap(answersFor);
  const additional = own.reduce((sum, list) => sum + Math.max(0, list.length - 1), 0);
  return counted(readings, settled, end - first, hourMs, additional);
}

/** Indices of the samples of each due time, numbered from 1970, from the one before `first` to `last` inclusive. */
function slotsOf({ timeMs }: Readings, everyMs: number, first: number, last: number, samplingMs: number): Map<number, number[]> {
  const slots = new Map<number, number[]>();
  for (let index = 0; index < timeMs.length; index++) {
    const slot = Math.floor(timeMs[index]! / everyMs);
    if (slot < first || slot > last) continue;
    const list = slots.get(slot);
    if (list === undefined) slots.set(slot, [index]);
    else list.push(index);
  }
  for (let slot = first + 1; slot <= last; slot++) {
    const list = slots.get(slot);
    // Both of them before another look is due: else the second is a look, and the first the reading of this time.
    if (list === undefined || slots.has(slot - 1) || !(timeMs[list[1] ?? Number.NaN]! < slot * everyMs + samplingMs)) continue;
    slots.set(slot - 1, [list.shift() as number]);
  }
  return slots;
}

/**
 * Of the samples between two due times the one that answers for the first of them: the last before the next time of looking, as what
 * comes before that is a look answered late; where there is none, the first, which was answered late itself.
 */
function dueAmong({ timeMs }: Readings, list: readonly number[], everyMs: number, samplingMs: number): number[] {
  const [earliest] = list;
  if (earliest === undefined) return [];
  const nextMs = Math.floor(timeMs[earliest]! / everyMs) * everyMs + samplingMs;
  return [list.findLast((index) => timeMs[index]! < nextMs) ?? earliest];
}

/**
 * Of the readings of a channel that is looked at between them those that were due, each answering for one due time; the looks are left out.
 * What counts readings, each for its interval, would else count a lively hour for more than one.
 *
 * @param readings ascending, from a due time on.
 */
export function dueReadings<R extends Readings>(readings: R, everyMs: number, samplingMs: number | null): R {
  if (samplingMs === null || readings.timeMs.length === 0) return readings;
  const [first, last] = [readings.timeMs[0]!, readings.timeMs.at(-1)!].map((timeMs) => Math.floor(timeMs / everyMs)) as [number, number];
  const slots = slotsOf(readings, everyMs, first, last, samplingMs);
  const indices = [...slots.keys()].sort((a, b) => a - b).flatMap((slot) => dueAmong(readings, slots.get(slot)!, everyMs, samplingMs));
  const { timeMs, value, quality, reason, origin } = readings;
  const floats = (column: Float64Array) => Float64Array.from(indices, (index) => column[index]!);
  const codes = (column: Uint8Array) => Uint8Array.from(indices, (index) => column[index]!);
  return {
    ...readings,
    timeMs: floats(timeMs),
    value: floats(value),
    quality: codes(quality),
    reason: codes(reason),
    origin: codes(origin),
  };
}

function indicesIn({ timeMs }: Readings, fromMs: number, toMs: number): number[] {
  return Array.from(timeMs.keys()).filter((index) => timeMs[index]! >= fromMs && timeMs[index]! < toMs);
}

function counted(readings: Readings, indices: readonly number[], expected: number | null, hourMs: number, additional: number): HourAccount {
  const missing: Partial<Record<Reason, number>> = {};
  let good = 0;
  let suspect = 0;
  for (const index of indices) {
    const quality = readings.quality[index]!;
    if (quality === QUALITY_CODE.good) good++;
    else if (quality === QUALITY_CODE.suspect) suspect++;
    else {
      const reason = reasonOf(readings.reason[index]!);
      missing[reason] = (missing[reason] ?? 0) + 1;
    }
  }
  return { hourMs, expected, good, suspect, missing, unaccounted: expected === null ? 0 : expected - indices.length, additional };
}

/** The accounts of every whole hour in [fromMs, toMs), ascending. `readings` as for `accountOf`, around the whole span. */
export function accountsOf(
  readings: Readings,
  everyMs: number | null,
  fromMs: number,
  toMs: number,
  samplingMs: number | null = null,
): HourAccount[] {
  const accounts: HourAccount[] = [];
  for (let hourMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS; hourMs + HOUR_MS <= toMs; hourMs += HOUR_MS) {
    accounts.push(accountOf(readings, everyMs, hourMs, samplingMs));
  }
  return accounts;
}

/** The accounts of several hours of one channel as one, from the first hour on; null where there are none. */
export function summedAccount(accounts: readonly HourAccount[]): HourAccount | null {
  if (accounts.length === 0) return null;
  const missing: Partial<Record<Reason, number>> = {};
  const sum = { good: 0, suspect: 0, unaccounted: 0, additional: 0 };
  let expected: number | null = 0;
  for (const account of accounts) {
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += account[key];
    for (const [reason, count] of Object.entries(account.missing) as [Reason, number][]) missing[reason] = (missing[reason] ?? 0) + count;
    expected = expected === null || account.expected === null ? null : expected + account.expected;
  }
  return { hourMs: (accounts[0] as HourAccount).hourMs, expected, missing, ...sum };
}
