import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Problem, Reconciliation } from '../../../balance/network/problem.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';

const FOLDER = new URL('../../cases/reconciliation/', import.meta.url);
const COVERED = ['linear-network', 'equations'];

interface CaseStream {
  readonly id: string;
  readonly reconciled_expected?: number | null;
  readonly reconciled_computed?: number;
  readonly reconciled_half_width_95_expected?: number;
  readonly reconciled_sigma_expected?: number;
  readonly vdi_local_test_expected?: number;
  readonly adjustability_expected?: number;
  readonly detectability_expected?: number;
}

interface Case extends Omit<Problem, 'streams'> {
  readonly name: string;
  readonly streams: readonly (Problem['streams'][number] & CaseStream)[];
  readonly scenarios?: unknown;
  readonly classification_expected?: Readonly<Record<string, string>>;
  readonly verification: Readonly<Record<string, unknown>>;
  readonly tests_expected: Readonly<Record<string, unknown>>;
  readonly computed?: {
    readonly global_statistic?: number;
    readonly dof?: number;
    readonly chi2_critical_95?: number;
    readonly max_abs_z_measurement_test?: number;
    readonly stream_of_max_z?: readonly string[];
    readonly reconciled_sigma?: readonly number[];
    readonly reconciled?: Readonly<Record<string, number>>;
    readonly nodal_imbalance?: readonly number[];
    readonly nodal_z?: readonly number[];
    readonly indistinguishable_groups?: readonly (readonly string[])[];
    readonly classification?: string | Readonly<Record<string, string>>;
    readonly serial_elimination?: {
      readonly steps: readonly { readonly J: number; readonly removed: string | readonly string[] }[];
      readonly final_J: number;
    };
  };
}

const CASES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Case)
  .filter(({ kind, scenarios }) => COVERED.includes(kind) && scenarios === undefined);

/** Half a unit of the last printed digit, and a billionth: cases state what they start from with ten digits. Whole numbers are exact. */
function printed(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const decimals = mantissa.split('.')[1]?.length;
  const half = decimals === undefined ? 0 : 0.5 * 10 ** (Number(exponent) - decimals);
  return half + 1e-9 * Math.max(1, Math.abs(value));
}

/**
 * Sources whose printed digits are coarser than they look, as `verification.max_abs_diff` of the case records; and finer than they
 * look, where zeros at the end are not printed, as `verification.tolerance` does.
 */
function tolerance({ verification }: Case, value: number): number {
  if (typeof verification.max_abs_diff === 'number') return verification.max_abs_diff * 1.001 + 1e-12 * Math.abs(value);
  return typeof verification.tolerance === 'number' ? Math.min(verification.tolerance, printed(value)) : printed(value);
}

