import { checkProblem } from './check-problem.ts';
import { solveProblem } from './prepare.ts';
import type { Problem } from './problem.ts';

/** How a residual of e standard deviations is weighed against one of least squares: 1 is full weight. */
export const ROBUST_WEIGHTS = {
  /** Fair: ρ = c²(|e|/c − ln(1 + |e|/c)), 95 % efficient with c = 1.3998. */
  fair: (e: number): number => 1 / (1 + Math.abs(e) / 1.3998),
  /** Hampel's three-part redescending function, a = 1.35, b = 2.70, c = 5.40. */
  hampel: (e: number): number => {
    const size = Math.abs(e);
    if (size <= 1.35) return 1;
    if (size <= 2.7) return 1.35 / size;
    return size < 5.4 ? (1.35 * (5.4 - size)) / (2.7 * size) : 0;
  },
} as const;

/** Reconciled values when large residuals count less than least squares lets them. By stream of the problem. */
export interface RobustResult {
  /** NaN where not determinable. */
  readonly reconciled: Float64Array;
  /** 1: in full agreement, near 0: set aside. NaN for unmeasured streams. */
  readonly weights: Float64Array;
  readonly iterations: number;
}

/** What a weight may fall to: a meter is never wholly forgotten, or the balances would no longer determine it. */
const LEAST = 1e-6;
const MOST_PASSES = 100;

/**
 * A cross-check on least squares that no single bad meter can pull along: iteratively reweighted, σ/√w in place of σ.
 *
 * Each loss makes at most `most` passes. A redescending function (Hampel) may have several solutions; it starts from Fair's. Correlations are kept.
 *
 * @throws ProblemError as `reconcile`.
 * @source D. B. Özyurt, R. W. Pike, Theory and practice of simultaneous data reconciliation and gross error detection, Comput. Chem. Eng.
 * 28 (2004)
 */
export function robustReconcile(problem: Problem, loss: keyof typeof ROBUST_WEIGHTS, most = MOST_PASSES): RobustResult {
  checkProblem(problem);
  const weights = new Float64Array(problem.streams.length).fill(1);
  let reconciled = new Float64Array(0);
  let iterations = 0;
  const settle = (weigh: (e: number) => number) => {
    for (let k = 0; k < most; k++) {
      iterations++;
      const streams = problem.streams.map((stream, s) =>
        stream.measured === null || stream.sigma === null ? stream : { ...stream, sigma: stream.sigma / Math.sqrt(weights[s]!) },
      );
      const { estimate } = solveProblem({ ...problem, streams });
      reconciled = new Float64Array(estimate.complete(estimate.reconciled));
      let change = 0;
      problem.streams.forEach(({ measured, sigma }, s) => {
        if (typeof measured !== 'number') return;
        const next = Math.max(LEAST, weigh((measured - reconciled[s]!) / sigma!));
        change = Math.max(change, Math.abs(next - weights[s]!));
        weights[s] = next;
      });
      if (change < 1e-6) return;
    }
  };
  settle(ROBUST_WEIGHTS.fair);
  if (loss === 'hampel') settle(ROBUST_WEIGHTS.hampel);
  problem.streams.forEach(({ measured }, s) => {
    if (typeof measured !== 'number') weights[s] = Number.NaN;
  });
  return { reconciled, weights, iterations };
}
