import { describe, expect, test } from 'vitest';
import { detectableBiases } from '../../../balance/network/detectable-bias.ts';
import type { Problem, ProblemStream } from '../../../balance/network/problem.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';

const s = (id: string, from: string, to: string, measured: number | null, sigma: number | null, more: object = {}): ProblemStream => ({
  id,
  from,
  to,
  measured,
  sigma,
  ...more,
});
/** A header with two branches, one of them without a meter and with a bypass that is blanked off. */
const network = (bypass: ProblemStream): Problem => ({
  kind: 'linear-network',
  streams: [s('in', 'ENV', 'A', 100, 1), s('one', 'A', 'B', 59, 1), s('two', 'A', 'B', null, null), bypass, s('out', 'B', 'ENV', 101, 1)],
});
const closed = { outOfService: '盲板 2026-03-01' };

describe('a stream out of service', () => {
  test('is exactly zero, and what was open beside it becomes known', () => {
    const open = reconcile(network(s('bypass', 'A', 'B', null, null)));
    expect(open.streams[2]).toMatchObject({ id: 'two', class: 'unobservable', reconciled: null });
    const shut = reconcile(network(s('bypass', 'A', 'B', null, null, closed)));
    expect(shut.streams.map(({ id }) => id)).toEqual(['in', 'one', 'two', 'bypass', 'out']);
    expect(shut.streams[2]).toMatchObject({ id: 'two', class: 'observable' });
    expect(shut.streams[2]!.reconciled).toBeCloseTo(41.5, 9);
    expect(shut.streams[3]).toMatchObject({ id: 'bypass', reconciled: 0, sigma: 0, class: 'observable' });
  });

  test('bears no correction of others, unlike a small measured flow', () => {
    const shut = reconcile(network(s('bypass', 'A', 'B', 0.1, 5, closed)));
    expect(shut.streams[3]).toMatchObject({ reconciled: 0, adjustment: -0.1, leverage: 0 });
    expect(shut.warnings.join()).not.toContain('bypass');
    expect(shut.global.dof).toBe(1);
  });

  test('whose meter reads something is told: a leaking valve, or a zero that is off', () => {
    const { warnings } = reconcile(network(s('bypass', 'A', 'B', 4, 0.5, closed)));
    expect(warnings.find((text) => text.includes('bypass'))).toMatch(/valve leaks/);
  });

  test('counts as 0 in equations', () => {
    const { streams } = reconcile({
      kind: 'equations',
      streams: [s('F1', '', '', 10, 1), s('F2', '', '', 8, 1), { ...s('F3', '', '', null, null), ...closed }].map((one) => ({
        ...one,
        from: null,
        to: null,
      })),
      equations: ['F1 - F2 - F3'],
    });
    expect(streams[0]!.reconciled).toBeCloseTo(9, 9);
    expect(streams[2]!.reconciled).toBe(0);
  });

  test('is left out of what the metering could detect', () => {
    const ids = detectableBiases(network(s('bypass', 'A', 'B', 0, 1, closed))).map(({ id }) => id);
    expect(ids).not.toContain('bypass');
  });

  test.each([
    [{ ...closed, min: 1 }, 'out-of-service'],
    [{ outOfService: '' }, 'out-of-service'],
  ])('with %j is refused in words', (more, code) => {
    try {
      reconcile(network(s('bypass', 'A', 'B', null, null, more)));
      expect.unreachable();
    } catch (error) {
      expect((error as { defects: { code: string }[] }).defects[0]!.code).toBe(code);
    }
  });
});
