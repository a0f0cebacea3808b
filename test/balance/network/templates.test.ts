import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem, ProblemStream } from '../../../balance/network/problem.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';
import { type UnitRules, writtenOut } from '../../../balance/network/templates.ts';
import { convert, dimensionOf } from '../../../config/measures/units.ts';

const units: UnitRules = { dimensionOf, factor: (from, to) => convert(1, from, to) };
const q = (id: string, measured: number | null, sigma: number | null, unit?: string): ProblemStream => ({
  id,
  from: null,
  to: null,
  measured,
  sigma,
  ...(unit === undefined ? {} : { unit }),
});
const flow = (id: string, from: string, to: string, measured: number | null, sigma: number | null): ProblemStream => ({
  id,
  from,
  to,
  measured,
  sigma,
});
const reconciledOf = (result: ReturnType<typeof reconcile>, id: string) => result.streams.find((stream) => stream.id === id)!.reconciled;

describe('rows written by template', () => {
  test('a splitter: flows add up, and one analysis serves all branches', () => {
    const result = reconcile({
      kind: 'equations',
      streams: [q('F1', 100, 2), q('F2', 61, 1), q('F3', null, null), q('c1', 5.2, 0.1), q('c2', 4.8, 0.1), q('c3', null, null)],
      templates: [{ template: 'splitter', name: 'S1', in: 'F1', out: ['F2', 'F3'], same: [['c1', 'c2', 'c3']] }],
    });
    expect(reconciledOf(result, 'F3')).toBeCloseTo(39, 9);
    expect(reconciledOf(result, 'c3')).toBeCloseTo(5, 9);
    expect(result.streams.find(({ id }) => id === 'c3')!.sigma).toBeCloseTo(0.1 / Math.SQRT2, 9);
    expect(result.global.dof).toBe(1);
  });

  test('a transfer coefficient: exact as a number, and with its own uncertainty as a quantity', () => {
    const streams = [q('ore', 1000, 10), q('dust', null, null), q('k', 0.03, 0.003)];
    const exact = reconcile({
      kind: 'equations',
      streams,
      templates: [{ template: 'transfer', name: 'T', from: 'ore', to: 'dust', coefficient: 0.03 }],
    });
    expect(exact.streams[1]).toMatchObject({ class: 'observable' });
    expect(exact.streams[1]!.sigma).toBeCloseTo(0.3, 9);
    const own = reconcile({
      kind: 'equations',
      streams,
      templates: [{ template: 'transfer', name: 'T', from: 'ore', to: 'dust', coefficient: 'k' }],
    });
    expect(own.streams[1]!.reconciled).toBeCloseTo(30, 6);
    expect(own.streams[1]!.sigma).toBeCloseTo(Math.hypot(0.3, 3), 6);
  });

  test('in a network the node balances stay, each under its own name', () => {
    const network: Problem = {
      kind: 'linear-network',
      streams: [
        flow('in', 'ENV', 'A', 100, 1),
        flow('acid', 'A', 'ENV', 60, 1),
        flow('gypsum', 'A', 'ENV', null, null),
        flow('dust', 'A', 'ENV', null, null),
      ],
    };
    expect(reconcile(network).streams.filter(({ reconciled }) => reconciled === null)).toHaveLength(2);
    const tied = reconcile({ ...network, templates: [{ template: 'transfer', name: 'dust', from: 'in', to: 'dust', coefficient: 0.05 }] });
    expect(reconciledOf(tied, 'dust')).toBeCloseTo(5, 9);
    expect(reconciledOf(tied, 'gypsum')).toBeCloseTo(35, 9);
    const lossy = reconcile({
      ...network,
      streams: network.streams.map((s) => (s.measured === null ? { ...s, measured: s.id === 'dust' ? 5 : 5, sigma: 0.1 } : s)),
      templates: [{ template: 'transfer', name: 'dust of the feed', from: 'in', to: 'dust', coefficient: 0.05 }],
    });
    const named = lossy.suspects.flatMap(({ ids, alternatives = [] }) => [...ids, ...alternatives.flatMap((other) => other.ids)]);
    expect(named).toContain('A');
    expect(named.join()).not.toContain('equations[');
  });

  test('ids may be numbers or hold blanks, and streams of one node stand in units of one kind', () => {
    const result = reconcile(
      {
        kind: 'linear-network',
        streams: [
          { ...flow('1', 'ENV', 'A', 2, 0.01), unit: 't/h' },
          { ...flow('by-pass 2', 'A', 'ENV', 1500, 10), unit: 'kg/h' },
          { ...flow('3', 'A', 'ENV', null, null), unit: 'kg/h' },
        ],
        templates: [{ template: 'transfer', name: 'share', from: '1', to: '3', coefficient: 0.25 }],
      },
      units,
    );
    expect(reconciledOf(result, '3')).toBeCloseTo(500, 9);
    expect(result.global).toMatchObject({ dof: 1, passed: true });
  });

  test('mixers and components in the units that their quantities state', () => {
    const result = reconcile(
      {
        kind: 'equations',
        streams: [
          q('F1', 2, 0.02, 't/h'),
          q('F2', 500, 5, 'kg/h'),
          q('F3', null, null, 't/h'),
          q('c1', 40, 0.4, 'g/kg'),
          q('c2', 9, 0.1, '%'),
          { ...q('c3', null, null, 'g/kg'), initial: 40 },
        ],
        templates: [
          { template: 'mixer', name: 'M', in: ['F1', 'F2'], out: ['F3'] },
          { template: 'component', name: 'P in M', in: [['F1', 'c1'], ['F2', 'c2']], out: [['F3', 'c3']] }, // biome-ignore format: pairs
        ],
      },
      units,
    );
    expect(reconciledOf(result, 'F3')).toBeCloseTo(2.5, 9);
    // without a table of units tonnes and kilograms do not go together
    expect(() =>
      writtenOut({
        kind: 'equations',
        streams: [q('F1', 2, 1, 't/h'), q('F2', 5, 1, 'kg/h')],
        templates: [{ template: 'mixer', name: 'M', in: ['F1'], out: ['F2'] }],
      }),
    ).toThrow(/F2 in kg/);
    expect(reconciledOf(result, 'c3')).toBeCloseTo((2 * 40 + 0.5 * 90) / 2.5, 8);
  });

  test('what a reaction makes and uses up goes by one extent', () => {
    const result = reconcile({
      kind: 'equations',
      streams: [q('a_in', 10, 0.1), q('a_out', 2, 0.1), q('b_out', 4.1, 0.1), q('xi', null, null), q('b_in', 0, 0.01)],
      templates: [
        { template: 'conversion', name: 'A', in: ['a_in'], out: ['a_out'], extent: 'xi', coefficient: -2 },
        { template: 'conversion', name: 'B', in: ['b_in'], out: ['b_out'], extent: 'xi', coefficient: 1 },
      ],
    });
    const [a, b, made, xi] = ['a_in', 'a_out', 'b_out', 'xi'].map((id) => reconciledOf(result, id)!);
    expect(a! - 2 * xi! - b!).toBeCloseTo(0, 9);
    expect(made! - xi! - reconciledOf(result, 'b_in')!).toBeCloseTo(0, 9);
    expect(result.global.dof).toBe(1);
  });

  test('the same answer as the equations that they stand for', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 6, maxLength: 6 }), (noise) => {
        const truth = { F1: 100, F2: 60, F3: 40, c1: 5, c2: 5, c3: 5 };
        const streams = Object.entries(truth).map(([id, value], k) => q(id, value * (1 + 0.01 * noise[k]!), 0.01 * value));
        const one = reconcile({
          kind: 'equations',
          streams,
          templates: [{ template: 'splitter', name: 'S', in: 'F1', out: ['F2', 'F3'], same: [['c1', 'c2', 'c3']] }],
        });
        const other = reconcile({ kind: 'equations', streams, equations: ['F1 - F2 - F3', 'c1 - c2', 'c1 - c3'] });
        one.streams.forEach(({ reconciled, sigma }, k) => {
          expect(reconciled).toBeCloseTo(other.streams[k]!.reconciled!, 9);
          expect(sigma).toBeCloseTo(other.streams[k]!.sigma!, 9);
        });
      }),
      { numRuns: 30 },
    );
  });
});

describe('templates that cannot be meant so', () => {
  const streams = [q('F1', 100, 1, 'm3/h'), q('F2', 60, 1, 't/h'), q('F3', 40, 1, 'm3/h')];
  test.each([
    ['dimension', { template: 'mixer', name: 'M', in: ['F1'], out: ['F2', 'F3'] }, /F2 in t\/h \(mass\/time\)/],
    ['unknown-stream', { template: 'mixer', name: 'M', in: ['F1'], out: ['F9'] }, /F9/],
    ['template', { template: 'teleport', name: 'M' }, /template/],
    ['template', { template: 'splitter', name: 'S', in: 'F1', out: [] }, /template/],
  ])('%s is told at its place', (code, template, words) => {
    try {
      writtenOut({ kind: 'equations', streams, templates: [template as never] }, units);
      expect.unreachable();
    } catch (error) {
      const { defects } = error as { defects: { code: string; path: unknown[]; en: string }[] };
      expect(defects[0]!.code).toBe(code);
      expect(defects[0]!.path.slice(0, 2)).toEqual(['templates', 0]);
      expect(defects[0]!.en).toMatch(words);
    }
  });
});
