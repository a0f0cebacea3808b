import type { SymmetricPattern } from './pattern.ts';

/** What L of P·S·Pᵀ = L·D·Lᵀ looks like: the elimination tree and where each column of L begins. */
export interface Symbolic {
  readonly size: number;
  /** −1 at a root. */
  readonly parent: Int32Array;
  readonly columnStarts: Int32Array;
}

/**
 * Elimination tree and column counts of L from the upper triangle, in O(|L|).
 *
 * Row k of L is the set of tree paths from the entries of column k of S towards k.
 *
 * @source T. A. Davis, Algorithm 849: a concise sparse Cholesky factorization package, ACM TOMS 31 (2005)
 */
export function symbolic(upper: SymmetricPattern): Symbolic {
  const { size, starts, rows } = upper;
  const parent = new Int32Array(size).fill(-1);
  const mark = new Int32Array(size);
  const counts = new Int32Array(size);
  for (let k = 0; k < size; k++) {
    mark[k] = k;
    for (let p = starts[k]!; p < starts[k + 1]!; p++) {
      // walk from i to k along the tree, growing it where it ends
      for (let i = rows[p]!; mark[i] !== k; i = parent[i]!) {
        if (parent[i] === -1) parent[i] = k;
        counts[i]!++;
        mark[i] = k;
      }
    }
  }
  const columnStarts = new Int32Array(size + 1);
  for (let k = 0; k < size; k++) columnStarts[k + 1] = columnStarts[k]! + counts[k]!;
  return { size, parent, columnStarts };
}
