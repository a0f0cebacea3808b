import type { Core } from './core.ts';
import { type Covariance, correlatedBlocks, correlatedWith } from './covariance.ts';
import { type Factor, factor } from './sparse/factor.ts';
import { minimumDegree } from './sparse/minimum-degree.ts';
import { adjacency, type SymmetricPattern, upperTriangle } from './sparse/pattern.ts';
import { quadraticForm } from './sparse/quadratic.ts';
import { entry, type SelectedInverse, selectedInverse } from './sparse/selected-inverse.ts';
import { solve } from './sparse/solve.ts';
import { type Symbolic, symbolic } from './sparse/symbolic.ts';

/** What stays the same from window to window: the rows of G, the order of elimination and where each entry of S stands. */
export interface NetworkStructure {
  readonly constraints: number;
  /** Row of G at the tail (−1 in it) and at the head (+1) of each measurement; −1: none. */
  readonly tail: Int32Array;
  readonly head: Int32Array;
  readonly rank: Int32Array;
  readonly upper: SymmetricPattern;
  readonly symbolic: Symbolic;
  /** Where measurement i adds its variance beside the diagonal, −1: nowhere. */
  readonly slot: Int32Array;
}

/**
 * Orders S = G·V·Gᵀ and finds its structure.
 *
 * `tail` and `head` number the rows of G, −1 outside; a measurement with tail = head takes no part. `tied` lists the pairs of
 * measurements whose errors are correlated.
 */
export function networkStructure(constraints: number, tail: Int32Array, head: Int32Array, covariance?: Covariance): NetworkStructure {
  const a: number[] = [];
  const b: number[] = [];
  for (const block of covariance ? correlatedBlocks(covariance) : []) {
    const rows = block.flatMap((i) => [tail[i]!, head[i]!]).filter((k) => k >= 0);
    for (const k of rows) {
      for (const l of rows) {
        if (k >= l) continue;
        a.push(k);
        b.push(l);
      }
    }
  }
  const inner = tail.map((k, i) => (k >= 0 && head[i]! >= 0 ? k : -1));
  const pairs = inner.reduce((count, k) => count + (k >= 0 ? 1 : 0), 0);
  const one = new Int32Array(pairs + a.length);
  const other = new Int32Array(pairs + a.length);
  let free = 0;
  for (let i = 0; i < tail.length; i++) {
    if (inner[i]! < 0) continue;
    one[free] = tail[i]!;
    other[free++] = head[i]!;
  }
  one.set(a, free);
  other.set(b, free);
  const graph = adjacency(constraints, one, other);
  const rank = minimumDegree(graph);
  const upper = upperTriangle(graph, rank);
  const slot = tail.map((k, i) => (k >= 0 && head[i]! >= 0 && k !== head[i] ? slotOf(upper, rank[k]!, rank[head[i]!]!) : -1));
  return { constraints, tail, head, rank, upper, symbolic: symbolic(upper), slot };
}

/** Where the entry (i, j) stands in the upper triangle. */
function slotOf(upper: SymmetricPattern, i: number, j: number): number {
  const column = Math.max(i, j);
  const row = Math.min(i, j);
  let p = upper.starts[column]!;
  while (upper.rows[p] !== row) p++;
  return p;
}

/** S = G·V·Gᵀ = Pᵀ·L·D·Lᵀ·P. */
export function factorNetwork(structure: NetworkStructure, v: Covariance): Factor {
  const { constraints, tail, head, rank, upper, slot } = structure;
  const diagonal = new Float64Array(constraints);
  const off = new Float64Array(upper.rows.length);
  for (let i = 0; i < tail.length; i++) {
    const k = tail[i]!;
    const l = head[i]!;
    if (k === l) continue;
    const variance = v.variance[i]!;
    if (k >= 0) diagonal[rank[k]!]! += variance;
    if (l >= 0) diagonal[rank[l]!]! += variance;
    if (slot[i]! >= 0) off[slot[i]!]! -= variance;
  }
  for (let e = 0; e < v.a.length; e++) {
    const i = v.a[e]!;
    const j = v.b[e]!;
    for (const [k, s] of [
      [tail[i]!, -1],
      [head[i]!, 1],
    ] as const) {
      for (const [l, t] of [
        [tail[j]!, -1],
        [head[j]!, 1],
      ] as const) {
        if (k < 0 || l < 0 || tail[i] === head[i] || tail[j] === head[j]) continue;
        const c = s * t * v.covariance[e]!; // (k,l) and (l,k)
        if (k === l) diagonal[rank[k]!]! += 2 * c;
        else off[slotOf(upper, rank[k]!, rank[l]!)]! += c;
      }
    }
  }
  return factor(upper, off, diagonal, structure.symbolic);
}

