import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statistic } from '../../../balance/network/core.ts';
import { estimateEquations } from '../../../balance/network/equations-estimate.ts';
import { linearise } from '../../../balance/network/linearise.ts';
import { lineariseSparse } from '../../../balance/network/linearise-sparse.ts';
import { equationSystem, solveProblem } from '../../../balance/network/prepare.ts';
import type { Problem } from '../../../balance/network/problem.ts';
import { ProblemError } from '../../../balance/network/problem-error.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';
import { eliminate, type SparseRow } from '../../../balance/network/sparse/elimination.ts';
import { plantEquations } from './plant-equations.ts';

const plants = fc
  .record({
    units: fc.integer({ min: 2, max: 9 }),
    seed: fc.nat(1e6),
    flows: fc.constantFrom(0.6, 0.8, 1),
    analyses: fc.constantFrom(0.5, 0.8),
  })
  .map(({ units, seed, flows, analyses }) => plantEquations(units, units, 2, seed, flows, analyses));

/** Some measured quantities with errors that go together, and one equation a second time. */
function harder(problem: Problem): Problem {
  const ids = problem.streams.filter(({ measured }) => measured !== null).map(({ id }) => id);
  const correlations = ids.length < 4 ? [] : [{ a: ids[0]!, b: ids[3]!, r: 0.6 }];
  return { ...problem, correlations, equations: [...problem.equations!, problem.equations![0]!] };
}

const sortedSets = (sets: readonly (readonly number[])[] = []) => sets.map(String).toSorted((a, b) => a.localeCompare(b));

/** Groups as sets: which measurement belongs with which. */
function partition(groups: Int32Array): string[] {
  const sets = new Map<number, number[]>();
  groups.forEach((group, i) => {
    sets.set(group, [...(sets.get(group) ?? []), i]);
  });
  const free = sets.get(-1) ?? [];
  sets.delete(-1);
  return [...Array.from(sets.values(), String).toSorted((a, b) => a.localeCompare(b)), `none: ${free}`];
}

describe('large problems of equations on sparse matrices', () => {
  test('values, variances, classes, groups, slopes and J are those of dense ones, dependent rows and correlations included', () => {
    const drawn = { cases: 0, compared: 0 };
    fc.assert(
      fc.property(plants, fc.boolean(), (plain, hard) => {
        drawn.cases += 1;
        const system = equationSystem(hard ? harder(plain) : plain);
        let dense: ReturnType<typeof estimateEquations>;
        try {
          dense = estimateEquations(system, undefined, linearise);
        } catch (error) {
          // where the dense reference finds no solution nothing is compared; it says so in words
          expect(error).toBeInstanceOf(ProblemError);
          return;
        }
        drawn.compared += 1;
        const sparse = estimateEquations(system, undefined, lineariseSparse);
        const sigma = system.covariance.variance.map(Math.sqrt);
        expect(sparse.classes).toEqual(dense.classes);
        expect(sparse.core.constraints).toBe(dense.core.constraints);
        expect(partition(sparse.core.groups())).toEqual(partition(dense.core.groups()));
        const near = (a: number, b: number, size: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-6 * size);
        near(statistic(sparse.core), statistic(dense.core), 1 + statistic(dense.core));
        sparse.reconciled.forEach((value, i) => {
          near(value, dense.reconciled[i]!, sigma[i]!);
        });
        const [ours, theirs] = [sparse.core.adjustmentVariance(), dense.core.adjustmentVariance()];
        ours.forEach((value, i) => {
          near(value, theirs[i]!, sigma[i]! ** 2);
        });
        const scaled = (values: Float64Array) => values.map((value, i) => value * sigma[i]! ** 2);
        const [one, two] = [scaled(sparse.core.precisionDiagonal()), scaled(dense.core.precisionDiagonal())];
        one.forEach((value, i) => {
          near(value, two[i]!, 1);
        });
        system.unmeasured.forEach((q) => {
          if (dense.classes[q] !== 'observable') return;
          const spread = dense.core.reconciledVariance(dense.functional(q));
          near(sparse.core.reconciledVariance(sparse.functional(q)), spread, spread);
        });
        expect(sortedSets(sparse.movingTogether)).toEqual(sortedSets(dense.movingTogether));
        // what is off by one in an equation is worth the same, whatever constraints are made of it
        expect(sparse.leaks.map(({ nodes }) => nodes)).toEqual(dense.leaks.map(({ nodes }) => nodes));
        sparse.leaks.forEach(({ effect }, k) => {
          const worth = (core: typeof dense.core, pairs: typeof effect) => {
            const f = new Float64Array(core.constraints);
            for (const [row, value] of pairs) f[row]! += value;
            return core.solve(f).reduce((sum, value, row) => sum + value * f[row]!, 0);
          };
          const reference = worth(dense.core, dense.leaks[k]!.effect);
          near(worth(sparse.core, effect), reference, reference);
        });
      }),
      { numRuns: 40 },
    );
    // in 120 draws one was not: three of four must be
    expect(drawn.compared).toBeGreaterThanOrEqual(0.75 * drawn.cases);
  });

  test('a plant of 300 streams is answered as any other: a gross error in it is named', () => {
    const problem = plantEquations(40, 60, 2, 1);
    const s = problem.streams.findIndex(({ id, measured }) => id === 'F20' && measured !== null);
    const biased = {
      ...problem,
      streams: problem.streams.map((one, k) => (k === s ? { ...one, measured: one.measured! + 12 * one.sigma! } : one)),
    };
    const { suspects, streams } = reconcile(biased);
    expect(problem.equations!.length).toBeGreaterThan(100);
    expect(suspects[0]).toMatchObject({ kind: 'bias', ids: ['F20'] });
    expect(Math.abs(suspects[0]!.magnitude - 12 * problem.streams[s]!.sigma!)).toBeLessThan(4 * suspects[0]!.magnitudeSigma!);
    expect(streams.every(({ reconciled }) => reconciled === null || Number.isFinite(reconciled))).toBe(true);
  });

  test('quantities that the balances hardly determine do not keep the rest from its answer', () => {
    const problem = plantEquations(80, 120, 2, 1, 0.7, 0.6);
    const { estimate } = solveProblem(problem);
    expect(estimate.core.constraints).toBeGreaterThan(10);
  });
});

