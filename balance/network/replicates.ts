/** Means of repeated measurements with the uncertainty that the repetitions themselves show. */
export interface ReplicateSummary {
  readonly means: Float64Array;
  /** Standard errors of the means, s/√n: type A. */
  readonly sigmas: Float64Array;
  /** Correlations of the means, shrunk towards none so that few repetitions still give a covariance that can be. */
  readonly correlations: readonly (readonly number[])[];
  /** How far they were shrunk: 0 as sampled, 1 none kept. */
  readonly shrinkage: number;
}

/**
 * Type A evaluation of several quantities measured `n` times together: `series[q][k]` is quantity q in repetition k.
 *
 * Correlations are shrunk by the intensity that minimises the expected squared error: the sum of their sampling variances over the sum of
 * their squares.
 *
 * @throws RangeError with fewer than two repetitions, series of different lengths, or a series without any spread: σ = 0 is not known.
 * @source JCGM 100:2008, 4.2; J. Schäfer, K. Strimmer, Stat. Appl. Genet. Mol. Biol. 4 (2005) for the shrinkage
 */
export function summariseReplicates(series: readonly (readonly number[])[]): ReplicateSummary {
  const n = series[0]?.length ?? 0;
  if (n < 2 || series.some((one) => one.length !== n))
    throw new RangeError('replicates need two repetitions or more, the same number for each quantity');
  const means = Float64Array.from(series, (one) => one.reduce((sum, value) => sum + value, 0) / n);
  const deviations = Float64Array.from(series, (one, q) =>
    Math.sqrt(one.reduce((sum, value) => sum + (value - means[q]!) ** 2, 0) / (n - 1)),
  );
  if (deviations.some((s) => !(s > 0)))
    throw new RangeError('a quantity whose repetitions are all alike shows no uncertainty: state its sigma');
  const standard = series.map((one, q) => one.map((value) => (value - means[q]!) / deviations[q]!));
  let noise = 0;
  let signal = 0;
  const raw = standard.map((a, i) =>
    standard.map((b, j) => {
      const products = a.map((value, k) => value * b[k]!);
      const mean = products.reduce((sum, value) => sum + value, 0) / n;
      if (i < j) {
        signal += ((n / (n - 1)) * mean) ** 2;
        noise += (n / (n - 1) ** 3) * products.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      }
      return (n / (n - 1)) * mean;
    }),
  );
  const shrinkage = signal > 0 ? Math.min(1, noise / signal) : 1;
  return {
    means,
    sigmas: deviations.map((s) => s / Math.sqrt(n)),
    correlations: raw.map((row, i) => row.map((value, j) => (i === j ? 1 : (1 - shrinkage) * value))),
    shrinkage,
  };
}
