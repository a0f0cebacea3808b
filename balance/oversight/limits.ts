import type { PeriodMean } from './validity.ts';

/** A stretch of periods one after the other whose means lie over a limit. */
export interface Exceedance {
  readonly fromMs: number;
  readonly toMs: number;
  readonly periods: number;
  readonly peak: number;
  /** Peak ÷ limit. */
  readonly ratio: number;
}

/**
 * Stretches over a limit. Only means that count are held against it: data that are marked invalid are no ground for a finding. A period
 * that does not count ends a stretch, as does one within the limit; a mean equal to the limit is within.
 *
 * @param limit in the unit of the means; positive.
 */
export function exceedances(means: readonly PeriodMean[], periodMs: number, limit: number): Exceedance[] {
  if (!(limit > 0)) throw new RangeError(`a limit is positive, not ${limit}`);
  const found: { fromMs: number; toMs: number; periods: number; peak: number; ratio: number }[] = [];
  for (const { startMs, mean, counts } of means) {
    if (!counts || mean === null || mean <= limit) continue;
    const last = found.at(-1);
    if (last?.toMs === startMs) {
      last.toMs += periodMs;
      last.periods++;
      last.peak = Math.max(last.peak, mean);
      last.ratio = last.peak / limit;
    } else found.push({ fromMs: startMs, toMs: startMs + periodMs, periods: 1, peak: mean, ratio: mean / limit });
  }
  return found;
}
