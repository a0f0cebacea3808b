/**
 * A symmetric matrix's structure: the strictly upper triangle by columns, after the permutation P.
 *
 * Column j of P·S·Pᵀ holds rows `rows[starts[j] … starts[j+1])`, all < j, each once.
 */
export interface SymmetricPattern {
  readonly size: number;
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/** Neighbours of each vertex, each once, no loops: `neighbours[starts[v] … starts[v+1])`. */
export interface Adjacency {
  readonly size: number;
  readonly starts: Int32Array;
  readonly neighbours: Int32Array;
}

/** The graph of the pairs (a[e], b[e]); parallel pairs count once, pairs with a = b not at all. */
export function adjacency(size: number, a: Int32Array, b: Int32Array): Adjacency {
  const counts = new Int32Array(size + 1);
  for (let e = 0; e < a.length; e++) {
    if (a[e] === b[e]) continue;
    counts[a[e]!]!++;
    counts[b[e]!]!++;
  }
  const starts = new Int32Array(size + 1);
  for (let v = 0; v < size; v++) starts[v + 1] = starts[v]! + counts[v]!;
  const next = starts.slice();
  const loose = new Int32Array(starts[size]!);
  for (let e = 0; e < a.length; e++) {
    const i = a[e]!;
    const j = b[e]!;
    if (i === j) continue;
    loose[next[i]!++] = j;
    loose[next[j]!++] = i;
  }
  // keep each neighbour once
  const seen = new Int32Array(size).fill(-1);
  const kept = new Int32Array(size + 1);
  let free = 0;
  for (let v = 0; v < size; v++) {
    kept[v] = free;
    for (let p = starts[v]!; p < starts[v + 1]!; p++) {
      const w = loose[p]!;
      if (seen[w] === v) continue;
      seen[w] = v;
      loose[free++] = w;
    }
  }
  kept[size] = free;
  return { size, starts: kept, neighbours: loose.subarray(0, free) };
}

/** The upper triangle of the graph under the order: `rank[v]` is the place of vertex v. */
export function upperTriangle(graph: Adjacency, rank: Int32Array): SymmetricPattern {
  const { size, starts, neighbours } = graph;
  const columns = new Int32Array(size + 1);
  for (let v = 0; v < size; v++) {
    const j = rank[v]!;
    let above = 0;
    for (let p = starts[v]!; p < starts[v + 1]!; p++) if (rank[neighbours[p]!]! < j) above++;
    columns[j + 1] = above;
  }
  for (let j = 0; j < size; j++) columns[j + 1]! += columns[j]!;
  const rows = new Int32Array(columns[size]!);
  for (let v = 0; v < size; v++) {
    const j = rank[v]!;
    let free = columns[j]!;
    for (let p = starts[v]!; p < starts[v + 1]!; p++) {
      const i = rank[neighbours[p]!]!;
      if (i < j) rows[free++] = i;
    }
  }
  return { size, starts: columns, rows };
}
