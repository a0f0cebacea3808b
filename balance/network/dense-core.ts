import { type Core, dot } from './core.ts';
import { applyCovariance, type Covariance, type CovarianceRoot } from './covariance.ts';
import { pivotedQr } from './dense/pivoted-qr.ts';

/** Constraints whose residual the others already determine count once. */
const DEPENDENT = 1e-9;
/** A measurement whose share of the balances is smaller than this takes no part in them. */
const ABSENT = 1e-10;
/** 1 − |cos| below which two columns are parallel. */
const PARALLEL = 1e-8;

/**
 * The core of G·x = c for G given by rows, scaled so that a row that counts is of size one when measured in σ: W = Cᵀ·Gᵀ is factored as W·P = Q·R, so that S = G·V·Gᵀ = Rᵀ·R is never formed. Rows that
 * depend on others are left out.
 */
export function denseCore(rows: readonly Float64Array[], residualOfRows: Float64Array, v: Covariance, root: CovarianceRoot): Core {
  const weighed = rows.map((row) => root.transposed(row));
  const qr = pivotedQr(v.size, weighed, DEPENDENT, 1);
  const m = qr.rank;
  const kept = Array.from({ length: m }, (_, k) => qr.pivots[k]!);
  const g = kept.map((k) => rows[k]!);
  const residual = Float64Array.from(kept, (k) => residualOfRows[k]!);

  // x = Rᵀ\x
  const lower = (x: Float64Array) => {
    for (let i = 0; i < m; i++) {
      let sum = x[i]!;
      for (let j = 0; j < i; j++) sum -= qr.r(j, i) * x[j]!;
      x[i] = sum / qr.r(i, i);
    }
    return x;
  };
  // x = R\x
  const upper = (x: Float64Array) => {
    for (let i = m - 1; i >= 0; i--) {
      let sum = x[i]!;
      for (let j = i + 1; j < m; j++) sum -= qr.r(i, j) * x[j]!;
      x[i] = sum / qr.r(i, i);
    }
    return x;
  };
  const solve = (f: Float64Array) => upper(lower(f.slice()));
  const transpose = (lambda: Float64Array) => {
    const d = new Float64Array(v.size);
    g.forEach((row, k) => {
      for (let i = 0; i < d.length; i++) d[i]! += row[i]! * lambda[k]!;
    });
    return d;
  };
  // M = R⁻ᵀ·G by columns: Gᵀ·S⁻¹·G = Mᵀ·M
  const whitened = Array.from({ length: v.size }, (_, i) => lower(Float64Array.from(g, (row) => row[i]!)));
  const multipliers = solve(residual);
  return {
    measurements: v.size,
    constraints: m,
    covariance: v,
    kept,
    residual,
    multipliers,
    solve,
    transpose,
    apply: (x) => Float64Array.from(g, (row) => row.reduce((sum, value, i) => sum + value * x[i]!, 0)),
    precisionDiagonal: () => Float64Array.from(whitened, squared),
    inverseDiagonal: () =>
      Float64Array.from({ length: m }, (_, k) => {
        const unit = new Float64Array(m);
        unit[k] = 1;
        return squared(lower(unit));
      }),
    adjustmentVariance: () => {
      const sums = new Float64Array(v.size);
      for (let k = 0; k < m; k++) {
        const row = applyCovariance(
          v,
          Float64Array.from(whitened, (column) => column[k]!),
        );
        row.forEach((value, i) => {
          sums[i]! += value * value;
        });
      }
      return sums;
    },
    selfChecking: () => {
      const shares = Float64Array.from(whitened, (column, i) => v.variance[i]! * squared(column));
      for (let e = 0; e < v.a.length; e++) {
        const [i, j] = [v.a[e]!, v.b[e]!];
        const shared = v.covariance[e]! * dot(whitened[i]!, whitened[j]!);
        shares[i]! += shared;
        shares[j]! += shared;
      }
      return shares;
    },
    reconciledVariance: (w) => {
      const dense = new Float64Array(v.size);
      for (const [i, value] of w) dense[i]! += value;
      const spread = applyCovariance(v, dense);
      const seen = lower(Float64Array.from(g, (row) => row.reduce((sum, value, i) => sum + value * spread[i]!, 0)));
      return Math.max(0, w.reduce((sum, [i, value]) => sum + value * spread[i]!, 0) - squared(seen));
    },
    column: (i) => g.flatMap((row, k): [number, number][] => (row[i] === 0 ? [] : [[k, row[i]!]])),
    groups: () => parallelColumns(whitened, v),
  };
}

function squared(x: Float64Array): number {
  let sum = 0;
  for (const value of x) sum += value * value;
  return sum;
}

/** Numbers the sets of parallel columns; candidates are neighbours in the order of their projection on one fixed direction. */
function parallelColumns(columns: readonly Float64Array[], v: Covariance): Int32Array {
  const group = new Int32Array(columns.length).fill(-1);
  const unit = columns.map((column, i) => {
    const length = Math.sqrt(squared(column));
    return length * Math.sqrt(v.variance[i]!) > ABSENT ? column.map((value) => value / length) : null;
  });
  const present = [...unit.keys()].filter((i) => unit[i] !== null);
  const key = new Map(present.map((i) => [i, Math.abs(unit[i]!.reduce((sum, value, k) => sum + value * Math.sin(k + 1), 0))]));
  const order = present.toSorted((i, j) => key.get(i)! - key.get(j)!);
  const first: number[] = []; // one member of each group, in the order of the keys
  for (const i of order) {
    let found = -1;
    for (let at = first.length - 1; at >= 0; at--) {
      const other = first[at]!;
      if (key.get(i)! - key.get(other)! > 1e-3) break;
      const cosine = unit[i]!.reduce((sum, value, k) => sum + value * unit[other]![k]!, 0);
      if (1 - Math.abs(cosine) < PARALLEL) {
        found = group[other]!;
        break;
      }
    }
    group[i] = found === -1 ? first.push(i) - 1 : found;
  }
  return group;
}
