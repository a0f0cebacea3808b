import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { normalCritical } from '../../../balance/network/distributions.ts';
import { nodalTests } from '../../../balance/network/nodal-test.ts';
import { powerStudy } from '../../../balance/network/power-study.ts';
import { solveProblem } from '../../../balance/network/prepare.ts';
import type { Problem, ProblemStream } from '../../../balance/network/problem.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';
import { topology } from '../../../balance/network/topology.ts';
import { windowSolver } from '../../../balance/network/window-solver.ts';
import { normal, uniform } from './random.ts';

interface Study extends Problem {
  readonly streams: readonly (ProblemStream & { true: number; power_measurement_test_expected: number })[];
  readonly tests_expected: {
    readonly monte_carlo: {
      readonly bias_range_sigma: [number, number];
      readonly alpha_measurement_test: number;
      readonly target_avti: number;
      readonly leak_range_fraction_of_total_node_flow: [number, number];
      readonly alpha_nodal_test: number;
      readonly node_power: readonly { node: string; power_nodal_test_expected: number; power_glr_leak_expected: number }[];
    };
  };
}

const STUDIES = [
  'edson_P01_rao_narasimhan_1996_3stream',
  'edson_P02_dovi_solisio_2001_6stream',
  'edson_P03_zhang_2010_atmospheric_tower',
  'edson_P04_narasimhan_jordache_2000_bypass_hx',
  'edson_P06_rosenberg_1987_7stream',
  'edson_P08_rao_narasimhan_1996_11stream',
  'edson_P10_martins_2010_water_13stream',
  'edson_P15_serth_heenan_1986_steam_28stream',
];
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../cases/reconciliation/${name}.json`, import.meta.url), 'utf8')) as Study;

describe.each(STUDIES)('published detection powers of %s', (name) => {
  const problem = read(name);
  const study = problem.tests_expected.monte_carlo;
  const runs = 5000;
  const power = powerStudy(
    problem,
    Float64Array.from(problem.streams, (s) => s.true),
    {
      runs,
      biasRange: study.bias_range_sigma,
      alpha: study.alpha_measurement_test,
      leakRange: study.leak_range_fraction_of_total_node_flow,
      alphaNode: study.alpha_nodal_test,
      random: uniform(20),
    },
  );
  // both studies are samples: four standard errors of their difference (2,500 runs in the source), and its rounding
  const within = (p: number) => 4 * Math.sqrt(Math.max(p * (1 - p), 0.002) * (1 / 2500 + 1 / runs)) + 5e-4;

  test('of the measurement test, by stream', () => {
    problem.streams.forEach(({ id, power_measurement_test_expected: expected }, s) => {
      expect.soft(Math.abs(power.streams[s]! - expected), id).toBeLessThanOrEqual(within(expected));
      if (expected === 0) expect.soft(power.streams[s]!, id).toBeLessThan(0.002);
    });
    expect(Math.abs(power.falseAlarms - study.target_avti)).toBeLessThan(0.02);
  });

  test('of the nodal test and the likelihood ratio against leaks, by node', () => {
    for (const { node, power_nodal_test_expected: nodal, power_glr_leak_expected: glr } of study.node_power) {
      const own = power.nodes.find(({ id }) => id === node)!;
      expect.soft(Math.abs(own.nodal - nodal), `${node} nodal`).toBeLessThanOrEqual(within(nodal));
      // the level of this test is not printed; the nodal test's is used
      expect.soft(Math.abs(own.glr - glr), `${node} likelihood ratio`).toBeLessThanOrEqual(within(glr) + 0.015);
    }
  });
});

describe('false alarms over 20,000 windows in which only chance is at work', () => {
  const problem = read('edson_P10_martins_2010_water_13stream');
  const truth = reconcile({ ...problem, options: { identify: false } }).streams.map((s) => s.reconciled!);
  const solver = windowSolver(problem);
  const gauss = normal(uniform(72));
  const windows = 20_000;
  const sigma = Float64Array.from(problem.streams, (s) => s.sigma!);
  const network = topology(problem);
  const { measurementOf, core } = solveProblem(problem).estimate;
  // calibration errors drawn anew in every window
  const draws = Array.from({ length: windows }, () => Float64Array.from(truth, (value, i) => value + sigma[i]! * gauss()));
  const answers = draws.map((measured) => solver.solve(measured, sigma));
  const nodal = draws.map((measured) => nodalTests(network, measurementOf, measured, core.covariance));

  describe.each([0.2, 0.1, 0.05, 0.01, 0.002])('at a level of %d', (alpha) => {
    const error = 3 * Math.sqrt((alpha * (1 - alpha)) / windows);
    const share = (fails: (answer: (typeof answers)[number]) => boolean) => answers.filter(fails).length / windows;

    test('χ² errs as often as it says', () => {
      const { critical } = reconcile({ ...problem, options: { alpha } }).global;
      expect(Math.abs(share(({ statistic }) => statistic > critical!) - alpha)).toBeLessThanOrEqual(error);
    });
    test('each measurement test errs as often as it says', () => {
      const single = normalCritical(alpha);
      truth.forEach((_, i) => {
        expect.soft(Math.abs(share(({ z }) => Math.abs(z[i]!) > single) - alpha), problem.streams[i]!.id).toBeLessThanOrEqual(error);
      });
    });
    test('each nodal test errs as often as it says', () => {
      const single = normalCritical(alpha);
      nodal[0]!.forEach(({ id }, k) => {
        const accused = nodal.filter((tests) => tests[k]!.test! > single).length / windows;
        expect.soft(Math.abs(accused - alpha), id).toBeLessThanOrEqual(error);
      });
    });
    test('all together err no oftener than Šidák allows, and not much less', () => {
      const family = reconcile({ ...problem, options: { alpha } }).measurementTest!.critical!;
      const accused = share(({ z }) => z.some((one) => Math.abs(one) > family));
      expect(accused).toBeLessThanOrEqual(alpha + error);
      expect(accused).toBeGreaterThan(alpha / 2);
    });
  });
});

describe('identification over simulated errors', () => {
  const problem = read('edson_P15_serth_heenan_1986_steam_28stream');
  const flows = problem.streams.map((s) => s.true);
  const gauss = normal(uniform(5));
  const noisy = () => problem.streams.map((s, i) => ({ ...s, measured: flows[i]! + 0.5 * s.sigma! * gauss() }));

  test('a bias of 12 σ on a well-checked meter is named first, its size within four standard deviations', () => {
    for (const at of [3, 5, 7, 11, 12]) {
      const streams = noisy();
      streams[at]!.measured += 12 * streams[at]!.sigma!;
      const [first] = reconcile({ ...problem, streams }).suspects;
      expect.soft(first!.kind).toBe('bias');
      expect.soft(first!.ids).toEqual([streams[at]!.id]);
      expect.soft(Math.abs(first!.magnitude - 12 * streams[at]!.sigma!)).toBeLessThan(4 * first!.magnitudeSigma!);
      for (const other of first!.alternatives!) {
        expect.soft(other.statisticAfter).toBeGreaterThan(first!.statisticAfter);
        if (other.kind === 'leak') expect.soft(other.magnitude).toBeGreaterThan(0);
      }
    }
  });

  test('a leak is named at its node: alone where no meter to the outside stands there, else together with that meter', () => {
    for (const [node, meter] of [
      ['N6', null],
      ['N3', null],
      ['N2', '9'],
      ['N5', '17'],
      ['N7', '21'],
    ] as const) {
      const { suspects } = reconcile({ ...problem, streams: withLeak(noisy(), node, 30) });
      const first = suspects.filter(({ step }) => step === 1);
      const leak = first.find(({ kind }) => kind === 'leak')!;
      expect.soft(leak.ids, node).toEqual([node]);
      expect.soft(Math.abs(leak.magnitude - 30), node).toBeLessThan(4 * leak.magnitudeSigma!);
      expect
        .soft(
          first.filter(({ kind }) => kind === 'bias').flatMap(({ ids }) => ids),
          node,
        )
        .toEqual(meter === null ? [] : [meter]);
    }
  });

  /** Feeds the loss from outside along measured streams, so that all balances but the node's close. */
  function withLeak<T extends ProblemStream & { measured: number }>(streams: readonly T[], node: string, loss: number): T[] {
    const inlet = new Map<string, T>();
    const queue = [node];
    const via = new Map<string, { stream: T; next: string }>();
    for (const at of queue) {
      for (const s of streams) {
        if (s.to !== at || via.has(s.from!) || s.from === node) continue;
        via.set(s.from!, { stream: s, next: at });
        queue.push(s.from!);
      }
    }
    for (let at = 'ENV'; at !== node; ) {
      const step = via.get(at)!;
      inlet.set(step.stream.id, step.stream);
      at = step.next;
    }
    return streams.map((s) => (inlet.has(s.id) ? { ...s, measured: s.measured + loss } : s));
  }
});
