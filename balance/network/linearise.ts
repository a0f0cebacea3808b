import type { Core } from './core.ts';
import type { Covariance, CovarianceRoot } from './covariance.ts';
import { type PivotedQr, pivotedQr } from './dense/pivoted-qr.ts';
import { denseCore } from './dense-core.ts';
import type { Expression } from './expression.ts';
import { type Freedom, freedomOf } from './freedom.ts';

/** Pivots of the unmeasured part smaller than this count as none. */
const RANK = 1e-9;
/** A slope smaller than this share of what it is computed from is rounding. */
const ROUNDING = 1e-11;

/**
 * Equations g(x, u) = 0 linearised where they stand: g + A·δx + B·δu = 0, rows scaled by ρ and the unmeasured by t so that entries are of
 * size one, and u projected out: combinations N·(g + A·δx) of the rows in which B vanishes (N·B = 0) constrain the measurements alone.
 */
export interface Linearisation {
  /** ρ: what each equation was divided by. */
  readonly rowScale: Float64Array;
  /** t: the unit of each unmeasured quantity. */
  readonly unit: Float64Array;
  /** g ÷ ρ. */
  readonly residual: Float64Array;
  /** How many constraints on the measurements are left, dependent ones counted. */
  readonly constraints: number;
  /** N·A·δ = c in which r = N·(g + A·δ) for δ = y − x, the measurements from where the equations were linearised. */
  core(delta: Float64Array): Core;
  readonly freedom: Freedom;
  /** What the constraints see where equation `k` is off by one of its unit: N·e_k ÷ ρ_k. */
  offBy(k: number): Float64Array;
  /** δu for a given δx; what is not determined moves as little as it can. */
  followUnmeasured(deltaX: Float64Array): Float64Array;
  /** ∂u/∂x of an observable unmeasured quantity, by measurement. */
  slope(unmeasured: number): readonly (readonly [number, number])[];
}

/** How equations are linearised at `z`, which holds all quantities; `measured` and `unmeasured` say where in it x and u stand. */
export type Linearise = (
  equations: readonly Expression[],
  z: Float64Array,
  measured: Int32Array,
  unmeasured: Int32Array,
  covariance: Covariance,
  root: CovarianceRoot,
) => Linearisation;

/**
 * By dense matrices: Qᵀ·B·P = [R; 0], N = Q₂ᵀ. The ranks are those of a rank-revealing QR; time grows with the cube of the size.
 *
 * @source C. M. Crowe et al., AIChE J. 29 (1983), projection; C. L. E. Swartz 1989 for its QR form
 */
