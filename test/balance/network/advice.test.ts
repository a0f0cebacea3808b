import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectableBiases } from '../../../balance/network/detectable-bias.ts';
import { adviseMeters } from '../../../balance/network/meter-advice.ts';
import type { Problem, ProblemStream } from '../../../balance/network/problem.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';
import { windowSolver } from '../../../balance/network/window-solver.ts';
import { normal, uniform } from './random.ts';

const stream = (id: string, from: string, to: string, measured: number | null, sigma = 1): ProblemStream => ({
  id,
  from,
  to,
  measured,
  sigma: measured === null ? null : sigma,
});

/** Cooling water: one inlet, two branches in parallel, one outlet. */
const branches = (measured: Readonly<Record<string, number>>): Problem => ({
  kind: 'linear-network',
  streams: (
    [
      ['F1', 'ENV', 'P1'],
      ['F2', 'P1', 'P2'],
      ['F3', 'P1', 'P3'],
      ['F4', 'P2', 'P4'],
      ['F5', 'P3', 'P4'],
      ['F6', 'P4', 'ENV'],
    ] as const
  ).map(([id, from, to]) => stream(id, from, to, measured[id] ?? null)),
});
const full = { F1: 110, F2: 70, F3: 38, F4: 72, F5: 39, F6: 109 };

describe('why a stream is not determined or not checked', () => {
  test('a loop of unmeasured streams: any one meter on it', () => {
    const { streams } = reconcile(branches({ F1: 110, F6: 109 }));
    expect(new Set(streams[1]!.remedy!.meters)).toEqual(new Set(['F2', 'F3', 'F4', 'F5']));
    expect(streams[1]!.remedy!.en).toMatch(/fit a meter on F2 or/);
    expect(streams[1]!.remedy!.zh).toMatch(/安装计量器具/);
    expect(streams[0]!.remedy).toBeUndefined();
  });

  test('what is promised happens: with any named meter the stream is determined, or checked', () => {
    const choices = fc.uniqueArray(fc.constantFrom(...Object.keys(full)), { maxLength: 5 });
    fc.assert(
      fc.property(choices, (ids) => {
        const measured = Object.fromEntries(ids.map((id) => [id, full[id as keyof typeof full]]));
        for (const { id, class: kind, remedy } of reconcile(branches(measured)).streams) {
          expect(remedy !== undefined).toBe(kind === 'unobservable' || kind === 'nonredundant');
          for (const other of Object.keys(full)) {
            if (other in measured) continue;
            const after = reconcile(branches({ ...measured, [other]: full[other as keyof typeof full] })).streams.find((s) => s.id === id)!;
            const helped = kind === 'unobservable' ? after.reconciled !== null : after.class === 'redundant';
            if (remedy) expect(remedy.meters.includes(other), `${id}: ${other}`).toBe(helped);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the meter that buys most', () => {
  test('what becomes known comes before what becomes more certain, and the promise is kept to the digit', () => {
    const before = branches({ F1: 110, F6: 109, F3: 38 });
    const advice = adviseMeters(before, [
      { id: 'F1', sigma: 0.5 },
      { id: 'F2', sigma: 0.5 },
      { id: 'F5', sigma: 2 },
    ]);
    expect(advice[0]!.newlyRedundant).toContain('F3');
    for (const { id, sigma, streams } of advice) {
      if (id === 'F1') continue;
      const fitted = { ...before, streams: before.streams.map((s) => (s.id === id ? { ...s, measured: 77, sigma } : s)) };
      reconcile(fitted).streams.forEach((s, k) => {
        expect(s.sigma!).toBeCloseTo(streams[k]!.after!, 12);
      });
    }
  });

  test('an unobservable part: the candidate that makes it known is first', () => {
    const advice = adviseMeters(branches({ F1: 110, F6: 109 }), [
      { id: 'F1', sigma: 0.01 },
      { id: 'F4', sigma: 5 },
    ]);
    expect(advice.map(({ id }) => id)).toEqual(['F4', 'F1']);
    expect(advice[0]!.newlyDetermined.toSorted()).toEqual(['F2', 'F3', 'F4', 'F5']);
    expect(advice[1]!.after).toBeLessThan(advice[1]!.before);
  });

  test('a candidate that is no stream is refused', () => {
    expect(() => adviseMeters(branches(full), [{ id: 'F9', sigma: 1 }])).toThrow(RangeError);
  });
});

describe('the smallest bias that the metering could detect', () => {
  test('is found with the stated probability', () => {
    const problem = branches(full);
    const truth = [110, 71, 39, 71, 39, 110];
    const solver = windowSolver(problem);
    const critical = reconcile(problem).measurementTest!.critical!;
    const gauss = normal(uniform(3));
    const biases = detectableBiases(problem, 0.8);
    const sigma = new Float64Array(6).fill(1);
    const runs = 4000;
    biases.forEach(({ bias }, i) => {
      let found = 0;
      for (let run = 0; run < runs; run++) {
        const { z } = solver.solve(
          Float64Array.from(truth, (value, k) => value + gauss() + (k === i ? bias! : 0)),
          sigma,
        );
        if (Math.abs(z[i]!) > critical) found++;
      }
      expect.soft(Math.abs(found / runs - 0.8)).toBeLessThan(4 * Math.sqrt((0.8 * 0.2) / runs));
    });
  });

  test('is null for a meter that nothing checks', () => {
    const [first, second] = detectableBiases(branches({ F1: 110, F2: 70 }));
    expect([first!.bias, second!.bias]).toEqual([null, null]);
  });
});

test('a meter that takes the place of an estimate stands alone, one beside a meter shares with it', () => {
  const problem: Problem = { kind: 'linear-network', streams: [stream('in', 'ENV', 'A', 10, 3), stream('out', 'A', 'ENV', null)] };
  const after = (replaces: boolean) => adviseMeters(problem, [{ id: 'in', sigma: 4, replaces }])[0]!.streams[0]!.after;
  expect(after(true)).toBeCloseTo(4, 12);
  expect(after(false)).toBeCloseTo(12 / 5, 12);
});