/** The core of a linear network: G is the incidence matrix of the contracted network, S a weighted Laplacian. */
export function networkCore(structure: NetworkStructure, v: Covariance, y: Float64Array): Core {
  const { constraints, tail, head, rank } = structure;
  const f = factorNetwork(structure, v);
  const apply = (x: Float64Array) => {
    const r = new Float64Array(constraints);
    for (let i = 0; i < tail.length; i++) {
      const k = tail[i]!;
      const l = head[i]!;
      if (k === l) continue;
      if (k >= 0) r[k]! -= x[i]!;
      if (l >= 0) r[l]! += x[i]!;
    }
    return r;
  };
  const residual = apply(y);
  let inverse: SelectedInverse | null = null;
  const z = (k: number, l: number) => {
    if (k < 0 || l < 0) return 0;
    inverse ??= selectedInverse(f);
    return entry(f, inverse, rank[k]!, rank[l]!);
  };
  // gᵢᵀ·Z·gⱼ
  const between = (i: number, j: number) =>
    tail[i] === head[i] || tail[j] === head[j]
      ? 0
      : z(tail[i]!, tail[j]!) - z(tail[i]!, head[j]!) - z(head[i]!, tail[j]!) + z(head[i]!, head[j]!);
  let known: Float64Array | null = null;
  const precisions = () => {
    known ??= Float64Array.from(tail, (k, i) => (k === head[i] ? 0 : z(k, k) + z(head[i]!, head[i]!) - 2 * z(k, head[i]!)));
    return known;
  };
  const ties = correlatedWith(v);
  let form: ReturnType<typeof quadraticForm> | null = null;
  return {
    measurements: tail.length,
    constraints,
    covariance: v,
    residual,
    multipliers: solve(f, rank, residual),
    solve: (b) => solve(f, rank, b),
    apply,
    transpose: (lambda) => {
      const d = new Float64Array(tail.length);
      for (let i = 0; i < d.length; i++) {
        const k = tail[i]!;
        const l = head[i]!;
        if (k !== l) d[i] = (l >= 0 ? lambda[l]! : 0) - (k >= 0 ? lambda[k]! : 0);
      }
      return d;
    },
    precisionDiagonal: () => precisions().slice(),
    reconciledVariance: (w) => {
      const weighed = new Map<number, number>(); // V·w
      const add = (i: number, value: number) => weighed.set(i, (weighed.get(i) ?? 0) + value);
      for (const [i, value] of w) {
        add(i, v.variance[i]! * value);
        for (const [j, c] of ties.get(i) ?? []) add(j, c * value);
      }
      const seen: [number, number][] = []; // P·G·V·w
      for (const [i, value] of weighed) {
        if (tail[i] === head[i]) continue;
        if (tail[i]! >= 0) seen.push([rank[tail[i]!]!, -value]);
        if (head[i]! >= 0) seen.push([rank[head[i]!]!, value]);
      }
      form ??= quadraticForm(f);
      return Math.max(0, w.reduce((sum, [i, value]) => sum + value * weighed.get(i)!, 0) - form(seen));
    },
    adjustmentVariance: () =>
      precisions().map((precision, i) => {
        const own = ties.get(i);
        if (own === undefined) return v.variance[i]! ** 2 * precision;
        const row: (readonly [number, number])[] = [[i, v.variance[i]!], ...own];
        let sum = 0;
        for (const [j, cj] of row) for (const [k, ck] of row) sum += cj * ck * between(j, k);
        return sum;
      }),
    selfChecking: () =>
      precisions().map((precision, i) => (ties.get(i) ?? []).reduce((sum, [j, c]) => sum + c * between(i, j), v.variance[i]! * precision)),
    column: (i) => {
      if (tail[i] === head[i]) return [];
      const rows: [number, number][] = [
        [tail[i]!, -1],
        [head[i]!, 1],
      ];
      return rows.filter(([k]) => k >= 0);
    },
    groups: () => {
      const known = new Map<number, number>();
      return Int32Array.from(tail, (k, i) => {
        const l = head[i]!;
        if (k === l) return -1;
        const key = Math.min(k, l) * (constraints + 1) + Math.max(k, l) + 1;
        const group = known.get(key) ?? known.size;
        known.set(key, group);
        return group;
      });
    },
    inverseDiagonal: () => Float64Array.from({ length: constraints }, (_, k) => z(k, k)),
  };
}
