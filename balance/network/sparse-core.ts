import type { Core } from './core.ts';
import { applyCovariance, type Covariance, correlatedBlocks, correlatedWith } from './covariance.ts';
import { eliminate, type SparseRow } from './sparse/elimination.ts';
import { factor } from './sparse/factor.ts';
import { minimumDegree } from './sparse/minimum-degree.ts';
import { adjacency, upperTriangle } from './sparse/pattern.ts';
import { quadraticForm } from './sparse/quadratic.ts';
import { entry, type SelectedInverse, selectedInverse } from './sparse/selected-inverse.ts';
import { solve } from './sparse/solve.ts';
import { symbolic } from './sparse/symbolic.ts';

/** Constraints whose residual the others already determine count once. */
const DEPENDENT = 1e-9;
/** A measurement whose share of the balances is smaller than this takes no part in them. */
const ABSENT = 1e-10;
/** 1 − |cos| below which two columns are parallel. */
const PARALLEL = 1e-8;

type Entries = readonly (readonly [number, number])[];

/**
 * The core of G·x = c for G given by sparse rows, each scaled so that a row that counts is of size one when measured in σ: S = G·V·Gᵀ is
 * formed on its pattern and factored as L·D·Lᵀ. Rows that depend on others are found by elimination and left out.
 *
 * @throws RangeError where S is not positive definite to rounding.
 */
