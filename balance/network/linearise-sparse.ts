import { type Freedom, freedomOf } from './freedom.ts';
import type { Linearise } from './linearise.ts';
import { type Elimination, eliminate, type SparseRow } from './sparse/elimination.ts';
import { sparseCore } from './sparse-core.ts';

/** Pivots of the unmeasured part smaller than this count as none. */
const RANK = 1e-9;
/** A slope smaller than this share of what it is computed from is rounding. */
const ROUNDING = 1e-11;
/** What is left of terms of size one that cancel. */
const NOTHING = 1e-14;

/**
 * The same by sparse matrices: the unmeasured columns of [B | A | g | I] are eliminated with pivots that keep rows short, and the rows
 * without a pivot are the constraints, N = their part of I. What there is to store and do grows with the plant, not with its square.
 */
export const lineariseSparse: Linearise = (equations, z, measured, unmeasured, covariance) => {
  const sigma = covariance.variance.map(Math.sqrt);
  const m = equations.length;
  const n = measured.length;
  const p = unmeasured.length;
  const column = new Int32Array(z.length);
  unmeasured.forEach((q, j) => {
    column[q] = j;
  });
  measured.forEach((q, i) => {
    column[q] = p + i;
  });
  // columns: u, x, the residual, and one for each equation
  const constant = p + n;
  const rowScale = new Float64Array(m);
  const rows = equations.map(({ gradient }, k): SparseRow => {
    const row: SparseRow = new Map();
    for (const { quantity, slope } of gradient) {
      const value = slope(z);
      const at = column[quantity]!;
      if (at >= p) rowScale[k] = Math.max(rowScale[k]!, Math.abs(value) * sigma[at - p]!);
      if (value !== 0) row.set(at, value);
    }
    return row;
  });
  const unit = balanceScales(rows, p, rowScale);
  const residual = Float64Array.from(equations, ({ value }, k) => value(z) / rowScale[k]!);
  rows.forEach((row, k) => {
    for (const [c, value] of row) row.set(c, (value * (c < p ? unit[c]! : 1)) / rowScale[k]!);
    row.set(constant, residual[k]!);
    row.set(constant + 1 + k, 1);
  });
  // what is not finite has no pivots; who asked sees the residual
  const finite = residual.every(Number.isFinite) && rows.every((row) => [...row.values()].every(Number.isFinite));
  const eliminated = eliminate(finite ? rows : [], p, RANK);
  const { pivotRows, pivotColumns, rest } = eliminated;
  const free = freedom(eliminated, p);
  const constraints = rest.map((k): SparseRow => new Map([...rows[k]!].flatMap(([c, v]) => (c >= p && c < constant ? [[c - p, v]] : []))));
  const stepOf = new Map(pivotColumns.map((c, step) => [c, step]));
  const seenBy = Array.from({ length: m }, (): [number, number][] => []);
  rest.forEach((k, at) => {
    for (const [c, value] of rows[k]!) if (c > constant) seenBy[c - constant - 1]!.push([at, value]);
  });
  return {
    rowScale,
    unit,
    residual,
    constraints: rest.length,
    core: (delta) => {
      const r = Float64Array.from(rest, (k, at) => {
        let sum = rows[k]!.get(constant) ?? 0;
        for (const [i, value] of constraints[at]!) sum += value * delta[i]!;
        return sum;
      });
      return sparseCore(constraints, r, covariance);
    },
    freedom: free,
    offBy: (k) => {
      const seen = new Float64Array(rest.length);
      for (const [at, value] of seenBy[k]!) seen[at] = value / rowScale[k]!;
      return seen;
    },
    followUnmeasured: (deltaX) => {
      const delta = new Float64Array(p); // in units
      for (let step = pivotRows.length - 1; step >= 0; step--) {
        const own = pivotColumns[step]!;
        let sum = 0;
        for (const [c, value] of rows[pivotRows[step]!]!) {
          if (c < p) sum += c === own ? 0 : value * delta[c]!;
          else if (c < constant) sum += value * deltaX[c - p]!;
          else if (c === constant) sum += value;
        }
        delta[own] = -sum / rows[pivotRows[step]!]!.get(own)!;
      }
      return free.shortest(delta).map((value, j) => value * unit[j]!);
    },
    slope: (j) => {
      // −u = Σ weight × pivot row, from the pivot of u onwards
      const weights = new Map<number, number>([[stepOf.get(j)!, 1]]);
      const sums = new Map<number, { sum: number; largest: number }>();
      for (let step = stepOf.get(j)!; step < pivotRows.length; step++) {
        const weight = weights.get(step);
        if (weight === undefined) continue;
        const row = rows[pivotRows[step]!]!;
        const share = weight / row.get(pivotColumns[step]!)!;
        for (const [c, value] of row) {
          const term = share * value;
          if (c >= constant || c === pivotColumns[step]) continue;
          if (c >= p) {
            const entry = sums.get(c - p) ?? { sum: 0, largest: 0 };
            entry.sum += term;
            entry.largest = Math.max(entry.largest, Math.abs(term));
            sums.set(c - p, entry);
          } else if (stepOf.has(c)) weights.set(stepOf.get(c)!, (weights.get(stepOf.get(c)!) ?? 0) - term);
        }
      }
      // what is left of cancelling terms is nothing
      return [...sums]
        .filter(([, { sum, largest }]) => Math.abs(sum) > ROUNDING * largest)
        .map(([i, { sum }]) => [i, -sum * unit[j]!] as const)
        .sort(([a], [b]) => a - b);
    },
  };
};

/** Units of the unmeasured columns and of rows without a measurement such that the largest entry of each is about one. */
function balanceScales(rows: readonly SparseRow[], p: number, rowScale: Float64Array): Float64Array {
  const unit = new Float64Array(p).fill(1);
  const known = rowScale.map((scale) => (scale > 0 ? 1 : 0));
  const largestOf = (row: SparseRow) => {
    let largest = 0;
    for (const [c, value] of row) if (c < p) largest = Math.max(largest, Math.abs(value) * unit[c]!);
    return largest || 1;
  };
  rows.forEach((row, k) => {
    if (!known[k]) rowScale[k] = largestOf(row);
  });
  for (let sweep = 0; sweep < 6; sweep++) {
    const largest = new Float64Array(p);
    rows.forEach((row, k) => {
      for (const [c, value] of row) if (c < p) largest[c] = Math.max(largest[c]!, Math.abs(value) / rowScale[k]!);
    });
    largest.forEach((value, j) => {
      unit[j] = value > 0 ? 1 / value : 1;
    });
    rows.forEach((row, k) => {
      if (!known[k]) rowScale[k] = largestOf(row);
    });
  }
  return unit;
}

/** Each free column moves by itself, and the pivots before it as their rows say. */
function freedom({ pivotRows, pivotColumns, free, rows }: Elimination, p: number): Freedom {
  const moves: Map<number, number>[] = Array.from({ length: p }, () => new Map());
  for (const [at, c] of free.entries()) moves[c]!.set(at, 1);
  for (let step = pivotRows.length - 1; step >= 0; step--) {
    const row = rows[pivotRows[step]!]!;
    const own = pivotColumns[step]!;
    const head = row.get(own)!;
    const sums = new Map<number, number>();
    for (const [c, value] of row) {
      if (c >= p || c === own) continue;
      for (const [at, move] of moves[c]!) sums.set(at, (sums.get(at) ?? 0) - (value / head) * move);
    }
    for (const [at, move] of sums) if (Math.abs(move) > NOTHING) moves[own]!.set(at, move);
  }
  return freedomOf(moves, free.length);
}
