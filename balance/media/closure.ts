import type { Verdict } from './result.ts';

export interface Closure {
  /** in − out − stock change; null where a stream is unknown. */
  readonly imbalance: number | null;
  /** Standard uncertainty of the imbalance; null where unknown. */
  readonly u: number | null;
  /** What enters from outside the boundary, circulating streams left out. */
  readonly entering: number;
  /** A stream at the boundary takes the residue of its node. */
  readonly byDifference: boolean;
  readonly tolerance: { readonly percent: number } | null;
}

/** Expanded over standard uncertainty: about 95 % of a normal distribution. */
export const COVERAGE_FACTOR = 2;

/** 100 × imbalance ÷ what enters; null where nothing enters or a stream is unknown. */
export function closurePercent({ imbalance, entering }: Pick<Closure, 'imbalance' | 'entering'>): number | null {
  return imbalance === null || !(entering > 0) ? null : (100 * imbalance) / entering;
}

/**
 * The verdict of a balance from its imbalance E, its expanded uncertainty U = 2u and the tolerance T, both in % of what enters:
 *
 * | | U ≤ T | U > T |
 * |---|---|---|
 * | \|E\| ≤ T, \|E\| ≤ U | closed | closed-blind: the test could not have seen more than T |
 * | \|E\| ≤ T, \|E\| > U | closed-with-detectable-bias | cannot be |
 * | \|E\| > T, \|E\| > U | open-significant | open-significant |
 * | \|E\| > T, \|E\| ≤ U | cannot be | open-not-significant |
 *
 * Without a tolerance only U judges: closed or open-significant. No regulation prints a tolerance, so none is assumed. A balance that a
 * difference closes is by-difference, unless the rest of it is already open beyond U. Where a stream or its uncertainty is unknown it is
 * incomplete.
 */
export function verdictOf(closure: Closure): Verdict {
  const { imbalance, u, entering, byDifference, tolerance } = closure;
  if (imbalance === null || u === null) return byDifference && imbalance !== null ? 'by-difference' : 'incomplete';
  const error = Math.abs(imbalance);
  const expanded = COVERAGE_FACTOR * u;
  const significant = error > expanded;
  if (byDifference) return significant && u > 0 ? 'open-significant' : 'by-difference';
  if (tolerance === null || !(entering > 0)) return significant ? 'open-significant' : 'closed';
  const limit = (tolerance.percent / 100) * entering;
  if (error > limit) return significant ? 'open-significant' : 'open-not-significant';
  if (significant) return 'closed-with-detectable-bias';
  return expanded > limit ? 'closed-blind' : 'closed';
}
