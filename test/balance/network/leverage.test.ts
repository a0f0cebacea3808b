import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Problem } from '../../../balance/network/problem.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';
import { plantEquations } from './plant-equations.ts';

const node = fc.integer({ min: 0, max: 4 }).map((k) => (k === 0 ? 'ENV' : `N${k}`));
const networks = fc
  .array(
    fc.record({ from: node, to: node, value: fc.integer({ min: 5, max: 90 }), sigma: fc.integer({ min: 1, max: 5 }), blank: fc.nat(3) }),
    {
      minLength: 2,
      maxLength: 10,
    },
  )
  .map(
    (streams): Problem => ({
      kind: 'linear-network',
      streams: streams.map(({ from, to, value, sigma, blank }, k) =>
        blank === 0 ? { id: `S${k}`, from, to, measured: null, sigma: null } : { id: `S${k}`, from, to, measured: value, sigma },
      ),
      options: { identify: false },
    }),
  );

/** The problem with the measurement of stream `s` moved by `by`. */
const moved = (problem: Problem, s: number, by: number): Problem => ({
  ...problem,
  streams: problem.streams.map((stream, k) => (k === s ? { ...stream, measured: stream.measured! + by } : stream)),
});

test('leverage is how far a result follows its own meter, correlations included', () => {
  fc.assert(
    fc.property(networks, fc.double({ min: -0.8, max: 0.8, noNaN: true }), (plain, r) => {
      const measured = [...plain.streams.keys()].filter((s) => plain.streams[s]!.measured !== null);
      const correlations = measured.length > 1 ? [{ a: plain.streams[measured[0]!]!.id, b: plain.streams[measured[1]!]!.id, r }] : [];
      const problem = { ...plain, correlations };
      const { streams } = reconcile(problem);
      for (const s of measured) {
        const after = reconcile(moved(problem, s, 1)).streams[s]!.reconciled!;
        expect(after - streams[s]!.reconciled!).toBeCloseTo(streams[s]!.leverage!, 8);
      }
    }),
    { numRuns: 60 },
  );
});

test('without correlations it is what is left of the variance; 1 where nothing checks the meter; absent where there is none', () => {
  fc.assert(
    fc.property(networks, (problem) => {
      reconcile(problem).streams.forEach(({ leverage, sigma, class: kind }, s) => {
        const own = problem.streams[s]!.sigma;
        if (own === null) expect(leverage).toBeUndefined();
        else expect(leverage).toBeCloseTo((sigma! / own) ** 2, 9);
        if (kind === 'nonredundant') expect(leverage).toBeCloseTo(1, 12);
      });
    }),
    { numRuns: 60 },
  );
});

test.each([8, 20])('in equations of %d units, dense and sparse: linear around the solution', (units) => {
  const problem: Problem = { ...plantEquations(units, units, 2, 7), options: { identify: false } };
  const { streams } = reconcile(problem);
  const s = streams.findIndex(({ class: kind, leverage }) => kind === 'redundant' && leverage! > 0.2 && leverage! < 0.8);
  const step = 1e-4 * problem.streams[s]!.sigma!;
  const [above, below] = [step, -step].map((by) => reconcile(moved(problem, s, by)).streams[s]!.reconciled!);
  expect((above! - below!) / (2 * step)).toBeCloseTo(streams[s]!.leverage!, 1);
});