export const linearise: Linearise = (equations, z, measured, unmeasured, covariance, root) => {
  const sigma = covariance.variance.map(Math.sqrt);
  const m = equations.length;
  const n = measured.length;
  const p = unmeasured.length;
  const place = new Int32Array(z.length);
  measured.forEach((q, i) => {
    place[q] = i;
  });
  unmeasured.forEach((q, j) => {
    place[q] = -1 - j;
  });
  const a = Array.from({ length: m }, () => new Float64Array(n));
  const b = Array.from({ length: p }, () => new Float64Array(m));
  const rowScale = new Float64Array(m);
  equations.forEach(({ gradient }, k) => {
    for (const { quantity, slope } of gradient) {
      const value = slope(z);
      const at = place[quantity]!;
      if (at >= 0) {
        a[k]![at] = value;
        rowScale[k] = Math.max(rowScale[k]!, Math.abs(value) * sigma[at]!);
      } else b[-1 - at]![k] = value;
    }
  });
  const unit = balanceScales(b, rowScale);
  for (let k = 0; k < m; k++) for (let i = 0; i < n; i++) a[k]![i]! /= rowScale[k]!;
  b.forEach((column, j) => {
    for (let k = 0; k < m; k++) column[k]! *= unit[j]! / rowScale[k]!;
  });
  const residual = Float64Array.from(equations, ({ value }, k) => value(z) / rowScale[k]!);

  const qr = pivotedQr(m, b, RANK);
  const rank = qr.rank;
  const free = freedom(qr, p);
  // Qᵀ·A, column by column
  const turned = Array.from({ length: n }, (_, i) => {
    const column = Float64Array.from(a, (row) => row[i]!);
    qr.applyTransposed(column);
    return column;
  });
  const turnedResidual = residual.slice();
  qr.applyTransposed(turnedResidual);
  const constraints = Array.from({ length: m - rank }, (_, k) => Float64Array.from(turned, (column) => column[rank + k]!));
  return {
    rowScale,
    unit,
    residual,
    constraints: m - rank,
    core: (delta) => {
      const r = Float64Array.from(constraints, (row, k) =>
        row.reduce((sum, value, i) => sum + value * delta[i]!, turnedResidual[rank + k]!),
      );
      return denseCore(constraints, r, covariance, root);
    },
    freedom: free,
    offBy: (k) => {
      const unit = new Float64Array(m);
      unit[k] = 1 / rowScale[k]!;
      qr.applyTransposed(unit);
      return unit.slice(rank);
    },
    followUnmeasured: (deltaX) => {
      const right = new Float64Array(rank);
      for (let k = 0; k < rank; k++) {
        let sum = turnedResidual[k]!;
        for (let i = 0; i < n; i++) sum += turned[i]![k]! * deltaX[i]!;
        right[k] = -sum;
      }
      backSubstitute(qr, right);
      const delta = new Float64Array(p);
      for (let k = 0; k < rank; k++) delta[qr.pivots[k]!] = right[k]!;
      return free.shortest(delta).map((value, j) => value * unit[j]!);
    },
    slope: (j) => {
      const at = qr.pivots.indexOf(j);
      return turned.flatMap((column, i): [number, number][] => {
        const right = column.slice(0, rank);
        const largest = right.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        backSubstitute(qr, right);
        // what is left of cancelling terms is nothing
        return Math.abs(right[at]!) > ROUNDING * largest ? [[i, -right[at]! * unit[j]!]] : [];
      });
    },
  };
};

/** Units of the unmeasured columns and of rows without a measurement such that the largest entry of each is about one. */
function balanceScales(columns: readonly Float64Array[], rowScale: Float64Array): Float64Array {
  const unit = new Float64Array(columns.length).fill(1);
  const known = rowScale.map((scale) => (scale > 0 ? 1 : 0));
  for (let k = 0; k < rowScale.length; k++) if (!known[k]) rowScale[k] = Math.max(...columns.map((column) => Math.abs(column[k]!))) || 1;
  for (let sweep = 0; sweep < 6; sweep++) {
    columns.forEach((column, j) => {
      let largest = 0;
      for (let k = 0; k < column.length; k++) largest = Math.max(largest, Math.abs(column[k]!) / rowScale[k]!);
      unit[j] = largest > 0 ? 1 / largest : 1;
    });
    for (let k = 0; k < rowScale.length; k++) {
      if (known[k]) continue;
      let largest = 0;
      columns.forEach((column, j) => {
        largest = Math.max(largest, Math.abs(column[k]!) * unit[j]!);
      });
      rowScale[k] = largest || 1;
    }
  }
  return unit;
}

/** b = R\b on the pivots. */
function backSubstitute(qr: PivotedQr, b: Float64Array): void {
  for (let i = qr.rank - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < qr.rank; k++) sum -= qr.r(i, k) * b[k]!;
    b[i] = sum / qr.r(i, i);
  }
}

/** Along the null space of B the pivots move by −R₁₁⁻¹·R₁₂, the others by themselves. */
function freedom(qr: PivotedQr, p: number): Freedom {
  const moves: Map<number, number>[] = Array.from({ length: p }, () => new Map());
  for (let k = qr.rank; k < p; k++) {
    const column = Float64Array.from({ length: qr.rank }, (_, i) => qr.r(i, k));
    backSubstitute(qr, column);
    moves[qr.pivots[k]!]!.set(k - qr.rank, 1);
    for (const [i, value] of column.entries()) if (value !== 0) moves[qr.pivots[i]!]!.set(k - qr.rank, -value);
  }
  return freedomOf(moves, p - qr.rank);
}
