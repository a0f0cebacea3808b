import type { Factor } from './factor.ts';

/** Z = S⁻¹ (permuted) on the pattern of L: `diagonal[j]` = Z(j,j), `values[p]` beside `factor.rows[p]`. */
export interface SelectedInverse {
  readonly diagonal: Float64Array;
  readonly values: Float64Array;
}

/**
 * The entries of the inverse that lie on the pattern of L, from the last column to the first:
 * Z(i,j) = −Σₖ Z(i,k)·L(k,j), Z(j,j) = 1/d(j) − Σₖ Z(j,k)·L(k,j), k over the pattern of column j.
 *
 * @source K. Takahashi, J. Fagan, M.-S. Chen 1973; A. M. Erisman, W. F. Tinney, CACM 18 (1975)
 */
export function selectedInverse({ size, columnStarts, rows, values: l, diagonal: d }: Factor): SelectedInverse {
  const diagonal = new Float64Array(size);
  const z = new Float64Array(l.length);
  const place = new Int32Array(size).fill(-1);
  for (let j = size - 1; j >= 0; j--) {
    const begin = columnStarts[j]!;
    const end = columnStarts[j + 1]!;
    for (let p = begin; p < end; p++) place[rows[p]!] = p;
    for (let p = begin; p < end; p++) {
      const k = rows[p]!;
      const lkj = l[p]!;
      z[p]! -= diagonal[k]! * lkj;
      // both (i,k) and (k,i) of the clique of column j, i > k
      const last = columnStarts[k + 1]!;
      let sum = 0;
      for (let q = columnStarts[k]!; q < last; q++) {
        const at = place[rows[q]!]!;
        if (at < begin) continue;
        z[at]! -= z[q]! * lkj;
        sum += z[q]! * l[at]!;
      }
      z[p]! -= sum;
    }
    let sum = 1 / d[j]!;
    for (let p = begin; p < end; p++) {
      sum -= z[p]! * l[p]!;
      place[rows[p]!] = -1;
    }
    diagonal[j] = sum;
  }
  return { diagonal, values: z };
}

/** Z(i,j) in permuted places; the pair must lie on the pattern of L. */
export function entry(factor: Factor, inverse: SelectedInverse, i: number, j: number): number {
  if (i === j) return inverse.diagonal[i]!;
  const column = Math.min(i, j);
  const row = Math.max(i, j);
  let low = factor.columnStarts[column]!;
  let high = factor.columnStarts[column + 1]! - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (factor.rows[middle]! < row) low = middle + 1;
    else high = middle;
  }
  if (factor.rows[low] !== row) throw new RangeError(`(${i}, ${j}) is not on the pattern of L`);
  return inverse.values[low]!;
}
