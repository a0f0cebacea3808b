import { applyCovariance, type Covariance } from './covariance.ts';

/**
 * The redundant part of a problem, after the unmeasured quantities are projected out: n measurements y with covariance V, m independent
 * constraints G·x = c. Everything that is computed and tested follows from S = G·V·Gᵀ and r = G·y − c.
 */
export interface Core {
  readonly measurements: number;
  readonly constraints: number;
  readonly covariance: Covariance;
  /** Where rows were left out because others determine them: which of those given each row of G is. */
  readonly kept?: readonly number[];
  /** r = G·y − c. */
  readonly residual: Float64Array;
  /** λ = S⁻¹·r. */
  readonly multipliers: Float64Array;
  /** S⁻¹·f. */
  solve(f: Float64Array): Float64Array;
  /** Gᵀ·λ. */
  transpose(lambda: Float64Array): Float64Array;
  /** G·x. */
  apply(x: Float64Array): Float64Array;
  /** G·eᵢ as [row, value] pairs. */
  column(i: number): readonly (readonly [number, number])[];
  /** diag(Gᵀ·S⁻¹·G). */
  precisionDiagonal(): Float64Array;
  /** diag(S⁻¹). */
  inverseDiagonal(): Float64Array;
  /** diag(V·Gᵀ·S⁻¹·G·V), the variance of each adjustment. */
  adjustmentVariance(): Float64Array;
  /** diag(V·Gᵀ·S⁻¹·G): the share of each measurement's own error that its adjustment takes out, 1 − ∂x̂/∂y. */
  selfChecking(): Float64Array;
  /** wᵀ·Σ·w for a few entries of w, Σ the covariance of the reconciled values: the variance of Σ w·x̂. */
  reconciledVariance(w: readonly (readonly [number, number])[]): number;
  /** Columns of G that are parallel share a number ≥ 0; a column of zeros has −1. */
  groups(): Int32Array;
}

/** v = −V·Gᵀ·λ, the adjustment of each measurement. */
export function adjustments(core: Core): Float64Array {
  const v = applyCovariance(core.covariance, core.transpose(core.multipliers));
  for (let i = 0; i < v.length; i++) v[i] = -v[i]!;
  return v;
}

/** J = rᵀ·S⁻¹·r. */
export function statistic(core: Core): number {
  return dot(core.residual, core.multipliers);
}

/** Σ·w with Σ = V − V·Gᵀ·S⁻¹·G·V, the covariance of the reconciled values. */
export function applyReconciledCovariance(core: Core, w: Float64Array): Float64Array {
  const vw = applyCovariance(core.covariance, w);
  const back = applyCovariance(core.covariance, core.transpose(core.solve(core.apply(vw))));
  for (let i = 0; i < vw.length; i++) vw[i]! -= back[i]!;
  return vw;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