describe('elimination of sparse columns', () => {
  const matrices = fc.array(
    fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: -3, max: 3 }) }), {
      minLength: 9,
      maxLength: 9,
    }),
    { minLength: 1, maxLength: 8 },
  );

  test('as many pivots as the columns have rank; rows that are left hold none of them and are combinations of those given', () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const columns = 5;
        const count = matrix.length;
        const rows = matrix.map((row, k): SparseRow => new Map([...row.entries()].filter(([, value]) => value !== 0).concat([[9 + k, 1]])));
        const { pivotRows, pivotColumns, free, rest } = eliminate(rows, columns, 1e-9);
        expect(pivotColumns.length).toBe(rankOf(matrix.map((row) => row.slice(0, columns))));
        expect([...pivotColumns, ...free].sort()).toEqual([0, 1, 2, 3, 4]);
        expect(new Set([...pivotRows, ...rest]).size).toBe(count);
        for (const k of rest) for (let c = 0; c < columns; c++) expect(rows[k]!.has(c)).toBe(false);
        rows.forEach((row) => {
          for (let c = 0; c < 9; c++) {
            const combined = matrix.reduce((sum, given, k) => sum + (row.get(9 + k) ?? 0) * given[c]!, 0);
            expect(row.get(c) ?? 0).toBeCloseTo(combined, 8);
          }
        });
      }),
      { numRuns: 200 },
    );
  });
});

/** Rank by fractions of integers: exact. */
function rankOf(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => row.map(BigInt));
  let rank = 0;
  for (let c = 0; c < (rows[0]?.length ?? 0); c++) {
    const at = rows.findIndex((row, k) => k >= rank && row[c] !== 0n);
    if (at === -1) continue;
    [rows[rank], rows[at]] = [rows[at]!, rows[rank]!];
    for (let k = rank + 1; k < rows.length; k++) {
      const [a, b] = [rows[rank]![c]!, rows[k]![c]!];
      rows[k] = rows[k]!.map((value, i) => value * a - rows[rank]![i]! * b);
    }
    rank++;
  }
  return rank;
}
