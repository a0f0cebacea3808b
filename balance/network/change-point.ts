import { chiSquareTail } from './distributions.ts';

/** How a series changed, if it did. */
export interface Change {
  readonly kind: 'steady' | 'step' | 'drift';
  /** Of a step: the first window after it. Of a drift: 0. */
  readonly at: number;
  /** Of a step its height; of a drift the rise from the first window to the last. */
  readonly size: number;
  /** Likelihood ratio against a constant level. */
  readonly statistic: number;
  /** Probability of so large a ratio without any change, over all that was tried. */
  readonly probability: number;
}

/**
 * Whether a series with known spread `sigma` keeps its level, moved along a line, or jumped once. The level itself is free: what all
 * windows share, a meter's calibration error above all, is no change, however large.
 *
 * @throws RangeError with fewer than three values or where sigma is not positive.
 * @source D. V. Hinkley, Inference about the change-point in a sequence of random variables, Biometrika 57 (1970); Šidák over positions
 */
export function changeOf(values: Float64Array, sigma: number, alpha: number): Change {
  const n = values.length;
  if (n < 3 || !(sigma > 0)) throw new RangeError('a change needs three windows or more and a positive sigma');
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const centre = (n - 1) / 2;
  let products = 0;
  let squares = 0;
  values.forEach((value, t) => {
    products += (t - centre) * (value - mean);
    squares += (t - centre) ** 2;
  });
  const slope = products / squares;
  const line = (slope * products) / sigma ** 2;
  let [best, at, height] = [0, 0, 0];
  let before = 0;
  for (let t = 1; t < n; t++) {
    before += values[t - 1]! - mean;
    // means on both sides of t: n·before² ÷ (t·(n − t))
    const ratio = (n * before ** 2) / (t * (n - t) * sigma ** 2);
    if (ratio > best) [best, at, height] = [ratio, t, (-n * before) / (t * (n - t))];
  }
  const family = (one: number, count: number) => -Math.expm1(count * Math.log1p(-Math.min(one, 1 - 1e-15)));
  const byLine = { kind: 'drift' as const, at: 0, size: slope * (n - 1), statistic: line, probability: family(chiSquareTail(line, 1), n) };
  const byStep = { kind: 'step' as const, at, size: height, statistic: best, probability: family(chiSquareTail(best, 1), n) };
  const found = byLine.statistic > byStep.statistic ? byLine : byStep;
  return found.probability <= alpha
    ? found
    : { kind: 'steady', at: 0, size: 0, statistic: found.statistic, probability: found.probability };
}