describe.each(CASES.map((entry) => [entry.name, entry] as const))('%s', (_, entry) => {
  const result: Reconciliation = reconcile(entry);
  const of = (id: string) => result.streams.find((stream) => stream.id === id)!;

  test('reconciled values as printed', () => {
    for (const { id, reconciled_expected: expected, reconciled_computed: computed } of entry.streams) {
      const value = expected ?? computed;
      if (typeof value !== 'number') continue;
      expect.soft(Math.abs(of(id).reconciled! - value), id).toBeLessThanOrEqual(tolerance(entry, value));
    }
    for (const [id, value] of Object.entries(entry.computed?.reconciled ?? {})) {
      expect.soft(Math.abs(of(id).reconciled! - value), id).toBeLessThanOrEqual(printed(value));
    }
  });

  test('standard deviations and half-widths', () => {
    for (const { id, reconciled_half_width_95_expected: half, reconciled_sigma_expected: sigma } of entry.streams) {
      if (half !== undefined) expect.soft(Math.abs(1.96 * of(id).sigma! - half), id).toBeLessThanOrEqual(printed(half));
      if (sigma !== undefined) expect.soft(Math.abs(of(id).sigma! - sigma), id).toBeLessThanOrEqual(printed(sigma));
    }
    entry.computed?.reconciled_sigma?.forEach((sigma, k) => {
      expect.soft(Math.abs(result.streams[k]!.sigma! - sigma), entry.streams[k]!.id).toBeLessThanOrEqual(printed(sigma));
    });
  });

  test('adjustability and detectability as printed', () => {
    // as the case notes of P10, whose variances are printed more coarsely than its source worked with
    const [, noted] = /to (\S+) with the rounded/.exec(String(entry.verification.adjustability_detectability)) ?? [];
    const within = (value: number) => (noted === undefined ? printed(value) : Number(noted));
    for (const { id, adjustability_expected: a, detectability_expected: d } of entry.streams) {
      if (a !== undefined) expect.soft(Math.abs(of(id).adjustability! - a), id).toBeLessThanOrEqual(within(a));
      if (d !== undefined) expect.soft(Math.abs(of(id).detectability! - d), id).toBeLessThanOrEqual(within(d));
    }
  });

  test('global test', () => {
    const { computed, tests_expected: printedTests } = entry;
    if (computed?.global_statistic !== undefined) {
      const { global_statistic: J, chi2_critical_95: critical } = computed;
      expect.soft(Math.abs(result.global.statistic - J)).toBeLessThanOrEqual(printed(J));
      expect.soft(result.global.dof).toBe(computed.dof);
      expect.soft(Math.abs(result.global.critical! - critical!)).toBeLessThanOrEqual(printed(critical!));
      expect.soft(result.global.passed).toBe(J <= critical!);
    }
    if (typeof printedTests.dof === 'number') expect.soft(result.global.dof).toBe(printedTests.dof);
    const critical = printedTests.critical_value;
    if (typeof critical === 'number') expect.soft(Math.abs(result.global.critical! - critical)).toBeLessThanOrEqual(printed(critical));
    if (typeof printedTests.global_test_passes === 'boolean') expect.soft(result.global.passed).toBe(printedTests.global_test_passes);
  });

  test('VDI 2048 local test under its profile', () => {
    const profile = reconcile({ ...entry, options: { profile: 'vdi2048' } });
    for (const { id, vdi_local_test_expected: local } of entry.streams) {
      if (local === undefined) continue;
      const tested = profile.streams.find((s) => s.id === id)!.test!;
      expect.soft(Math.abs(tested - local), id).toBeLessThanOrEqual(printed(local));
    }
  });

  test('measurement test and nodal test', () => {
    const { computed } = entry;
    if (computed?.max_abs_z_measurement_test !== undefined) {
      const largest = Math.max(...result.streams.map(({ test: z }) => z ?? 0));
      const z = computed.max_abs_z_measurement_test;
      expect.soft(Math.abs(largest - z)).toBeLessThanOrEqual(printed(z));
      const ids = result.streams.filter(({ test: z }) => z !== null && z > largest - 1e-7).map(({ id }) => id);
      expect.soft(ids).toEqual(computed.stream_of_max_z);
    }
    computed?.nodal_imbalance?.forEach((imbalance, k) => {
      const z = Math.abs(computed.nodal_z![k]!);
      expect.soft(result.nodes[k]!.imbalance!).toBeCloseTo(imbalance, 9);
      expect.soft(Math.abs(result.nodes[k]!.test! - z)).toBeLessThanOrEqual(printed(z));
    });
  });

  test('classes and groups', () => {
    const expected = entry.classification_expected ?? entry.computed?.classification;
    for (const { id, class: name } of result.streams) {
      const wanted = expected === 'all redundant' ? 'redundant' : typeof expected === 'object' ? expected[id]?.replace('-', '') : undefined;
      if (wanted !== undefined) expect.soft(name, id).toBe(wanted);
      if (name === 'unobservable') expect.soft(of(id).reconciled, id).toBeNull();
    }
    const groups = entry.computed?.indistinguishable_groups;
    if (groups) expect.soft(result.groups).toEqual(groups);
  });

  test('serial elimination', () => {
    const steps = entry.computed?.serial_elimination?.steps;
    if (!steps) return;
    const biases = result.suspects.filter(({ kind }) => kind === 'bias');
    const removed = steps.map(({ removed: ids }) => [ids].flat().sort());
    expect(biases.map(({ ids }) => [...ids].sort())).toEqual(removed);
    const left = [...steps.slice(1).map(({ J }) => J), entry.computed!.serial_elimination!.final_J];
    left.forEach((j, k) => {
      expect.soft(Math.abs(biases[k]!.statisticAfter - j)).toBeLessThanOrEqual(printed(j));
    });
  });
});

test('the covariance of the reconciled cooling-water flows as printed', async () => {
  const { solveProblem } = await import('../../../balance/network/prepare.ts');
  const { applyReconciledCovariance } = await import('../../../balance/network/core.ts');
  const entry = JSON.parse(readFileSync(new URL('namp_cooling_water_6stream.json', FOLDER), 'utf8')) as Case & {
    reconciled_covariance_expected: { matrix: number[][] };
  };
  const { estimate } = solveProblem(entry);
  entry.reconciled_covariance_expected.matrix.forEach((row, i) => {
    const unit = new Float64Array(6);
    unit[i] = 1;
    const column = applyReconciledCovariance(estimate.core, unit);
    row.forEach((value, j) => {
      expect.soft(Math.abs(column[j]! - value), `${i}, ${j}`).toBeLessThanOrEqual(printed(value));
    });
  });
});
