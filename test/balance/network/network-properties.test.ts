import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem, Reconciliation } from '../../../balance/network/problem.ts';
import { reconcile } from '../../../balance/network/reconcile.ts';
import { denseReference } from './dense-reference.ts';

/** Networks of up to 12 nodes, connected or not, with loops, parallel streams, dead ends, and any choice of meters. */
const networks: fc.Arbitrary<Problem> = fc.integer({ min: 1, max: 12 }).chain((count) => {
  const node = fc.integer({ min: 0, max: count }).map((k) => (k === 0 ? 'ENV' : `N${k}`));
  const measurement = fc.record({
    value: fc.double({ min: -50, max: 500, noNaN: true }),
    sigma: fc.double({ min: 0.05, max: 20, noNaN: true }),
  });
  return fc
    .array(fc.record({ from: node, to: node, measurement: fc.option(measurement, { freq: 4 }) }), { minLength: 1, maxLength: 30 })
    .map(
      (drawn): Problem => ({
        kind: 'linear-network',
        streams: drawn.map(({ from, to, measurement: m }, k) => ({
          id: `S${k}`,
          from,
          to,
          measured: m?.value ?? null,
          sigma: m?.sigma ?? null,
        })),
        options: { identify: false },
      }),
    );
});

/** The same with correlated pairs. */
const correlated: fc.Arbitrary<Problem> = networks.chain((problem) => {
  const ids = problem.streams.filter(({ measured }) => measured !== null).map(({ id }) => id);
  return fc.array(fc.double({ min: -0.6, max: 0.6, noNaN: true }), { maxLength: Math.floor(ids.length / 2) }).map((rs) => ({
    ...problem,
    correlations: rs.map((r, k) => ({ a: ids[2 * k]!, b: ids[2 * k + 1]!, r })),
  }));
});

const close = (a: number | null, b: number | null, scale: number, within: number) =>
  a === null || b === null ? expect(a).toBe(b) : expect(Math.abs(a - b)).toBeLessThanOrEqual(within * scale);

const scaleOf = ({ streams }: Problem) => Math.max(1, ...streams.map(({ measured, sigma }) => Math.abs(measured ?? 0) + (sigma ?? 0)));

