import { dot } from './core.ts';
import { applyCovariance } from './covariance.ts';
import type { Estimate } from './estimate.ts';
import { dense, type Hypothesis } from './hypotheses.ts';

/** Several errors estimated together. */
export interface JointEstimate {
  readonly magnitudes: Float64Array;
  /** Standard deviation of each magnitude. */
  readonly sigmas: Float64Array;
  /** J with all of them taken out. */
  readonly statistic: number;
  /** Measurements reconciled with all of them taken out. */
  readonly reconciled: Float64Array;
}

/**
 * Unbiased magnitudes of errors that are assumed together, by generalised least squares on the residual r with covariance S:
 * b̂ = (Fᵀ·S⁻¹·F)⁻¹·Fᵀ·S⁻¹·r, cov b̂ = (Fᵀ·S⁻¹·F)⁻¹.
 *
 * @returns null where the effects are linearly dependent: some of them cannot be told apart.
 * @source D. K. Rollins, J. F. Davis, Unbiased estimation of gross errors in process measurements, AIChE J. 38 (1992)
 */
export function jointEstimate({ core, y }: Estimate, assumed: readonly Hypothesis[]): JointEstimate | null {
  const effects = assumed.map(({ effect }) => dense(core, effect));
  const solved = effects.map((f) => core.solve(f));
  const root = cholesky(effects.map((f) => solved.map((s) => dot(f, s))));
  if (root === null) return null;
  const inverse = effects.map((_, k) =>
    choleskySolve(
      root,
      Float64Array.from(effects, (__, l) => (k === l ? 1 : 0)),
    ),
  );
  const scores = Float64Array.from(effects, (f) => dot(f, core.multipliers));
  const magnitudes = Float64Array.from(inverse, (row) => dot(row, scores));
  // S⁻¹·(r − F·b̂)
  const multipliers = core.multipliers.slice();
  solved.forEach((s, k) => {
    for (let row = 0; row < s.length; row++) multipliers[row]! -= magnitudes[k]! * s[row]!;
  });
  const corrected = y.slice();
  assumed.forEach(({ kind, index }, k) => {
    if (kind === 'bias') corrected[index]! -= magnitudes[k]!;
  });
  const adjustment = applyCovariance(core.covariance, core.transpose(multipliers));
  return {
    magnitudes,
    sigmas: Float64Array.from(inverse, (row, k) => Math.sqrt(row[k]!)),
    statistic: Math.max(0, dot(core.residual, core.multipliers) - dot(magnitudes, scores)),
    reconciled: corrected.map((value, i) => value - adjustment[i]!),
  };
}

/** Lower root of a small symmetric matrix, null where it is not positive definite to rounding. */
function cholesky(matrix: readonly (readonly number[])[]): Float64Array[] | null {
  const root = matrix.map((row) => Float64Array.from(row));
  for (let k = 0; k < root.length; k++) {
    let pivot = root[k]![k]!;
    for (let j = 0; j < k; j++) pivot -= root[k]![j]! ** 2;
    if (!(pivot > 1e-9 * matrix[k]![k]!)) return null;
    root[k]![k] = Math.sqrt(pivot);
    for (let i = k + 1; i < root.length; i++) {
      let sum = root[i]![k]!;
      for (let j = 0; j < k; j++) sum -= root[i]![j]! * root[k]![j]!;
      root[i]![k] = sum / root[k]![k]!;
    }
  }
  return root;
}

function choleskySolve(root: readonly Float64Array[], b: Float64Array): Float64Array {
  const n = root.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) b[i]! -= root[i]![j]! * b[j]!;
    b[i]! /= root[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) b[i]! -= root[j]![i]! * b[j]!;
    b[i]! /= root[i]![i]!;
  }
  return b;
}
