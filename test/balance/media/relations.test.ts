import { describe, expect, test } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import { driftOf } from '../../../balance/media/drift.ts';
import type { BalanceResult } from '../../../balance/media/result.ts';
import { memoryReader } from '../memory-reader.ts';
import { plant } from '../plants.ts';

const HOUR = 3_600_000;
const window = { fromMs: 0, toMs: 72 * HOUR };
const weighed = (value: number, u: number) => ({ by: 'analysis', value, unit: 't', u, sample: '磅单' });
const stream = (id: string, from: string, to: string, amount: object, more: object = {}) => ({ id, name: id, from, to, medium: 'M', amount, ...more }); // biome-ignore format: one line
const units = ['P', 'A', 'B', 'C'].map((id, k) => ({
  id,
  name: id,
  level: k === 0 ? 'plant' : 'workshop',
  ...(k === 0 ? {} : { parent: 'P' }),
}));

/** A feed that is split to B and C, each of which sends it out again. */
function split(relations: readonly object[], more: { readonly streams?: readonly object[]; readonly holds?: object } = {}) {
  const holds = more.holds ?? { value: 0.3, u: 0.003, basis: 'analysed' };
  return plant({
    units,
    media: [{ id: 'M', name: '料', unit: 't', content: { mass: 1 } }],
    balances: [
      { id: 'mass', kind: 'material', unit: 't' },
      { id: 'S', kind: 'material', unit: 't', relations },
    ],
    streams: more.streams ?? [
      stream('feed', 'ENV', 'A', weighed(100, 1), { content: { S: holds } }),
      stream('b', 'A', 'B', weighed(40, 0.5), { content: { S: 'unmeasured' } }),
      stream('c', 'A', 'C', weighed(60, 0.5), { content: { S: 'unmeasured' } }),
      stream('b-out', 'B', 'ENV', weighed(40, 0.5), { content: { S: 'unmeasured' } }),
      stream('c-out', 'C', 'ENV', weighed(60, 0.5), { content: { S: 'unmeasured' } }),
    ],
  });
}
const balanceOf = async (made: ReturnType<typeof plant>, id: string): Promise<BalanceResult> =>
  (await computeBalances(made, memoryReader({}), window, null)).balances.find((one) => one.id === id)!;
const reconciled = (result: BalanceResult, id: string) => result.streams.find((one) => one.id === id)!;

describe('relations of a plant', () => {
  test('a splitter tells what nobody analysed: as much of the component as of the amount', async () => {
    const without = await balanceOf(split([]), 'S');
    expect(reconciled(without, 'b').reconciled).toBeNull();
    const result = await balanceOf(split([{ id: 'D1', name: '分流器', template: 'splitter', in: 'feed', out: ['b', 'c'] }]), 'S');
    expect(reconciled(result, 'feed').reconciled).toBeCloseTo(30, 6);
    expect(reconciled(result, 'b').reconciled).toBeCloseTo(12, 6);
    expect(reconciled(result, 'c-out').reconciled).toBeCloseTo(18, 6);
    // 0.3 of 40 t: the content is shared with the feed, the weight of the outlet its own
    expect(reconciled(result, 'b').reconciledU).toBeGreaterThan(0.1);
    expect(reconciled(result, 'b').reconciledU).toBeLessThan(0.3);
  });

  test('a transfer coefficient with its uncertainty checks the meters that it binds', async () => {
    const dust = [
      stream('feed', 'ENV', 'A', weighed(1000, 10)),
      stream('dust', 'A', 'ENV', weighed(50, 1)),
      stream('out', 'A', 'ENV', { by: 'unmeasured' }),
    ];
    const relation = {
      id: 'k',
      name: '入尘',
      template: 'transfer',
      from: 'feed',
      to: 'dust',
      coefficient: { value: 0.03, u: 0.002, basis: 'design' },
    };
    const made = split([relation], { streams: dust.map((one) => ({ ...one, content: { S: 1 } })) }); // biome-ignore format: as read
    const result = await balanceOf(made, 'S');
    expect(result.global).toMatchObject({ dof: 1, passed: false });
    expect((await balanceOf(made, 'mass')).global).toMatchObject({ dof: 0 });
    // 50 against 0.03 × 1000 = 30 ± 0.3 ± 2: about (50 − 30)² ÷ (1² + 0.3² + 2²), the product at the reconciled coefficient
    expect(Math.abs(result.global!.statistic * (1 + 0.09 + 4) - 400)).toBeLessThan(12);
    expect(result.suspects[0]!.ids).toEqual(['feed', 'dust', 'coefficient k']); // one row: nothing tells them apart
  });

  test('a conversion binds streams in the proportion that the reaction has', async () => {
    const streams = [
      stream('in', 'ENV', 'A', weighed(64, 0.5)),
      stream('rest', 'A', 'ENV', weighed(16, 0.2)),
      stream('removed', 'A', 'ENV', { by: 'unmeasured' }),
      stream('sludge', 'B', 'ENV', { by: 'unmeasured' }),
      stream('to-sludge', 'ENV', 'B', { by: 'unmeasured' }),
    ].map((one) => ({ ...one, content: { S: 1 } }));
    const conversions = [
      { id: 'eat', name: '去除', template: 'conversion', in: ['in'], out: ['rest'], extent: 'growth', coefficient: -1 },
      { id: 'grow', name: '生成', template: 'conversion', in: ['to-sludge'], out: ['sludge'], extent: 'growth', coefficient: 0 },
      { id: 'yield', name: '产泥', template: 'transfer', from: 'removed', to: 'sludge', coefficient: { value: 0.4, u: 0.02, basis: 'estimated' } },
    ]; // biome-ignore format: a table
    const result = await balanceOf(split(conversions, { streams }), 'S');
    expect(reconciled(result, 'removed').reconciled).toBeCloseTo(48, 6);
    expect(reconciled(result, 'sludge').reconciled).toBeCloseTo(19.2, 6);
  });

  test('a component binds amounts and contents of another balance: an unknown weight is found by analyses', async () => {
    const held = (value: number) => ({ mass: 1, S: { value, u: value * 0.005, basis: 'analysed' } });
    const made = plant({
      units,
      media: [{ id: 'M', name: '料', unit: 't' }],
      balances: [
        { id: 'mass', kind: 'material', unit: 't', relations: [{ id: 'two-product', name: '两产品', template: 'component', of: 'S', in: ['feed'], out: ['good', 'poor'] }] },
        { id: 'S', kind: 'material', unit: 't' },
      ],
      streams: [
        stream('feed', 'ENV', 'A', weighed(100, 0.5), { content: held(0.1) }),
        stream('good', 'A', 'ENV', { by: 'unmeasured' }, { content: held(0.25) }),
        stream('poor', 'A', 'ENV', { by: 'unmeasured' }, { content: held(0.05) }),
      ],
    }); // biome-ignore format: a table
    const result = await balanceOf(made, 'mass');
    // the two-product formula: (0.1 − 0.05) ÷ (0.25 − 0.05) of the feed
    expect(reconciled(result, 'good').reconciled).toBeCloseTo(25, 4);
    expect(reconciled(result, 'poor').reconciled).toBeCloseTo(75, 4);
    expect(reconciled(result, 'good').reconciledU).toBeGreaterThan(0.2);
  });

  test('a mixer of what is no unit adds a check', async () => {
    const streams = [
      stream('a', 'ENV', 'A', weighed(10, 0.1)),
      stream('b', 'ENV', 'A', weighed(20, 0.1)),
      stream('header', 'A', 'B', weighed(33, 0.1)),
      stream('out', 'B', 'ENV', { by: 'unmeasured' }),
      stream('else', 'A', 'ENV', { by: 'unmeasured' }),
    ].map((one) => ({ ...one, content: { S: 1 } }));
    const result = await balanceOf(
      split([{ id: 'T', name: '汇管', template: 'mixer', in: ['a', 'b'], out: ['header'] }], { streams }),
      'S',
    );
    expect(result.global!.statistic).toBeCloseTo(9 / 0.03, 6);
    expect(result.suspects.length).toBeGreaterThan(0);
  });

  test('drift is told by the balances of the units as without relations', async () => {
    const made = split([{ id: 'D1', name: '分流器', template: 'splitter', in: 'feed', out: ['b', 'c'] }]);
    const { balances } = await driftOf(made, memoryReader({}), window, 24, 3);
    expect(balances.find(({ id }) => id === 'S')).toBeDefined();
    expect(balances.find(({ id }) => id === 'mass')!.drift).toMatchObject({ verdict: 'none' });
  });
});

