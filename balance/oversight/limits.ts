import type { Span } from './spans.ts';
import { within } from './spans.ts';
import type { PeriodMean } from './validity.ts';

/** A stretch of periods one after the other whose means lie over a limit. */
export interface Exceedance {
  readonly fromMs: number;
  readonly toMs: number;
  readonly periods: number;
  readonly peak: number;
  /** Peak ÷ limit. */
  readonly ratio: number;
  /** 超标倍数: peak ÷ limit − 1. */
  readonly multiple: number;
}

/** A value that may be held against a limit. */
export type Held = Pick<PeriodMean, 'startMs' | 'mean' | 'counts'>;

/**
 * Stretches over a limit. Only means that count are held against it: data that are marked invalid are no ground for a finding. A period
 * that does not count ends a stretch, as does one within the limit; a mean equal to the limit is within. A period that begins in exempt
 * time is left out.
 *
 * @param limit in the unit of the means; positive. @param exempt as `merged` returns them.
 */
export function exceedances(means: readonly Held[], periodMs: number, limit: number, exempt: readonly Span[] = []): Exceedance[] {
  if (!(limit > 0)) throw new RangeError(`a limit is positive, not ${limit}`);
  const found: { fromMs: number; toMs: number; periods: number; peak: number; ratio: number; multiple: number }[] = [];
  for (const { startMs, mean, counts } of means) {
    if (!counts || mean === null || mean <= limit || within(exempt, startMs)) continue;
    const last = found.at(-1);
    if (last?.toMs === startMs) {
      last.toMs += periodMs;
      last.periods++;
      last.peak = Math.max(last.peak, mean);
    } else found.push({ fromMs: startMs, toMs: startMs + periodMs, periods: 1, peak: mean, ratio: 0, multiple: 0 });
    const own = found.at(-1)!;
    [own.ratio, own.multiple] = [own.peak / limit, own.peak / limit - 1];
  }
  return found;
}
