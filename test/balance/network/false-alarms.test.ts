import { describe, expect, test } from 'vitest';
import { statistic } from '../../../balance/network/core.ts';
import { STRAIGHT } from '../../../balance/network/curvature.ts';
import { chiSquareCritical, normalCritical, sidakLevel } from '../../../balance/network/distributions.ts';
import { monitorDrift } from '../../../balance/network/drift-monitor.ts';
import { estimateEquations } from '../../../balance/network/equations-estimate.ts';
import { hypotheses } from '../../../balance/network/hypotheses.ts';
import { equationSystem } from '../../../balance/network/prepare.ts';
import type { Problem } from '../../../balance/network/problem.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';
import { normal, uniform } from './random.ts';
import { twoWays, windowsInARow } from './two-ways.ts';

/** `npm run drill` asks for 20,000. */
const WINDOWS = Number(process.env.LIANGHENG_WINDOWS ?? 1500);
const LEVELS = [0.1, 0.05, 0.01];

/** [true value, σ]; σ null: unmeasured. */
type Plant = { readonly values: Readonly<Record<string, readonly [number, number | null]>>; readonly equations: readonly string[] };

const share = (of: number) => (values: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(values).map(([id, value]) => [id, [value, of * value] as const]));

/** Feed 1 divides into 2 and 3, 3 into 4 and 5, 2 and 4 join to 6; two components. */
const FLOWS = { F1: 100, F2: 60, F3: 40, F4: 30, F5: 10, F6: 90 };
const ANALYSES = { a1: 11, a2: 5, a3: 20, a4: 25, a5: 5, a6: 1050 / 90, b1: 6, b2: 8, b3: 3, b4: 2, b5: 6, b6: 6 };
const NETWORK = ['F1 - F2 - F3', 'F3 - F4 - F5', 'F2 + F4 - F6'].concat(
  ['a', 'b'].flatMap((x) => [`F1*${x}1 - F2*${x}2 - F3*${x}3`, `F3*${x}3 - F4*${x}4 - F5*${x}5`, `F2*${x}2 + F4*${x}4 - F6*${x}6`]),
);

/** One stream separated in two, of which only the analyses say how much goes where. */
const separated = (assay: number, flow = 0.02): Plant => ({
  values: {
    F1: [100, 100 * flow],
    F2: [40, null],
    F3: [60, null],
    ...share(assay)({ a1: 5, a2: 8, a3: 3, b1: 10, b2: 4, b3: 14 }),
  },
  equations: ['F1 - F2 - F3', 'F1*a1 - F2*a2 - F3*a3', 'F1*b1 - F2*b2 - F3*b3'],
});

const STRAIGHT_PLANTS: Readonly<Record<string, Plant>> = {
  'flows and analyses, everything measured': {
    values: { ...share(0.03)(FLOWS), ...share(0.1)(ANALYSES) },
    equations: NETWORK,
  },
  'flows and analyses, some unmeasured': {
    values: { ...share(0.03)(FLOWS), ...share(0.1)(ANALYSES), F4: [30, null], a3: [20, null], b5: [6, null] },
    equations: NETWORK,
  },
  'a splitter': {
    values: { ...share(0.03)({ F1: 100, F2: 70, F3: 30 }), ...share(0.08)({ a1: 5, a2: 5, a3: 5 }), k: [0.3, 0.01] },
    equations: ['F1 - F2 - F3', 'a1 - a2', 'a1 - a3', 'F3 - k*F1'],
  },
  'flows that only analyses tell': separated(0.08),
  'a heat exchanger: flows, temperatures and a metered duty': {
    values: {
      ...share(0.03)({ H: 50, C: 80, duty: 50 * 4.18 * 40 }),
      ...{ h1: [90, 1], h2: [50, 1], c1: [20, 1], c2: [45, 1], Q: [50 * 4.18 * 40, null] },
    },
    equations: ['H*4.18*(h1 - h2) - Q', 'C*4.18*(c2 - c1) - Q', 'duty - Q'],
  },
};

function problemOf({ values, equations }: Plant): Problem {
  const streams = Object.entries(values).map(([id, [value, sigma]]) => ({
    ...{ id, from: null, to: null, sigma },
    ...(sigma === null ? { measured: null, initial: value } : { measured: value }),
  }));
  return { kind: 'equations', streams, equations };
}

interface Window {
  readonly statistic: number;
  readonly dof: number;
  /** Likelihood ratio of each single error, biases first. */
  readonly ratios: readonly number[];
  /** Measurement test of the meters that something checks. */
  readonly z: readonly number[];
  readonly groups: number;
}

/** Windows in which only chance is at work, every meter's error drawn anew in each. */
function simulated(plant: Plant, windows: number, seed: number): { readonly answers: readonly Window[]; readonly failed: number } {
  const system = equationSystem(problemOf(plant));
  const truth = system.y;
  const sigma = system.covariance.variance.map(Math.sqrt);
  const gauss = normal(uniform(seed));
  const answers: Window[] = [];
  let failed = 0;
  for (let w = 0; w < windows; w++) {
    const y = truth.map((value, i) => value + sigma[i]! * gauss());
    try {
      const estimate = estimateEquations({ ...system, y });
      const { core } = estimate;
      const d = core.transpose(core.multipliers);
      const precision = core.precisionDiagonal();
      const groups = core.groups();
      const state = hypotheses(estimate);
      answers.push({
        statistic: statistic(core),
        dof: core.constraints,
        ratios: state.all.map((_, h) => state.ratio(h)),
        z: Array.from(d, (value, i) => (groups[i] === -1 ? null : value / Math.sqrt(precision[i]!))).filter((value) => value !== null),
        groups: Math.max(...groups) + 1,
      });
    } catch {
      failed++;
    }
  }
  return { answers, failed };
}

