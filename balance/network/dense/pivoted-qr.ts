/** A·P = Q·R by Householder reflections with column pivoting; A is given and kept by columns. */
export interface PivotedQr {
  readonly rows: number;
  readonly columns: number;
  readonly rank: number;
  /** `pivots[k]` is the column of A at place k. */
  readonly pivots: Int32Array;
  /** R(i,k), i ≤ k, in places. */
  r(i: number, k: number): number;
  /** b = Qᵀ·b, in place. */
  applyTransposed(b: Float64Array): void;
  /** b = Q·b, in place. */
  apply(b: Float64Array): void;
}

/**
 * Rank-revealing QR. The rank is the number of pivots larger than `tolerance` × the largest column, or × `reference` where that is
 * larger: what size an entry that counts has. Scale rows and columns first.
 *
 * @source G. H. Golub, C. F. Van Loan, Matrix Computations, §5.4 (column pivoting), with exact norms recomputed when they have shrunk
 */
export function pivotedQr(rows: number, columnsOfA: readonly Float64Array[], tolerance: number, reference = 0): PivotedQr {
  const n = columnsOfA.length;
  const a = columnsOfA.map((column) => column.slice());
  const pivots = Int32Array.from({ length: n }, (_, k) => k);
  const norms = Float64Array.from(a, (column) => squaredNorm(column, 0));
  const known = norms.slice();
  const beta: number[] = [];
  const heads: number[] = []; // the diagonal of R
  const limit = Math.min(rows, n);
  let first = 0;
  let rank = 0;
  for (let k = 0; k < limit; k++) {
    let best = k;
    for (let c = k + 1; c < n; c++) if (norms[c]! > norms[best]!) best = c;
    swap(a, k, best);
    swap(pivots, k, best);
    swap(norms, k, best);
    swap(known, k, best);
    const column = a[k]!;
    const length = Math.sqrt(squaredNorm(column, k));
    if (k === 0) first = length;
    if (!(length > tolerance * Math.max(first, reference)) || length === 0) break;
    // v = x ± |x|·e, H = I − β·v·vᵀ
    const alpha = column[k]! > 0 ? -length : length;
    const head = column[k]! - alpha;
    beta.push(-1 / (alpha * head));
    column[k] = head;
    for (let c = k + 1; c < n; c++) {
      const other = a[c]!;
      reflect(column, beta[k]!, k, other);
      norms[c]! -= other[k]! * other[k]!;
      if (norms[c]! < 1e-8 * known[c]!) norms[c] = known[c] = squaredNorm(other, k + 1);
    }
    heads.push(alpha);
    rank++;
  }
  return {
    rows,
    columns: n,
    rank,
    pivots,
    r: (i, k) => (i === k ? heads[k]! : a[k]![i]!),
    applyTransposed: (b) => {
      for (let k = 0; k < rank; k++) reflect(a[k]!, beta[k]!, k, b);
    },
    apply: (b) => {
      for (let k = rank - 1; k >= 0; k--) reflect(a[k]!, beta[k]!, k, b);
    },
  };
}

/** b = (I − β·v·vᵀ)·b on the places from k on. */
function reflect(v: Float64Array, beta: number, k: number, b: Float64Array): void {
  let sum = 0;
  for (let i = k; i < b.length; i++) sum += v[i]! * b[i]!;
  sum *= beta;
  if (sum === 0) return;
  for (let i = k; i < b.length; i++) b[i]! -= sum * v[i]!;
}

function squaredNorm(x: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < x.length; i++) sum += x[i]! * x[i]!;
  return sum;
}

function swap<T>(list: { [index: number]: T }, i: number, j: number): void {
  const kept = list[i]!;
  list[i] = list[j]!;
  list[j] = kept;
}
