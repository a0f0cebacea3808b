import type { SymmetricPattern } from './pattern.ts';
import type { Symbolic } from './symbolic.ts';

/** L (unit lower triangular, by columns, rows ascending) and D of P·S·Pᵀ = L·D·Lᵀ. */
export interface Factor {
  readonly size: number;
  readonly columnStarts: Int32Array;
  readonly rows: Int32Array;
  readonly values: Float64Array;
  readonly diagonal: Float64Array;
}

/**
 * Up-looking sparse L·D·Lᵀ: row k of L solves a triangular system with the rows before it.
 *
 * `off[p]` is the entry at `upper.rows[p]` of its column, `diagonal[k]` the one at (k, k).
 *
 * @throws RangeError where a pivot is not positive: S is not positive definite.
 * @source T. A. Davis, Algorithm 849, ACM TOMS 31 (2005)
 */
export function factor(upper: SymmetricPattern, off: Float64Array, diagonal: Float64Array, shape: Symbolic): Factor {
  const { size, parent, columnStarts } = shape;
  const { starts, rows: upperRows } = upper;
  const rows = new Int32Array(columnStarts[size]!);
  const values = new Float64Array(columnStarts[size]!);
  const d = new Float64Array(size);
  const next = columnStarts.slice(0, size);
  const y = new Float64Array(size);
  const pattern = new Int32Array(size);
  const mark = new Int32Array(size);
  for (let k = 0; k < size; k++) {
    let top = size;
    mark[k] = k;
    for (let p = starts[k]!; p < starts[k + 1]!; p++) {
      let i = upperRows[p]!;
      y[i] = off[p]!; // y = column k of S above the diagonal
      let length = 0;
      for (; mark[i] !== k; i = parent[i]!) {
        pattern[length++] = i;
        mark[i] = k;
      }
      while (length > 0) pattern[--top] = pattern[--length]!;
    }
    let dk = diagonal[k]!;
    for (; top < size; top++) {
      const i = pattern[top]!;
      const yi = y[i]!; // y = L\y
      y[i] = 0;
      const end = next[i]!;
      for (let p = columnStarts[i]!; p < end; p++) y[rows[p]!]! -= values[p]! * yi;
      const lki = yi / d[i]!; // L(k,i) = y(i)/d(i)
      dk -= lki * yi; // d(k) = s(k,k) − Σ L(k,i)² d(i)
      rows[end] = k;
      values[end] = lki;
      next[i] = end + 1;
    }
    if (!(dk > 0)) throw new RangeError(`the matrix is not positive definite: pivot ${k} is ${dk}`);
    d[k] = dk;
  }
  return { size, columnStarts, rows, values, diagonal: d };
}
