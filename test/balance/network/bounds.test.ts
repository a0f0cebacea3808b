import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Problem, ProblemStream } from '../../../balance/network/problem.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';

const node = fc.integer({ min: 0, max: 5 }).map((k) => (k === 0 ? 'ENV' : `N${k}`));
const drawn = fc.record({
  from: node,
  to: node,
  value: fc.double({ min: -30, max: 60, noNaN: true }),
  other: fc.double({ min: -30, max: 60, noNaN: true }),
  sigma: fc.double({ min: 0.2, max: 9, noNaN: true }),
  max: fc.double({ min: 5, max: 80, noNaN: true }),
  unmeasured: fc.boolean().map((b) => b),
});
const drafts = fc.array(drawn, { minLength: 2, maxLength: 14 });

/** Zero flow is always within these bounds, so that they never contradict the balances. */
function problemOf(
  streams: readonly { from: string; to: string; value: number; other: number; sigma: number; max: number; unmeasured: boolean }[],
  key: 'value' | 'other',
  someUnmeasured: boolean,
): Problem {
  return {
    kind: 'linear-network',
    streams: streams.map((s, k): ProblemStream => {
      const open = someUnmeasured && s.unmeasured && k % 3 === 0;
      return { id: `S${k}`, from: s.from, to: s.to, measured: open ? null : s[key], sigma: open ? null : s.sigma, min: 0, max: s.max };
    }),
    options: { identify: false },
  };
}

test('a dead end whose measured neighbours are nothing but rounding contradicts no bound', () => {
  const nothing = { from: 'ENV', to: 'ENV', value: 0, other: 0, sigma: 0.2, max: 5, unmeasured: false };
  const streams = [
    nothing,
    { ...nothing, from: 'N5', to: 'N3', other: -5e-324 },
    nothing,
    { ...nothing, from: 'N5', to: 'N5', other: 8.803093880313792e-308 },
    nothing,
    nothing,
    { ...nothing, from: 'N3', unmeasured: true },
    nothing,
    nothing,
    { ...nothing, from: 'N5', to: 'N3', unmeasured: true },
  ];
  for (const { reconciled } of reconcile(problemOf(streams, 'other', true)).streams) {
    if (reconciled !== null) expect(Math.abs(reconciled)).toBeLessThan(1e-9);
  }
});

test('within bounds, closed, and no feasible direction lowers the sum of squares', () => {
  fc.assert(
    fc.property(drafts, fc.boolean(), (streams, open) => {
      const problem = problemOf(streams, 'value', open);
      const best = reconcile(problem).streams;
      const feasible = reconcile(problemOf(streams, 'other', open)).streams; // another point within the bounds
      let slope = 0;
      let size = 1;
      problem.streams.forEach(({ measured, sigma, max }, k) => {
        const x = best[k]!.reconciled;
        if (x === null) return;
        expect(x).toBeGreaterThanOrEqual(-1e-7);
        expect(x).toBeLessThanOrEqual(max! + 1e-7);
        if (measured === null) return;
        const term = ((x - measured) / sigma! ** 2) * (feasible[k]!.reconciled! - x);
        slope += term;
        size += Math.abs(term);
      });
      // variational inequality: (x − y)ᵀ·V⁻¹·(f − x) ≥ 0 for every feasible f
      expect(slope).toBeGreaterThanOrEqual(-1e-5 * size);
    }),
    { numRuns: 200 },
  );
});

test('the same bounds on the same balances written as equations give the same answer', () => {
  fc.assert(
    fc.property(drafts, (streams) => {
      const problem = problemOf(streams, 'value', false);
      const nodes = [...new Set(streams.flatMap(({ from, to }) => [from, to]))].filter((name) => name !== 'ENV');
      const equations = nodes
        .map((name) =>
          problem.streams
            .flatMap(({ id, from, to }) => (from === to ? [] : to === name ? [`+ ${id}`] : from === name ? [`- ${id}`] : []))
            .join(' '),
        )
        .filter((text) => text !== '');
      fc.pre(equations.length > 0);
      const one = reconcile(problem);
      const other = reconcile({ ...problem, kind: 'equations', equations });
      one.streams.forEach((s, k) => {
        expect(Math.abs(s.reconciled! - other.streams[k]!.reconciled!)).toBeLessThan(1e-6);
      });
      expect(Math.abs(one.global.statistic - other.global.statistic)).toBeLessThan(1e-6 * (1 + one.global.statistic));
    }),
    { numRuns: 100 },
  );
});

test('J with bounds is the weighted sum of squares of the adjustments', () => {
  fc.assert(
    fc.property(drafts, (streams) => {
      const problem = problemOf(streams, 'value', false);
      const { streams: results, global } = reconcile(problem);
      const sum = results.reduce((total, s, k) => total + (s.adjustment! / problem.streams[k]!.sigma!) ** 2, 0);
      expect(Math.abs(global.statistic - sum)).toBeLessThanOrEqual(1e-7 * (1 + sum));
    }),
    { numRuns: 200 },
  );
});
