/** Defects that other reconciliation programs have or had, each as a case that ours must pass. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { normalCritical, sidakLevel } from '../../../balance/network/distributions.ts';
import type { Problem, ProblemStream } from '../../../balance/network/problem.ts';
import { ProblemError } from '../../../balance/network/problem-error.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';

const read = (name: string): Problem =>
  JSON.parse(readFileSync(new URL(`../../cases/reconciliation/${name}.json`, import.meta.url), 'utf8')) as Problem;
const stream = (id: string, from: string, to: string, measured: number | null, sigma: number | null = 1): ProblemStream => ({
  id,
  from,
  to,
  measured,
  sigma: measured === null ? null : sigma,
});
const network = (...streams: ProblemStream[]): Problem => ({ kind: 'linear-network', streams });

test('the statistic is that of the adjustments, not the residue after convergence (OpenModelica: 1.37e-27)', () => {
  expect(reconcile(read('vdi2048_example')).global.statistic).toBeCloseTo(2.53705, 5);
});

test('degrees of freedom are the rank of the constraints, not n − 1 (16 streams, 8 nodes: χ² 15.51, not 25.0)', () => {
  const streams = Array.from({ length: 16 }, (_, k) => {
    const from = k % 2 === 0 ? `N${k / 2}` : 'ENV';
    const to = k % 2 === 0 ? (k / 2 + 1 < 8 ? `N${k / 2 + 1}` : 'ENV') : `N${(k - 1) / 2}`;
    return stream(`S${k}`, from, to, k % 2 === 0 ? 10 + k : 10);
  });
  const { global } = reconcile(network(...streams));
  expect(global.dof).toBe(8);
  expect(global.critical).toBeCloseTo(15.507, 3);
});

test('a bias of 26 σ fails the global test (a service that tests reconciled residuals always passes)', () => {
  const result = reconcile(network(stream('a', 'ENV', 'N', 126), stream('b', 'N', 'M', 100), stream('c', 'M', 'ENV', 100)));
  expect(result.global.passed).toBe(false);
  expect(result.suspects[0]!.kind).toBe('bias');
  expect(result.suspects[0]!.ids).toEqual(['a']);
  expect(Math.abs(result.suspects[0]!.magnitude - 26)).toBeLessThan(2 * result.suspects[0]!.magnitudeSigma!);
});

test('unmeasured streams cost degrees of freedom: 1, not 4', () => {
  expect(reconcile(read('namp_cooling_water_unmeasured_246')).global.dof).toBe(1);
});

test('what the balances do not determine has no number, not a minimum-norm one', () => {
  const { streams } = reconcile(read('namp_cooling_water_unobservable_2345'));
  for (const { id, reconciled, sigma } of streams.slice(1, 5)) expect([id, reconciled, sigma]).toEqual([id, null, null]);
});

test('dependent rows change nothing: the overall balance as one more equation', () => {
  const base = read('vdi2048_example');
  const overall = 'mFDKEL + mFDKELL - 0.6*mV - mHK - mHDNK';
  const plain = reconcile(base);
  const more = reconcile({ ...base, equations: [overall, ...base.equations!, base.equations![0]!] });
  expect(more.global.dof).toBe(3);
  expect(more.global.statistic).toBeCloseTo(plain.global.statistic, 9);
  more.streams.forEach((s, k) => {
    expect(s.reconciled!).toBeCloseTo(plain.streams[k]!.reconciled!, 9);
    expect(s.sigma!).toBeCloseTo(plain.streams[k]!.sigma!, 9);
  });
});

test('a part of the plant that nothing connects to the outside has one balance less, and is not singular', () => {
  const loop = network(stream('a', 'N', 'M', 10), stream('b', 'M', 'O', 11), stream('c', 'O', 'N', 12));
  const result = reconcile(loop);
  expect(result.global.dof).toBe(2);
  for (const { reconciled } of result.streams) expect(reconciled!).toBeCloseTo(11, 12);
  expect(result.suspects.filter(({ kind }) => kind === 'leak')).toEqual([]);
});

test('meters that cannot be told apart are accused together', () => {
  const result = reconcile(read('vdi2048_case2'));
  expect(result.global.passed).toBe(false);
  expect(result.suspects[0]!.ids).toEqual(['mFDKEL', 'mFDKELL']);
  expect(result.groups).toContainEqual(['mFDKEL', 'mFDKELL']);
});

test.each([1, 1e2, 1e4, 1e-6])('the answer does not depend on the common scale of σ: %d (HiGHS regularises: 8.94 at 1e4)', (scale) => {
  const result = reconcile(
    network(stream('1', 'ENV', 'N', 100, scale), stream('2', 'N', 'ENV', 65, scale), stream('3', 'N', 'ENV', 30, scale)),
  );
  expect(result.streams[0]!.reconciled!).toBeCloseTo(98.33333333333333, 10);
});

describe('a negative flow', () => {
  const negative = network(stream('in', 'ENV', 'N', 2, 1), stream('out', 'N', 'ENV', 10, 0.1), stream('side', 'N', 'ENV', 1, 0.5));
  test('is warned of', () => {
    const upside = reconcile(
      network(stream('in', 'ENV', 'N', 2, 0.01), stream('out', 'N', 'ENV', 10, 0.01), stream('side', 'N', 'ENV', 1, 1)),
    );
    expect(upside.warnings.join()).toMatch(/side.*negative/);
  });
  test('is refused where flows may not be negative, and the statistic says what that costs', () => {
    const free = reconcile(
      network(stream('in', 'ENV', 'N', 2, 0.01), stream('out', 'N', 'ENV', 10, 0.01), stream('side', 'N', 'ENV', 1, 1)),
    );
    const bounded = reconcile({
      ...network(stream('in', 'ENV', 'N', 2, 0.01), stream('out', 'N', 'ENV', 10, 0.01), stream('side', 'N', 'ENV', 1, 1)),
      options: { nonNegative: true },
    });
    expect(bounded.streams[2]!.reconciled!).toBeCloseTo(0, 9);
    expect(bounded.streams[0]!.reconciled!).toBeCloseTo(6, 9);
    expect(bounded.global.statistic).toBeGreaterThan(free.global.statistic);
    expect(bounded.warnings.join()).toMatch(/side/);
  });
  test('of a meter that cannot be told from another is left to both', () => {
    const { suspects } = reconcile(negative);
    expect(suspects[0]!.ids).toContain('in');
  });
  test('rules a suspect out: without it a flow would lie where it cannot', () => {
    const chain = (more: object) =>
      network(stream('a', 'ENV', 'A', 10, 1), { ...stream('b', 'A', 'B', 20, 1), ...more }, stream('c', 'B', 'ENV', 10, 1));
    expect(reconcile(chain({})).suspects[0]!.ids).toEqual(['b']);
    // where b is known to carry 15 or more, it is a and c that read too little
    const { suspects } = reconcile(chain({ min: 15 }));
    const biases = suspects.filter(({ kind }) => kind === 'bias');
    expect(biases.map(({ ids }) => ids[0])).toEqual(['a', 'c']);
    for (const { magnitude } of biases) expect(magnitude).toBeCloseTo(-10, 9);
  });
});

test.each([0, -1, null, undefined, Number.NaN, Number.POSITIVE_INFINITY])('σ = %s is refused, never taken as 1', (sigma) => {
  const problem = network(stream('a', 'ENV', 'N', 1), { ...stream('b', 'N', 'ENV', 1), sigma: sigma as number });
  expect(() => reconcile(problem)).toThrow(ProblemError);
  expect(() => reconcile(problem)).toThrow(/streams\[1\]\.sigma/);
});

test('the critical value grows with the number of distinguishable groups (1.96 for any n elsewhere)', () => {
  const chain = (n: number) =>
    network(...Array.from({ length: n }, (_, k) => stream(`S${k}`, k === 0 ? 'ENV' : `N${k}`, k === n - 1 ? 'ENV' : `N${k + 1}`, 10)));
  const values = [2, 5, 20, 100].map((n) => reconcile(chain(n)).measurementTest!);
  expect(values.map(({ tests }) => tests)).toEqual([1, 5, 20, 100]);
  expect(values[0]!.critical).toBeCloseTo(1.959964, 6);
  expect(values[3]!.critical).toBeCloseTo(normalCritical(sidakLevel(0.05, 100)), 12);
  for (let k = 1; k < values.length; k++) expect(values[k]!.critical!).toBeGreaterThan(values[k - 1]!.critical!);
});

test('a recycle is a cycle and reconciles like any other stream (d3-sankey never ends)', () => {
  const result = reconcile(read('edson_P06_rosenberg_1987_7stream'));
  expect(result.streams.find(({ id }) => id === '4')!.reconciled!).toBeCloseTo(4.813762, 5);
});

test('misprints of a source are not reproduced: 103.24, not 103.34', () => {
  expect(reconcile(read('namp_cooling_water_6stream')).streams[5]!.reconciled!).toBeCloseTo(103.24, 2);
});

test('a robust estimate is asked beside least squares, and says whether it blames the same meter', () => {
  const biased = read('edson_P10_martins_2010_water_13stream');
  const { crossCheck, suspects } = reconcile(biased);
  expect(suspects.length).toBeGreaterThan(0);
  expect(crossCheck!.loss).toBe('hampel');
  expect(crossCheck!.setAside.length).toBeGreaterThan(0);
  const named = suspects.flatMap(({ ids, alternatives }) => [...ids, ...alternatives!.flatMap((other) => other.ids)]);
  expect(crossCheck!.agrees).toBe(crossCheck!.setAside.every((id) => named.includes(id)));
  expect(reconcile(read('vdi2048_example')).crossCheck).toBeUndefined();
});