export function sparseCore(given: readonly SparseRow[], residualOfRows: Float64Array, v: Covariance): Core {
  const sigma = v.variance.map(Math.sqrt);
  const weighed = given.map((row) => new Map(Array.from(row, ([i, value]) => [i, value * sigma[i]!])));
  const kept = [...eliminate(weighed, v.size, DEPENDENT).pivotRows].sort((a, b) => a - b);
  const rows = kept.map((k) => [...given[k]!]);
  const m = kept.length;
  const residual = Float64Array.from(kept, (k) => residualOfRows[k]!);
  const columns: [number, number][][] = Array.from({ length: v.size }, () => []);
  rows.forEach((row, k) => {
    for (const [i, value] of row) columns[i]!.push([k, value]);
  });

  // rows meet where they share a measurement, or two whose errors are correlated
  const cliques = columns.map((column) => column.map(([k]) => k));
  for (const block of correlatedBlocks(v)) cliques.push([...new Set(block.flatMap((i) => cliques[i]!))]);
  const one: number[] = [];
  const other: number[] = [];
  for (const clique of cliques) {
    for (const k of clique) {
      for (const l of clique) {
        if (k >= l) continue;
        one.push(k);
        other.push(l);
      }
    }
  }
  const graph = adjacency(m, Int32Array.from(one), Int32Array.from(other));
  const rank = minimumDegree(graph);
  const upper = upperTriangle(graph, rank);
  const slots = Array.from({ length: m }, () => new Map<number, number>());
  for (let j = 0; j < m; j++) for (let p = upper.starts[j]!; p < upper.starts[j + 1]!; p++) slots[j]!.set(upper.rows[p]!, p);
  const diagonal = new Float64Array(m);
  const off = new Float64Array(upper.rows.length);
  const addProducts = (a: Entries, b: Entries, c: number) => {
    for (const [k, g] of a) {
      for (const [l, h] of b) {
        const [i, j] = [rank[k]!, rank[l]!];
        if (i === j) diagonal[i]! += g * h * c;
        else if (i < j) off[slots[j]!.get(i)!]! += g * h * c;
      }
    }
  };
  for (const [i, column] of columns.entries()) addProducts(column, column, v.variance[i]!);
  for (let e = 0; e < v.a.length; e++) {
    const [a, b] = [columns[v.a[e]!]!, columns[v.b[e]!]!];
    addProducts(a, b, v.covariance[e]!);
    addProducts(b, a, v.covariance[e]!);
  }
  const f = factor(upper, off, diagonal, symbolic(upper));

  let inverse: SelectedInverse | null = null;
  const z = (k: number, l: number) => {
    inverse ??= selectedInverse(f);
    return entry(f, inverse, rank[k]!, rank[l]!);
  };
  // aᵀ·Z·b, for columns whose rows all meet
  const between = (a: Entries, b: Entries) => {
    let sum = 0;
    for (const [k, g] of a) for (const [l, h] of b) sum += g * h * z(k, l);
    return sum;
  };
  let known: Float64Array | null = null;
  const precisions = () => {
    known ??= Float64Array.from(columns, (column) => Math.max(0, between(column, column)));
    return known;
  };
  const ties = correlatedWith(v);
  let form: ReturnType<typeof quadraticForm> | null = null;
  const apply = (x: Float64Array) => Float64Array.from(rows, (row) => row.reduce((sum, [i, value]) => sum + value * x[i]!, 0));
  return {
    measurements: v.size,
    constraints: m,
    covariance: v,
    kept,
    residual,
    multipliers: solve(f, rank, residual),
    solve: (b) => solve(f, rank, b),
    apply,
    transpose: (lambda) => Float64Array.from(columns, (column) => column.reduce((sum, [k, value]) => sum + value * lambda[k]!, 0)),
    precisionDiagonal: () => precisions().slice(),
    inverseDiagonal: () => Float64Array.from({ length: m }, (_, k) => z(k, k)),
    adjustmentVariance: () =>
      precisions().map((precision, i) => {
        const own = ties.get(i);
        if (own === undefined) return v.variance[i]! ** 2 * precision;
        const row: Entries = [[i, v.variance[i]!], ...own];
        let sum = 0;
        for (const [j, cj] of row) for (const [k, ck] of row) sum += cj * ck * between(columns[j]!, columns[k]!);
        return sum;
      }),
    selfChecking: () =>
      precisions().map((precision, i) =>
        (ties.get(i) ?? []).reduce((sum, [j, c]) => sum + c * between(columns[i]!, columns[j]!), v.variance[i]! * precision),
      ),
    reconciledVariance: (w) => {
      const weights = new Float64Array(v.size);
      for (const [i, value] of w) weights[i]! += value;
      const spread = applyCovariance(v, weights);
      const seen = new Map<number, number>(); // P·G·V·w
      const touched = new Set(w.flatMap(([i]) => [i, ...(ties.get(i) ?? []).map(([j]) => j)]));
      for (const i of touched) for (const [k, g] of columns[i]!) seen.set(rank[k]!, (seen.get(rank[k]!) ?? 0) + g * spread[i]!);
      form ??= quadraticForm(f);
      return Math.max(0, w.reduce((sum, [i, value]) => sum + value * spread[i]!, 0) - form(seen));
    },
    column: (i) => columns[i]!,
    groups: () => {
      const precision = precisions();
      const group = new Int32Array(v.size).fill(-1);
      const alike = new Map<string, number[]>(); // one member of each group, by the rows that it takes part in
      const felt = columns.map((column) => {
        const largest = column.reduce((most, [, value]) => Math.max(most, Math.abs(value)), 0);
        return column.filter(([, value]) => Math.abs(value) > PARALLEL * largest);
      });
      let count = 0;
      felt.forEach((column, i) => {
        if (!(Math.sqrt(precision[i]!) * sigma[i]! > ABSENT)) return;
        const key = column.map(([k]) => k).join();
        const members = alike.get(key) ?? [];
        alike.set(key, members);
        const length = between(column, column);
        const same = members.find((j) => {
          const cosine = Math.abs(between(column, felt[j]!)) / Math.sqrt(length * between(felt[j]!, felt[j]!));
          return 1 - cosine < PARALLEL;
        });
        if (same === undefined) members.push(i);
        group[i] = same === undefined ? count++ : group[same]!;
      });
      return group;
    },
  };
}
