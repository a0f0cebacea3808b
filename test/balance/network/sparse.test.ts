import fc from 'fast-check';
import { expect, test } from 'vitest';
import { factor } from '../../../balance/network/sparse/factor.ts';
import { minimumDegree } from '../../../balance/network/sparse/minimum-degree.ts';
import { adjacency, upperTriangle } from '../../../balance/network/sparse/pattern.ts';
import { entry, selectedInverse } from '../../../balance/network/sparse/selected-inverse.ts';
import { solve } from '../../../balance/network/sparse/solve.ts';
import { symbolic } from '../../../balance/network/sparse/symbolic.ts';
import { plantGraph } from './plant-graph.ts';

const graphs = fc.integer({ min: 1, max: 40 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    pairs: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.double({ min: 0.1, max: 9, noNaN: true })), { maxLength: 120 }),
  }),
);

/** S = Laplacian of the pairs + identity, in the permuted upper triangle and dense. */
function assemble(size: number, pairs: readonly (readonly [number, number, number])[]) {
  const graph = adjacency(
    size,
    Int32Array.from(pairs, ([a]) => a),
    Int32Array.from(pairs, ([, b]) => b),
  );
  const rank = minimumDegree(graph);
  const upper = upperTriangle(graph, rank);
  const dense = Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)));
  for (const [a, b, w] of pairs) {
    if (a === b) continue;
    dense[a]![a]! += w;
    dense[b]![b]! += w;
    dense[a]![b]! -= w;
    dense[b]![a]! -= w;
  }
  const vertex = new Int32Array(size);
  rank.forEach((place, v) => {
    vertex[place] = v;
  });
  const off = new Float64Array(upper.rows.length);
  const diagonal = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    diagonal[j] = dense[vertex[j]!]![vertex[j]!]!;
    for (let p = upper.starts[j]!; p < upper.starts[j + 1]!; p++) off[p] = dense[vertex[upper.rows[p]!]!]![vertex[j]!]!;
  }
  return { graph, rank, upper, dense, off, diagonal };
}

test('the order of elimination is a permutation', () => {
  fc.assert(
    fc.property(graphs, ({ size, pairs }) => {
      const { rank } = assemble(size, pairs);
      expect([...rank].sort((a, b) => a - b)).toEqual([...rank.keys()]);
    }),
    { numRuns: 300 },
  );
});

test('S·x = b is solved, and the selected inverse is the inverse on the pattern', () => {
  fc.assert(
    fc.property(graphs, ({ size, pairs }) => {
      const { graph, rank, upper, dense, off, diagonal } = assemble(size, pairs);
      const f = factor(upper, off, diagonal, symbolic(upper));
      const z = selectedInverse(f);
      for (let v = 0; v < size; v++) {
        const unit = new Float64Array(size);
        unit[v] = 1;
        const x = solve(f, rank, unit);
        dense.forEach((row, i) => {
          const product = row.reduce((sum, value, j) => sum + value * x[j]!, 0);
          expect(Math.abs(product - (i === v ? 1 : 0))).toBeLessThan(1e-10);
        });
        expect(Math.abs(z.diagonal[rank[v]!]! - x[v]!)).toBeLessThan(1e-10);
        for (let p = graph.starts[v]!; p < graph.starts[v + 1]!; p++) {
          const w = graph.neighbours[p]!;
          expect(Math.abs(entry(f, z, rank[v]!, rank[w]!) - x[w]!)).toBeLessThan(1e-10);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('minimum degree keeps a tree without fill and a plant near its own size', () => {
  const tree = Int32Array.from({ length: 999 }, (_, k) => Math.floor(k / 3));
  const treeGraph = adjacency(
    1000,
    tree,
    Int32Array.from({ length: 999 }, (_, k) => k + 1),
  );
  expect(symbolic(upperTriangle(treeGraph, minimumDegree(treeGraph))).columnStarts[1000]).toBe(999);
  const plant = plantGraph(2000, 5000, 1);
  const kept = [...plant.from.keys()].filter((e) => plant.from[e]! >= 0 && plant.to[e]! >= 0);
  const graph = adjacency(
    2000,
    Int32Array.from(kept, (e) => plant.from[e]!),
    Int32Array.from(kept, (e) => plant.to[e]!),
  );
  const natural = symbolic(
    upperTriangle(
      graph,
      Int32Array.from({ length: 2000 }, (_, k) => k),
    ),
  ).columnStarts[2000]!;
  const ordered = symbolic(upperTriangle(graph, minimumDegree(graph))).columnStarts[2000]!;
  expect(ordered).toBeLessThan(0.8 * natural);
  expect(ordered).toBeLessThan(4 * kept.length);
});

test('a matrix that is not positive definite is refused', () => {
  const graph = adjacency(2, Int32Array.of(0), Int32Array.of(1));
  const upper = upperTriangle(graph, Int32Array.of(0, 1));
  expect(() => factor(upper, Float64Array.of(-2), Float64Array.of(1, 1), symbolic(upper))).toThrow(RangeError);
});
