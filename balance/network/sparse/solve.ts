import type { Factor } from './factor.ts';

/** x = L\x, in place. */
export function lowerSolve({ size, columnStarts, rows, values }: Factor, x: Float64Array): void {
  for (let j = 0; j < size; j++) {
    const xj = x[j]!;
    if (xj === 0) continue;
    const end = columnStarts[j + 1]!;
    for (let p = columnStarts[j]!; p < end; p++) x[rows[p]!]! -= values[p]! * xj;
  }
}

/** x = D\x, in place. */
export function diagonalSolve({ size, diagonal }: Factor, x: Float64Array): void {
  for (let j = 0; j < size; j++) x[j]! /= diagonal[j]!;
}

/** x = Lᵀ\x, in place. */
export function upperSolve({ size, columnStarts, rows, values }: Factor, x: Float64Array): void {
  for (let j = size - 1; j >= 0; j--) {
    let xj = x[j]!;
    const end = columnStarts[j + 1]!;
    for (let p = columnStarts[j]!; p < end; p++) xj -= values[p]! * x[rows[p]!]!;
    x[j] = xj;
  }
}

/** S⁻¹·b in the caller's order: x = P·b, x = L\x, x = D\x, x = Lᵀ\x, Pᵀ·x. */
export function solve(f: Factor, rank: Int32Array, b: Float64Array): Float64Array {
  const x = new Float64Array(f.size);
  for (let v = 0; v < f.size; v++) x[rank[v]!] = b[v]!; // x = P·b
  lowerSolve(f, x);
  diagonalSolve(f, x);
  upperSolve(f, x);
  const result = new Float64Array(f.size);
  for (let v = 0; v < f.size; v++) result[v] = x[rank[v]!]!; // Pᵀ·x
  return result;
}
