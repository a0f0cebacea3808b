import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agreesAsPrinted, closureOf } from '../../../balance/network/closure.ts';
import type { Problem, ProblemStream } from '../../../balance/network/problem.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';
import { summariseReplicates } from '../../../balance/network/replicates.ts';
import { ROBUST_WEIGHTS, robustReconcile } from '../../../balance/network/robust.ts';
import { smallestExplanations } from '../../../balance/network/smallest-explanation.ts';

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../cases/reconciliation/${name}.json`, import.meta.url), 'utf8')) as T;

describe('robust estimates', () => {
  const problem = read<Problem & { streams: readonly { true: number }[] }>('edson_P15_serth_heenan_1986_steam_28stream');
  const flows = problem.streams.map((s) => (s as ProblemStream & { true: number }).true);
  const clean = { ...problem, streams: problem.streams.map((s, k) => ({ ...s, measured: flows[k]! })) };

  test.each(['fair', 'hampel'] as const)('%s: without gross errors they are the least-squares ones', (loss) => {
    const { reconciled, weights } = robustReconcile(clean, loss);
    reconciled.forEach((value, k) => {
      expect(value).toBeCloseTo(flows[k]!, 6);
    });
    expect(Math.min(...weights)).toBeGreaterThan(0.99);
  });

  test.each(['fair', 'hampel'] as const)('%s: two bad meters pull them less than least squares, and weigh least', (loss) => {
    const bad = new Map([
      [5, 20],
      [12, -15],
    ]);
    const spoiled = { ...clean, streams: clean.streams.map((s, k) => ({ ...s, measured: s.measured + (bad.get(k) ?? 0) * s.sigma! })) };
    const plain = reconcile(spoiled).streams.map((s) => s.reconciled!);
    const { reconciled, weights } = robustReconcile(spoiled, loss);
    const off = (values: ArrayLike<number>) =>
      Math.hypot(...Array.from(values, (value, k) => (value - flows[k]!) / problem.streams[k]!.sigma!));
    expect(off(reconciled)).toBeLessThan(0.5 * off(plain));
    const least = [...weights.keys()].sort((a, b) => weights[a]! - weights[b]!).slice(0, 2);
    expect(new Set(least)).toEqual(new Set(bad.keys()));
  });
});

describe('fewest gross errors (kind l1-gross-error)', () => {
  test('the heat-exchanger bypass: stream 2 alone, as the mixed-integer programme of its source finds', () => {
    const entry = read<Problem & { tests_expected: { flagged_stream: string }; parameters: { emax: number } }>('kantor_nj_bypass_L1');
    // the source bounds errors by ±1.75; as 95 % limits that is σ = 1.75/1.96
    const streams = entry.streams.map((s) => ({ ...s, sigma: s.measured === null ? null : entry.parameters.emax / 1.96 }));
    const problem: Problem = { kind: 'linear-network', streams };
    const ofMeters = smallestExplanations(problem).filter(({ errors }) => errors.every(({ kind }) => kind === 'bias'));
    expect(ofMeters).toHaveLength(1);
    const [only] = ofMeters[0]!.errors;
    expect(ofMeters[0]!.errors).toHaveLength(1);
    expect(only!.ids).toEqual([entry.tests_expected.flagged_stream]);
    expect(Math.abs(only!.magnitude - 4.25)).toBeLessThan(1.96 * only!.sigma);
    // a loss in the exchanger, which the source does not consider, explains these data as well: it is shown beside the meter
    const [suspect] = reconcile(problem).suspects;
    const explanations = [suspect!, ...suspect!.alternatives!.filter(({ rejected }) => !rejected)];
    expect(explanations.map(({ kind, ids }) => [kind, ...ids])).toEqual([
      ['leak', 'HTEXG'],
      ['bias', '2'],
    ]);
  });

  test('two errors that mask each other are found together', () => {
    const s = (id: string, from: string, to: string, measured: number): ProblemStream => ({ id, from, to, measured, sigma: 1 });
    const chain: Problem = {
      kind: 'linear-network',
      streams: [s('a', 'ENV', 'A', 100), s('b', 'A', 'B', 112), s('c', 'B', 'C', 88), s('d', 'C', 'D', 100), s('e', 'D', 'ENV', 100)],
    };
    const [best] = smallestExplanations(chain);
    expect(best!.errors.map(({ ids, magnitude }) => [ids.join(), Math.round(magnitude)]).sort()).toEqual([
      ['b', 12],
      ['c', -12],
    ]);
  });

  test('what chance explains needs no explanation', () => {
    expect(smallestExplanations(read('edson_P04_narasimhan_jordache_2000_bypass_hx'))).toEqual([]);
  });
});

describe('replicates (kind replicates)', () => {
  interface Component {
    readonly id: string;
    readonly from: string;
    readonly to: string;
    readonly replicates: readonly number[];
    readonly sigma: number;
    readonly measured: number;
    readonly posterior_mean: number;
    readonly posterior_lb95: number;
    readonly posterior_ub95: number;
  }
  const { components } = read<{ components: Readonly<Record<string, readonly Component[]>> }>('bayesmassbal_twonode');

  test.each(Object.keys(components))('%s: reconciled means lie within the published posterior bounds', (name) => {
    const streams = components[name]!;
    const summary = summariseReplicates(streams.map((s) => s.replicates));
    streams.forEach((s, k) => {
      expect(summary.means[k]!).toBeCloseTo(s.measured, 9);
      expect(summary.sigmas[k]!).toBeCloseTo(s.sigma, 9);
    });
    const result = reconcile({
      kind: 'linear-network',
      streams: streams.map(({ id, from, to }, k) => ({ id, from, to, measured: summary.means[k]!, sigma: summary.sigmas[k]! })),
    });
    result.streams.forEach(({ id, reconciled }, k) => {
      expect.soft(reconciled!, id).toBeGreaterThan(streams[k]!.posterior_lb95);
      expect.soft(reconciled!, id).toBeLessThan(streams[k]!.posterior_ub95);
      expect.soft(Math.abs(reconciled! / streams[k]!.posterior_mean - 1), id).toBeLessThan(0.09);
    });
  });

  test('correlations of few repetitions are shrunk until errors can have them', () => {
    const streams = components.gangue!;
    const { correlations, shrinkage } = summariseReplicates(streams.map((s) => s.replicates));
    expect(shrinkage).toBeGreaterThan(0);
    expect(shrinkage).toBeLessThanOrEqual(1);
    const pairs = correlations.flatMap((row, i) => row.flatMap((r, j) => (i < j ? [{ a: streams[i]!.id, b: streams[j]!.id, r }] : [])));
    const summary = summariseReplicates(streams.map((s) => s.replicates));
    const result = reconcile({
      kind: 'linear-network',
      streams: streams.map(({ id, from, to }, k) => ({ id, from, to, measured: summary.means[k]!, sigma: summary.sigmas[k]! })),
      correlations: pairs,
    });
    for (const { sigma, id } of result.streams) expect(sigma!, id).toBeGreaterThan(0);
  });

  test('no spread and single repetitions are refused, not taken as exact', () => {
    expect(() => summariseReplicates([[1, 1, 1]])).toThrow(RangeError);
    expect(() => summariseReplicates([[1]])).toThrow(RangeError);
  });
});

describe('closure (kinds arithmetic-closure and arithmetic-variance)', () => {
  test('a printed audit whose difference does not follow from its totals', () => {
    const entry = read<{
      streams: readonly { measured: number }[];
      printed: { difference: number; difference_percent: number };
      derived_expected: { difference: number; closure_error_percent_of_input: number };
    }>('cp_audit_report_closure');
    const [input, output] = entry.streams.map((s) => [{ value: s.measured, sigma: 0 }]);
    const closure = closureOf(input!, output!);
    expect(closure.imbalance.value).toBe(entry.derived_expected.difference);
    expect(closure.percent!).toBeCloseTo(entry.derived_expected.closure_error_percent_of_input, 4);
    expect(agreesAsPrinted(String(entry.printed.difference), closure.imbalance.value)).toBe(false);
    expect(agreesAsPrinted(String(entry.printed.difference_percent), closure.percent!)).toBe(false);
    expect(agreesAsPrinted('99648', closure.imbalance.value)).toBe(true);
    expect(agreesAsPrinted('2.10', closure.percent!)).toBe(true);
  });

  test('a town water balance: 1.3 % meters give 11 % on the loss, here and as an unmeasured stream', () => {
    const entry = read<{
      streams: readonly (ProblemStream & { measured: number; variance_printed: number })[];
      derived_expected: Readonly<Record<'system_input' | 'nonrevenue_water', { value: number; ci95_percent: number; variance: number }>>;
      verification: { tolerance_value: number; tolerance_percent: number; tolerance_variance: number };
    }>('nrw_water_balance_uncertainty');
    const { tolerance_value, tolerance_percent, tolerance_variance } = entry.verification;
    // the smallest source's variance is printed as 0.0; 2.55 % of it is meant
    const sigmas = entry.streams.map((s) => (s.sigma! > 0 ? s.sigma! : (s.measured * 0.0255) / 1.96));
    const amounts = entry.streams.map((s, k) => ({ value: s.measured, sigma: sigmas[k]! }));
    const closure = closureOf(amounts.slice(0, 5), amounts.slice(5));
    const { system_input: input, nonrevenue_water: loss } = entry.derived_expected;
    expect(Math.abs(closure.in.value - input.value)).toBeLessThanOrEqual(tolerance_value);
    expect(Math.abs(closure.in.sigma ** 2 - input.variance)).toBeLessThanOrEqual(tolerance_variance);
    expect(Math.abs(closure.imbalance.value - loss.value)).toBeLessThanOrEqual(tolerance_value);
    expect(Math.abs(closure.imbalance.sigma ** 2 - loss.variance)).toBeLessThanOrEqual(tolerance_variance);
    expect(Math.abs(closure.relativeHalfWidthPercent! - loss.ci95_percent)).toBeLessThanOrEqual(tolerance_percent);

    const streams = entry.streams.map(({ id, from, to, measured }, k) => ({ id, from, to, measured, sigma: sigmas[k]! }));
    const result = reconcile({
      kind: 'linear-network',
      streams: [...streams, { id: 'loss', from: 'system', to: 'ENV', measured: null, sigma: null }],
    });
    const reconciled = result.streams.at(-1)!;
    expect(reconciled.class).toBe('observable');
    expect(Math.abs(reconciled.reconciled! - loss.value)).toBeLessThanOrEqual(tolerance_value);
    expect(Math.abs(reconciled.sigma! ** 2 - loss.variance)).toBeLessThanOrEqual(tolerance_variance);
  });
});

describe('pollutant loads with missing analyses (BSM2 thickener)', () => {
  const entry = read<
    Omit<Problem, 'streams'> & {
      streams: readonly (ProblemStream & { measured: number; true: number; relative_sigma_assumed: number })[];
      scenarios: readonly { name: string; unmeasured: readonly string[] }[];
      verification: { tolerance_rel: number };
    }
  >('bsm2_thickener_loads');

  test.each(entry.scenarios.map((scenario) => [scenario.name, scenario.unmeasured] as const))('%s', (_, unmeasured) => {
    const problem: Problem = {
      kind: 'equations',
      equations: entry.equations!,
      streams: entry.streams.map(({ id, measured, relative_sigma_assumed: share }) =>
        unmeasured.includes(id)
          ? { id, from: null, to: null, measured: null, sigma: null }
          : { id, from: null, to: null, measured, sigma: share * measured },
      ),
    };
    const result = reconcile(problem);
    result.streams.forEach(({ id, reconciled }, k) => {
      expect.soft(Math.abs(reconciled! / entry.streams[k]!.true - 1), id).toBeLessThan(entry.verification.tolerance_rel);
    });
    expect(result.global.dof).toBe(11 - unmeasured.length);
    expect(result.global.statistic).toBeLessThan(1e-6);
  });
});

test('the weights of Fair and Hampel at their corners', () => {
  const { fair, hampel } = ROBUST_WEIGHTS;
  expect([fair(0), fair(1.3998), fair(-1.3998)]).toEqual([1, 0.5, 0.5]);
  expect([hampel(1.35), hampel(-2.7), hampel(5.4), hampel(-9)]).toEqual([1, 0.5, 0, 0]);
  expect(hampel(4.05)).toBeCloseTo((1.35 * 1.35) / (2.7 * 4.05), 12);
});

test('a node that gains is no leak: the smallest explanation of it needs meters', () => {
  const ends = [
    ['a', 'ENV', 'A', 100],
    ['b', 'A', 'B', 60],
    ['c', 'A', 'B', 40],
    ['d', 'B', 'C', 80],
    ['e', 'B', 'C', 50],
    ['f', 'C', 'ENV', 130],
  ] as const;
  const streams = ends.map(([id, from, to, measured]) => ({ id, from, to, measured, sigma: 1 }));
  const gained = smallestExplanations({ kind: 'linear-network', streams });
  expect(gained.every(({ errors }) => errors.every(({ kind, magnitude }) => kind === 'bias' || magnitude >= 0))).toBe(true);
  expect(gained.every(({ errors }) => errors.length > 1)).toBe(true);
  const swapped = streams.map((one) => ({ ...one, from: one.to, to: one.from }));
  expect(smallestExplanations({ kind: 'linear-network', streams: swapped })[0]!.errors).toMatchObject([{ kind: 'leak', ids: ['B'] }]);
});
