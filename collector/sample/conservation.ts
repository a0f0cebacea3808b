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
 * answer that came late. Of what is left the last counts.
 *
 * @param readings ascending; those of the hour, and of one interval before and behind it.
 * @throws RangeError for an interval that is not positive.
 */
export function accountOf(readings: Readings, everyMs: number | null, hourMs: number): HourAccount {
  if (everyMs === null) return counted(readings, indicesIn(readings, hourMs, hourMs + HOUR_MS), null, hourMs, 0);
  if (!(everyMs > 0)) throw new RangeError(`readings cannot be due every ${everyMs} ms`);
  const first = Math.ceil(hourMs / everyMs);
  const end = Math.ceil((hourMs + HOUR_MS) / everyMs);
  const slots = slotsOf(readings, everyMs, first - 1, end);
  const own = Array.from({ length: end - first }, (_, at) => slots.get(first + at) ?? []);
  const settled = own.flatMap((list) => list.slice(-1));
  const additional = own.reduce((sum, list) => sum + Math.max(0, list.length - 1), 0);
  return counted(readings, settled, end - first, hourMs, additional);
}

/** Indices of the samples that answer for each due time, numbered from 1970, from the one before `first` to `last` inclusive. */
function slotsOf({ timeMs }: Readings, everyMs: number, first: number, last: number): Map<number, number[]> {
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
    if (list === undefined || list.length < 2 || slots.has(slot - 1)) continue;
    slots.set(slot - 1, [list.shift() as number]);
  }
  return slots;
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
export function accountsOf(readings: Readings, everyMs: number | null, fromMs: number, toMs: number): HourAccount[] {
  const accounts: HourAccount[] = [];
  for (let hourMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS; hourMs + HOUR_MS <= toMs; hourMs += HOUR_MS) {
    accounts.push(accountOf(readings, everyMs, hourMs));
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