describe('streams out of service', () => {
  const blocked = (from: string, to: string | undefined, amount: object) =>
    plant({
      units,
      media: [{ id: 'M', name: '料', unit: 't', content: { mass: 1 } }],
      balances: [{ id: 'mass', kind: 'material', unit: 't' }],
      meters: [
        { id: 'C', name: 'C', kind: 'counter', unit: 't', maxGap: '2h', read: { device: 'D', unit: 1, table: 'holding', address: { pdu: 0 }, type: 'float32' }, accuracy: { class: '1', percentOfReading: 1 } },
      ],
      streams: [
        stream('in', 'ENV', 'A', weighed(100, 1)),
        stream('out', 'A', 'ENV', weighed(100, 1)),
        stream('bypass', 'A', 'ENV', amount, { outOfService: [{ from, to, reason: '盲板 2026-01' }] }),
      ],
    }); // biome-ignore format: a table
  const bypass = async (made: ReturnType<typeof plant>, readings: Parameters<typeof memoryReader>[0] = {}) => {
    const [balance] = (await computeBalances(made, memoryReader(readings), window, null)).balances;
    return { balance: balance!, stream: reconciled(balance!, 'bypass') };
  };

  test('all through the window it is exactly 0, and the balance needs it no more', async () => {
    const { balance, stream: one } = await bypass(blocked('1969-12-01', undefined, { by: 'unmeasured' }));
    expect(one).toMatchObject({ total: 0, u: 0, reconciled: 0, reconciledU: 0, basis: 'out-of-service' });
    expect(one.notes.join()).toContain('盲板 2026-01');
    expect(balance).toMatchObject({ imbalance: 0, global: { dof: 1 } });
  });

  test('its meter does not count, and is told where it reads', async () => {
    const counter = Array.from({ length: 77 }, (_, k) => [(k - 2) * HOUR, 500 + 0.5 * k] as const);
    const { balance, stream: one } = await bypass(blocked('1969-12-01', undefined, { by: 'meter', meter: 'C' }), { C: counter });
    expect(balance.imbalance).toBe(0);
    expect(one.notes.join()).toContain('yet its meter reads 36.00 t: a valve leaks or the zero is off');
    expect(balance.suspects).toEqual([]);
  });

  test('for a part of the window a rate counts for the rest', async () => {
    const rate = { by: 'estimate', value: 2, unit: 't/h', u: 0.2, basis: '操作记录' };
    const { stream: one } = await bypass(blocked('1970-01-02T00:00:00+00:00', '1970-01-03T00:00:00+00:00', rate));
    expect(one).toMatchObject({ total: expect.closeTo(96, 9), u: expect.closeTo(9.6, 9), basis: 'estimated' });
    expect(one.notes.join()).toContain('out of service for 0.3333');
  });
});
