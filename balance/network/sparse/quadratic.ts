import type { Factor } from './factor.ts';

/**
 * bᵀ·S⁻¹·b for a few entries of b, in permuted places: ‖D^(−½)·L⁻¹·P·b‖², in which L\b has entries only on the paths of the elimination
 * tree from those of b to the root.
 *
 * @source J. R. Gilbert, T. Peierls, SIAM J. Sci. Stat. Comput. 9 (1988), sparse triangular solution by reach
 */
export function quadraticForm({ size, columnStarts, rows, values, diagonal }: Factor): (b: Iterable<readonly [number, number]>) => number {
  const x = new Float64Array(size);
  const marked = new Uint8Array(size);
  return (b) => {
    const reach: number[] = [];
    for (const [at, value] of b) {
      x[at]! += value;
      // the first row below the diagonal is the parent
      for (let j = at; j !== -1 && !marked[j]; j = columnStarts[j]! < columnStarts[j + 1]! ? rows[columnStarts[j]!]! : -1) {
        marked[j] = 1;
        reach.push(j);
      }
    }
    reach.sort((i, j) => i - j);
    let sum = 0;
    for (const j of reach) {
      const xj = x[j]!;
      x[j] = 0;
      marked[j] = 0;
      sum += (xj * xj) / diagonal[j]!;
      const end = columnStarts[j + 1]!;
      for (let p = columnStarts[j]!; p < end; p++) x[rows[p]!]! -= values[p]! * xj;
    }
    return sum;
  };
}
