/** A row of a sparse matrix: its entries by column. */
export type SparseRow = Map<number, number>;

/** What Gaussian elimination of some columns leaves of a sparse matrix. */
export interface Elimination {
  /** Rows and columns of the pivots, in the order of elimination. */
  readonly pivotRows: readonly number[];
  readonly pivotColumns: readonly number[];
  /** Columns that were to be eliminated and hold nothing above the tolerance in any row that is left. */
  readonly free: readonly number[];
  /** Rows without a pivot. */
  readonly rest: readonly number[];
  /** All rows after elimination: a pivot row holds its pivot and columns that were eliminated later, or not at all. */
  readonly rows: readonly SparseRow[];
}

/** A pivot is at least this share of the largest entry of its column, so that rows grow at most by its inverse. */
const THRESHOLD = 0.1;
/** What is left of two terms that cancel to this share is rounding. */
const CANCELLED = 1e-14;
/** So many columns of fewest entries are compared before one is taken. */
const COMPARED = 4;

/**
 * Eliminates columns 0 … `columns` − 1 with pivots that keep rows short: the least (row length − 1) × (column length − 1) among the
 * emptiest columns whose pivot is large enough. Rows are scaled so that an entry that counts is of size one: what is not above
 * `tolerance` counts as none. Works on the rows that it is given.
 *
 * @source H. M. Markowitz, Management Science 3 (1957); I. S. Duff, A. M. Erisman, J. K. Reid, Direct Methods for Sparse Matrices, ch. 5
 */
export function eliminate(rows: SparseRow[], columns: number, tolerance: number): Elimination {
  const holders: Set<number>[] = Array.from({ length: columns }, () => new Set()); // rows without a pivot that hold the column
  rows.forEach((row, k) => {
    for (const c of row.keys()) if (c < columns) holders[c]!.add(k);
  });
  const waiting = new Set(holders.keys());
  const pivotRows: number[] = [];
  const pivotColumns: number[] = [];
  const free: number[] = [];
  const done = new Uint8Array(rows.length);
  for (;;) {
    const pivot = choose(rows, holders, waiting, tolerance);
    for (const c of pivot.empty) {
      waiting.delete(c);
      free.push(c);
      // rounding does not come back as an entry
      for (const k of holders[c]!) rows[k]!.delete(c);
    }
    if (pivot.column === -1) {
      if (pivot.empty.length > 0) continue;
      break;
    }
    const { row, column } = pivot;
    const top = rows[row]!;
    const head = top.get(column)!;
    pivotRows.push(row);
    pivotColumns.push(column);
    done[row] = 1;
    waiting.delete(column);
    for (const c of top.keys()) if (c < columns) holders[c]!.delete(row);
    for (const k of holders[column]!) {
      const other = rows[k]!;
      const factor = other.get(column)! / head;
      other.delete(column);
      for (const [c, value] of top) {
        if (c === column) continue;
        const mine = other.get(c) ?? 0;
        const change = factor * value;
        const left = mine - change;
        if (Math.abs(left) <= CANCELLED * (Math.abs(mine) + Math.abs(change))) {
          other.delete(c);
          if (c < columns) holders[c]!.delete(k);
        } else {
          other.set(c, left);
          if (c < columns) holders[c]!.add(k);
        }
      }
    }
    holders[column]!.clear();
  }
  return { pivotRows, pivotColumns, free, rest: [...rows.keys()].filter((k) => !done[k]), rows };
}

/** The next pivot, and the columns met on the way in which nothing is left; column −1 where there is none. */
function choose(
  rows: readonly SparseRow[],
  holders: readonly ReadonlySet<number>[],
  waiting: ReadonlySet<number>,
  tolerance: number,
): { row: number; column: number; empty: number[] } {
  const empty: number[] = [];
  let best = { row: -1, column: -1, cost: Number.POSITIVE_INFINITY };
  // the emptiest columns first
  const short: number[] = [];
  for (const c of waiting) {
    const size = holders[c]!.size;
    let at = short.length;
    while (at > 0 && holders[short[at - 1]!]!.size > size) at--;
    if (at >= COMPARED) continue;
    short.splice(at, 0, c);
    if (short.length > COMPARED) short.pop();
    if (short.length === COMPARED && holders[short[COMPARED - 1]!]!.size <= 1) break;
  }
  for (const c of short) {
    let largest = 0;
    for (const k of holders[c]!) largest = Math.max(largest, Math.abs(rows[k]!.get(c)!));
    if (largest <= tolerance) {
      empty.push(c);
      continue;
    }
    for (const k of holders[c]!) {
      if (Math.abs(rows[k]!.get(c)!) < THRESHOLD * largest) continue;
      const cost = (rows[k]!.size - 1) * (holders[c]!.size - 1);
      if (cost < best.cost) best = { row: k, column: c, cost };
    }
  }
  return { row: best.row, column: best.column, empty };
}
