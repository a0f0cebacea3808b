import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hypotheses } from '../../../balance/network/hypotheses.ts';
import { jointEstimate } from '../../../balance/network/joint-estimate.ts';
import { solveProblem } from '../../../balance/network/prepare.ts';
import type { Problem, ProblemStream } from '../../../balance/network/problem.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';
import { normal, uniform } from './random.ts';

/** The steam network of Serth and Heenan 1986: published flows and standard deviations, 28 streams, 11 nodes. */
const steam = JSON.parse(
  readFileSync(new URL('../../cases/reconciliation/edson_P15_serth_heenan_1986_steam_28stream.json', import.meta.url), 'utf8'),
) as Omit<Problem, 'streams'> & { readonly streams: readonly (ProblemStream & { readonly true: number })[] };
const BIASES = { '4': 10, '8': -8, '13': 12 } as const;

function drawn(gauss: () => number, biases: Readonly<Record<string, number>>): Problem {
  return {
    kind: 'linear-network',
    streams: steam.streams.map(({ true: value, ...stream }) => ({
      ...stream,
      measured: value + stream.sigma! * (gauss() + (biases[stream.id] ?? 0)),
    })),
  };
}

describe('several errors estimated together (UBET) on a published network', () => {
  const runs = 600;
  const gauss = normal(uniform(4));
  const estimates = Array.from({ length: runs }, () => {
    const { estimate } = solveProblem(drawn(gauss, BIASES));
    const { all } = hypotheses(estimate);
    const assumed = Object.keys(BIASES).map((id) => {
      const at = estimate.streams.findIndex((s) => steam.streams[s]!.id === id);
      return all.find(({ kind, index }) => kind === 'bias' && index === at)!;
    });
    return jointEstimate(estimate, assumed)!;
  });

  test.each(Object.entries(BIASES).map(([id, size], k) => [id, size, k] as const))(
    'stream %s, %d σ: the magnitudes are unbiased, and scatter as their stated σ',
    (id, size, k) => {
      const truth = size * steam.streams.find((stream) => stream.id === id)!.sigma!;
      const sigma = estimates[0]!.sigmas[k]!;
      const errors = estimates.map(({ magnitudes }) => (magnitudes[k]! - truth) / sigma);
      const mean = errors.reduce((sum, e) => sum + e, 0) / runs;
      const variance = errors.reduce((sum, e) => sum + e * e, 0) / runs;
      expect(Math.abs(mean)).toBeLessThan(3 / Math.sqrt(runs));
      expect(Math.abs(variance - 1)).toBeLessThan(3 * Math.sqrt(2 / runs));
    },
  );

  test('with the errors taken out J is χ² on as many degrees of freedom less', () => {
    const dof = reconcile(drawn(gauss, {})).global.dof - estimates[0]!.magnitudes.length;
    const mean = estimates.reduce((sum, { statistic }) => sum + statistic, 0) / runs;
    expect(Math.abs(mean - dof)).toBeLessThan(3 * Math.sqrt((2 * dof) / runs));
  });

  test('the same magnitudes as least squares with the errors as unknowns of the equations', () => {
    const problem = drawn(gauss, BIASES);
    const { estimate } = solveProblem(problem);
    const { all } = hypotheses(estimate);
    const ids = Object.keys(BIASES);
    const places = ids.map((id) => estimate.streams.findIndex((s) => steam.streams[s]!.id === id));
    const joint = jointEstimate(
      estimate,
      places.map((at) => all.find(({ kind, index }) => kind === 'bias' && index === at)!),
    )!;
    // unmeasured instead of biased: what the others say of the stream is its value, the bias the difference
    const without = reconcile({
      ...problem,
      streams: problem.streams.map((stream) => (ids.includes(stream.id) ? { ...stream, measured: null, sigma: null } : stream)),
      options: { identify: false },
    });
    ids.forEach((id, k) => {
      const measured = problem.streams.find((stream) => stream.id === id)!.measured!;
      expect(joint.magnitudes[k]).toBeCloseTo(measured - without.streams.find((stream) => stream.id === id)!.reconciled!, 8);
    });
    expect(joint.statistic).toBeCloseTo(without.global.statistic, 8);
    // and what is then reconciled is what the others say
    joint.reconciled.forEach((value, i) => {
      expect(value).toBeCloseTo(without.streams[estimate.streams[i]!]!.reconciled!, 8);
    });
  });
});

describe('candidates collected one by one, estimated together at the end (SICC)', () => {
  test('three biases at once are named with their magnitudes, and nobody else, in most draws', () => {
    const gauss = normal(uniform(8));
    const runs = 60;
    let named = 0;
    for (let run = 0; run < runs; run++) {
      const { suspects } = reconcile(drawn(gauss, BIASES));
      const found = suspects.filter(({ kind }) => kind === 'bias');
      const all = Object.entries(BIASES).every(([id, size]) => {
        const one = found.find(({ ids }) => ids.includes(id));
        const sigma = steam.streams.find((stream) => stream.id === id)!.sigma!;
        return one !== undefined && Math.abs(one.magnitude - size * sigma) < 4 * one.magnitudeSigma!;
      });
      if (all && new Set(suspects.map(({ step }) => step)).size === 3) named++;
    }
    expect(named / runs).toBeGreaterThan(0.8);
  });
});