const standardError = (level: number, windows = WINDOWS) => Math.sqrt((level * (1 - level)) / windows);

describe.each(Object.entries(STRAIGHT_PLANTS))('false alarms of equations: %s', (_, plant) => {
  const { answers, failed } = simulated(plant, WINDOWS, 41);
  const rate = (fails: (window: Window) => boolean) => answers.filter(fails).length / answers.length;

  test('every window has a solution, and the equations are straight enough to be told so', () => {
    expect(failed).toBe(0);
    const { curvature, warnings } = reconcile(problemOf(plant));
    expect(curvature).toBeLessThan(STRAIGHT);
    expect(warnings.filter((text) => text.includes('bend'))).toEqual([]);
  });

  test.each(LEVELS)('χ², and the largest measurement test by Šidák, err as often as %d says', (level) => {
    const critical = chiSquareCritical(answers[0]!.dof, level)!;
    expect(Math.abs(rate(({ statistic: j }) => j > critical) - level)).toBeLessThanOrEqual(3 * standardError(level));
    const family = normalCritical(sidakLevel(level, answers[0]!.groups));
    const accused = rate(({ z }) => z.some((one) => Math.abs(one) > family));
    expect(accused).toBeLessThanOrEqual(level + 3 * standardError(level));
    expect(accused).toBeGreaterThan(level / 2 - 3 * standardError(level));
  });

  test.each(LEVELS)('each measurement test and each likelihood ratio, of biases and of equations that are off, at %d', (level) => {
    const single = normalCritical(level);
    const within = 4 * standardError(level); // a hundred comparisons in all
    answers[0]!.z.forEach((_, i) => {
      expect.soft(Math.abs(rate(({ z }) => Math.abs(z[i]!) > single) - level), `meter ${i}`).toBeLessThanOrEqual(within);
    });
    answers[0]!.ratios.forEach((_, h) => {
      expect.soft(Math.abs(rate(({ ratios }) => ratios[h]! > single ** 2) - level), `error ${h}`).toBeLessThanOrEqual(within);
    });
  });
});

describe('equations that bend within the uncertainty', () => {
  test('are told from straight ones, and the answer says how much', () => {
    const { curvature, warnings } = reconcile(problemOf(separated(0.3)));
    expect(curvature).toBeGreaterThan(2 * STRAIGHT);
    expect(warnings.some((text) => text.includes('弯曲') && text.includes('bend'))).toBe(true);
  });

  test('raise fewer alarms than stated, which is what the warning says: J is smaller than its degrees of freedom', () => {
    const { answers } = simulated(separated(0.5), Math.max(WINDOWS / 3, 400), 5);
    const mean = answers.reduce((sum, { statistic: j, dof }) => sum + j / dof, 0) / answers.length;
    expect(mean).toBeLessThan(1 - 3 * Math.sqrt(2 / answers.length));
    expect(mean).toBeGreaterThan(0.5);
  });

  test('grow with the square of the uncertainty, and are none where everything is linear', () => {
    const of = (assay: number) => reconcile(problemOf(separated(assay, assay))).curvature!;
    expect(of(0.01) / of(0.005)).toBeCloseTo(4, 1);
    const linear = { values: share(0.1)({ x: 2, y: 3, z: 5 }), equations: ['x + y - z'] };
    expect(reconcile(problemOf(linear)).curvature).toBeLessThan(1e-20);
  });

  test('have a solution where whole steps circle around it', () => {
    const parabola = (x: number, y: number): Problem => ({
      kind: 'equations',
      streams: [
        { id: 'x', from: null, to: null, measured: x, sigma: 0.4 },
        { id: 'y', from: null, to: null, measured: y, sigma: 0.2 },
      ],
      equations: ['x*x - y'],
    });
    for (const [x, y] of [
      [0.3, -0.4],
      [0.1, -0.4],
      [-0.2, -0.2],
      [0.05, -0.6],
    ] as const) {
      const [a, b] = reconcile(parabola(x, y)).streams.map(({ reconciled }) => reconciled!) as [number, number];
      expect(b).toBeCloseTo(a * a, 12);
      // nearest: the slope of the distance along the curve is none
      expect((a - x) / 0.16 + (2 * a * (b - y)) / 0.04).toBeCloseTo(0, 6);
    }
  });
});

describe('windows in a row that share their calibration errors', () => {
  /** By stream: some meters are noisy, of others nearly everything is calibration. */
  const randomShare = Float64Array.of(0.2, 0.05, 0.6, 0.2, 0.1, 0.02);

  test('drift is reported no oftener than stated, and not much more rarely', () => {
    const runs = WINDOWS;
    const gauss = normal(uniform(17));
    const alarms = { '0.1': 0, '0.05': 0 };
    for (let run = 0; run < runs; run++) {
      const windows = windowsInARow(gauss, 8, randomShare);
      for (const alpha of [0.1, 0.05] as const)
        if (monitorDrift(twoWays, windows, { randomShare, alpha }).verdict !== 'none') alarms[`${alpha}`]++;
    }
    for (const alpha of [0.1, 0.05] as const) {
      expect(alarms[`${alpha}`] / runs).toBeLessThanOrEqual(alpha + 3 * standardError(alpha, runs));
      expect(alarms[`${alpha}`] / runs).toBeGreaterThan(alpha / 3);
    }
  });
});
