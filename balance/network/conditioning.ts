import type { Reconciliation } from './problem.ts';
import { ProblemError } from './problem-error.ts';

/** A balance of the answer that is open by more than this share of what meets it was lost to rounding. */
const CLOSED = 1e-6;

/** The refusal of a problem whose numbers lie too far apart to be computed with. */
export function illConditioned(detail: { readonly zh: string; readonly en: string }): ProblemError {
  return new ProblemError(
    [
      {
        code: 'conditioning',
        path: ['streams'],
        zh: `数值相差过于悬殊，无法可靠计算（${detail.zh}）：请核对 sigma 与单位`,
        en: `the numbers lie too far apart to be computed with (${detail.en}): check sigma and units`,
      },
    ],
    1,
  );
}

/**
 * Runs a factorisation; pivots that rounding has eaten become a refusal in words.
 *
 * @throws ProblemError
 */
export function factored<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError && /positive definite/.test(error.message))
      throw illConditioned({ zh: '不确定度相差太大', en: 'the uncertainties of streams that meet differ too much' });
    throw error;
  }
}

/**
 * Refuses an answer that does not close the balances that it was computed from.
 *
 * @param closure in − out of each constraint for the reconciled values, and the sum of the sizes of what meets it
 * @throws ProblemError
 */
export function refuseOpen(closure: Float64Array, sizes: Float64Array): void {
  if (closure.some((value, k) => !(Math.abs(value) <= CLOSED * sizes[k]!)))
    throw illConditioned({ zh: '协调后平衡仍不闭合', en: 'the balances do not close after all' });
}

/**
 * Refuses an answer in which a number is none: NaN and infinity are not written anywhere.
 *
 * @throws ProblemError
 */
export function refuseNonFinite(result: Reconciliation): Reconciliation {
  const bad = (value: unknown): boolean =>
    typeof value === 'number' ? !Number.isFinite(value) : typeof value === 'object' && value !== null && Object.values(value).some(bad);
  if (bad(result)) throw illConditioned({ zh: '结果超出可表示的范围', en: 'a result is beyond what can be represented' });
  return result;
}