describe('random networks', () => {
  test('every balance closes to 1e-9 where all its streams are determined', () => {
    fc.assert(
      fc.property(correlated, (problem) => {
        const result = reconcile(problem);
        const scale = scaleOf(problem);
        for (const { id } of result.nodes) {
          let sum = 0;
          for (const [k, { from, to }] of problem.streams.entries()) {
            const sign = (to === id ? 1 : 0) - (from === id ? 1 : 0);
            if (sign !== 0) sum += sign * (result.streams[k]!.reconciled ?? Number.NaN);
          }
          if (!Number.isNaN(sum)) expect(Math.abs(sum)).toBeLessThanOrEqual(1e-9 * scale);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('values, standard deviations, classes, J and degrees of freedom equal a dense reference', () => {
    fc.assert(
      fc.property(correlated, (problem) => {
        const result = reconcile(problem);
        const reference = denseReference(problem);
        const scale = scaleOf(problem);
        expect(result.streams.map((s) => s.class)).toEqual(reference.classes);
        expect(result.global.dof).toBe(reference.dof);
        close(result.global.statistic, reference.statistic, 1 + reference.statistic, 1e-8);
        result.streams.forEach((s, k) => {
          close(s.reconciled, reference.values[k]!, scale, 1e-8);
          close(s.sigma === null ? null : s.sigma ** 2, reference.sigmas[k] === null ? null : reference.sigmas[k]! ** 2, 400, 1e-9);
        });
      }),
      { numRuns: 400 },
    );
  });

  test('the unit of measurement does not matter', () => {
    fc.assert(
      fc.property(correlated, fc.integer({ min: -9, max: 9 }), (problem, exponent) => {
        const factor = 10 ** exponent;
        const scaled = {
          ...problem,
          streams: problem.streams.map((s) => ({
            ...s,
            measured: s.measured === null ? null : s.measured * factor,
            sigma: s.sigma === null ? null : s.sigma * factor,
          })),
        };
        const one = reconcile(problem);
        const other = reconcile(scaled);
        close(one.global.statistic, other.global.statistic, 1 + one.global.statistic, 1e-9);
        one.streams.forEach((s, k) => {
          const t = other.streams[k]!;
          expect(t.class).toBe(s.class);
          close(s.reconciled, t.reconciled === null ? null : t.reconciled / factor, scaleOf(problem), 1e-9);
          close(s.detectability, t.detectability, 1, 1e-9);
        });
      }),
      { numRuns: 150 },
    );
  });

  test('the order of the streams does not matter', () => {
    fc.assert(
      fc.property(correlated, fc.infiniteStream(fc.nat()), (problem, order) => {
        const shuffled = {
          ...problem,
          streams: problem.streams
            .map((s) => ({ s, at: order.next().value as number }))
            .sort((a, b) => a.at - b.at)
            .map(({ s }) => s),
        };
        const byId = (r: Reconciliation) => new Map(r.streams.map((s) => [s.id, s]));
        const one = reconcile(problem);
        const other = byId(reconcile(shuffled));
        for (const s of one.streams) {
          const t = other.get(s.id)!;
          expect(t.class).toBe(s.class);
          close(s.reconciled, t.reconciled, scaleOf(problem), 1e-9);
          close(s.sigma, t.sigma, 20, 1e-6);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('written as equations, with every balance twice and their sum, the answer is the same', () => {
    fc.assert(
      fc.property(correlated, (problem) => {
        const nodes = [...new Set(problem.streams.flatMap(({ from, to }) => [from!, to!]))].filter((name) => name !== 'ENV');
        const balances = nodes
          .map((name) =>
            problem.streams
              .flatMap(({ id, from, to }) => (from === to ? [] : to === name ? [`+ ${id}`] : from === name ? [`- ${id}`] : []))
              .join(' '),
          )
          .filter((text) => text !== '');
        fc.pre(balances.length > 0);
        const equations = [...balances, ...balances.map((text) => `2*(0 ${text})`), balances.map((text) => `(0 ${text})`).join(' + ')];
        const one = reconcile(problem);
        const other = reconcile({ ...problem, kind: 'equations', equations });
        expect(other.global.dof).toBe(one.global.dof);
        close(one.global.statistic, other.global.statistic, 1 + one.global.statistic, 1e-7);
        one.streams.forEach((s, k) => {
          const t = other.streams[k]!;
          expect(t.class).toBe(s.class);
          close(s.reconciled, t.reconciled, scaleOf(problem), 1e-7);
          close(s.sigma === null ? null : s.sigma ** 2, t.sigma === null ? null : t.sigma ** 2, 400, 1e-8);
          // the graph and the null space name the same meters; a stream back into its own node stands in no equation
          const { from, to } = problem.streams[k]!;
          if (from !== to) expect(new Set(t.remedy?.meters)).toEqual(new Set(s.remedy?.meters));
        });
      }),
      { numRuns: 100 },
    );
  });

  test('a named meter, and no other on an unmeasured stream, determines or checks what it is named for', () => {
    fc.assert(
      fc.property(networks, (problem) => {
        const before = reconcile(problem).streams;
        problem.streams.forEach((fitted, at) => {
          if (fitted.measured !== null) return;
          const streams = problem.streams.map((s, k) => (k === at ? { ...s, measured: 1, sigma: 1 } : s));
          const after = reconcile({ ...problem, streams }).streams;
          before.forEach(({ id, class: kind, remedy }, k) => {
            if (kind !== 'unobservable' && kind !== 'nonredundant') return;
            const helped = kind === 'unobservable' ? after[k]!.reconciled !== null : after[k]!.class === 'redundant';
            if (problem.streams[k]!.from !== problem.streams[k]!.to)
              expect(remedy!.meters.includes(fitted.id), `${id}: ${fitted.id}`).toBe(helped);
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  test('no number is ever NaN or infinite, with identification and bounds', () => {
    fc.assert(
      fc.property(correlated, fc.constantFrom('statistical' as const, 'vdi2048' as const), (problem, profile) => {
        const text = JSON.stringify(reconcile({ ...problem, options: { profile } }), (_, value: unknown) =>
          typeof value === 'number' && !Number.isFinite(value) ? 'NOT A NUMBER' : value,
        );
        expect(text).not.toContain('NOT A NUMBER');
      }),
      { numRuns: 200 },
    );
  });
});

test('the nodal test knows correlated errors: of an inlet and an outlet they cancel, of two inlets they add up', () => {
  const streams = [
    { id: 'a', from: 'ENV', to: 'A', measured: 5, sigma: 1 },
    { id: 'b', from: 'ENV', to: 'A', measured: 5, sigma: 1 },
    { id: 'c', from: 'A', to: 'ENV', measured: 9, sigma: 1 },
  ];
  const sigma = (a: string, b: string) => reconcile({ kind: 'linear-network', streams, correlations: [{ a, b, r: 0.5 }] }).nodes[0]!.sigma!;
  expect(sigma('a', 'c')).toBeCloseTo(Math.sqrt(2), 12);
  expect(sigma('c', 'b')).toBeCloseTo(Math.sqrt(2), 12);
  expect(sigma('a', 'b')).toBeCloseTo(2, 12);
});
