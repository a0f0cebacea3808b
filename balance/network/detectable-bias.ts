import { normalCritical, normalUpper, sidakLevel } from './distributions.ts';
import { solveProblem } from './prepare.ts';
import { prepared } from './prepared.ts';
import type { Problem } from './problem.ts';

/** The smallest bias of a meter that the balances would show. */
export interface DetectableBias {
  readonly id: string;
  /** null: no bias of this meter, however large, can be seen. */
  readonly bias: number | null;
  /** The bias as a share of the reading. */
  readonly relative: number | null;
}

/**
 * The bias that the measurement test finds with probability `power`: δ = (z_α + z_β) ÷ √(Gᵀ·S⁻¹·G)ᵢᵢ, without correlations
 * (z_α + z_β)·σ ÷ detectability. z_α is Šidák's value over the groups that can be told apart.
 *
 * Known before anything is measured: only classes and σ enter, readings only into `relative` (and, in equations, into the point of
 * linearisation).
 *
 * @source S. Narasimhan, C. Jordache 2000, ch. 7
 */
export function detectableBiases(given: Problem, power = 0.8): DetectableBias[] {
  const problem = prepared(given);
  const { estimate } = solveProblem(problem);
  const groups = new Set(estimate.core.groups());
  groups.delete(-1);
  const alpha = sidakLevel(problem.options?.alpha ?? 0.05, groups.size);
  const reach = normalCritical(alpha) + normalUpper(1 - power);
  const precision = estimate.core.precisionDiagonal();
  return Array.from(estimate.streams, (s, i) => {
    const { id, measured } = problem.streams[s]!;
    const seen = estimate.classes[s] === 'redundant' && precision[i]! > 0;
    const bias = seen ? reach / Math.sqrt(precision[i]!) : null;
    return { id, bias, relative: bias === null || measured === 0 ? null : Math.abs(bias / measured!) };
  });
}
