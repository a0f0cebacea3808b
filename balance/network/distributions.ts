import chisquareCdf from '@stdlib/stats-base-dists-chisquare-cdf';
import chisquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

/** The value that χ² with `dof` degrees of freedom exceeds with probability `alpha`; null without a degree of freedom. */
export function chiSquareCritical(dof: number, alpha: number): number | null {
  return dof > 0 ? chisquareQuantile(1 - alpha, dof) : null;
}

/** P(χ² > x). */
export function chiSquareTail(x: number, dof: number): number {
  return 1 - chisquareCdf(x, dof);
}

/** The value that |N(0,1)| exceeds with probability `alpha`. */
export function normalCritical(alpha: number): number {
  return -normalQuantile(alpha / 2, 0, 1);
}

/**
 * The level of each of `count` tests so that all together err with probability `alpha`: 1 − (1 − α)^(1/count).
 *
 * For one pair of streams that cannot be told apart count 1: they are one test.
 *
 * @source Z. Šidák, J. Am. Stat. Assoc. 62 (1967)
 */
export function sidakLevel(alpha: number, count: number): number {
  return count > 0 ? -Math.expm1(Math.log1p(-alpha) / count) : alpha;
}

/** The value that N(0,1) exceeds with probability `alpha`. */
export function normalUpper(alpha: number): number {
  return -normalQuantile(alpha, 0, 1);
}
