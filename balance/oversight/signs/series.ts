import { QUALITY_CODE } from '../../../collector/sample/sample.ts';
import type { SampleColumns } from '../../../collector/stores/store.ts';

/** Readings of one code on the grid on which they are due; NaN where none is good. */
export interface Series {
  readonly code: string;
  readonly everyMs: number;
  /** Time of the first value. */
  readonly startMs: number;
  readonly value: Float64Array;
}

/** Good readings on their grid. Of two readings in one place the later written counts. */
export function seriesOf(code: string, samples: SampleColumns, everyMs: number, fromMs: number, toMs: number): Series {
  const value = new Float64Array(Math.max(0, Math.floor((toMs - fromMs) / everyMs))).fill(Number.NaN);
  const { timeMs, value: read, quality } = samples;
  for (let index = 0; index < timeMs.length; index++) {
    const slot = Math.floor((timeMs[index]! - fromMs) / everyMs);
    if (slot < 0 || slot >= value.length) continue;
    value[slot] = quality[index] === QUALITY_CODE.good ? read[index]! : Number.NaN;
  }
  return { code, everyMs, startMs: fromMs, value };
}

/** Number of grid places in so many hours, at least `least`. */
export function placesOf({ everyMs }: Series, hours: number, least: number): number {
  return Math.max(least, Math.round((hours * 3_600_000) / everyMs));
}

/** Median; NaN of nothing. Values that are no number are left out. */
export function median(values: Iterable<number>): number {
  return quantile(
    [...values].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b),
    0.5,
  );
}

/** Quantile of sorted values, between the two that bracket it; NaN of nothing. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

/**
 * Root mean square of the differences of neighbours in [from, to): how restless a monitor is from one reading to the next, whatever the
 * level. NaN where fewer than half of the differences are there.
 */
export function restlessness(value: Float64Array, from: number, to: number): number {
  let [sum, count] = [0, 0];
  for (let index = Math.max(1, from + 1); index < to; index++) {
    const step = value[index]! - value[index - 1]!;
    if (Number.isNaN(step)) continue;
    sum += step * step;
    count++;
  }
  return count >= (to - from - 1) / 2 && count > 1 ? Math.sqrt(sum / count) : Number.NaN;
}

/** Restlessness of the stretches of `places` one after the other before `end`; a monitor's usual one is their median. */
export function usualRestlessness({ value }: Series, end: number, places: number): number {
  const found: number[] = [];
  for (let from = 0; from + places <= end; from += places) found.push(restlessness(value, from, from + places));
  return median(found);
}
