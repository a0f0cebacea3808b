import { describe, expect, it } from 'vitest';
import { computeBalances } from '../../../../balance/media/compute.ts';
import { memoryReader, type Reading } from '../../memory-reader.ts';
import { meter, plant } from '../../plants.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const window = { fromMs: T0, toMs: T0 + 72 * HOUR };
const loss = (id: string, medium: string, amount: object, more: object = {}) => ({
  id,
  name: id,
  from: 'P',
  to: 'ENV',
  medium,
  amount,
  role: 'loss',
  ...more,
});
const estimate = (value: number, unit: string, u: number) => ({ by: 'estimate', value, unit, u, basis: 'b' });
const parts = {
  media: [
    { id: 'power', name: '电', unit: 'kWh', standardCoal: 'electricity' },
    { id: 'heat', name: '热', unit: 'GJ', content: { energy: 1 } },
    { id: 'water', name: '新水', unit: 't', standardCoal: 'fresh-water' },
    { id: 'slag', name: '渣', unit: 't' },
  ],
  balances: [{ id: 'energy', kind: 'energy', unit: 'GJ' }],
  meters: [meter('EM', { unit: 'kWh', maxGap: '2h' })],
  streams: [
    loss('slag', 'slag', estimate(2, 't/h', 0.1), { role: 'waste' }),
    loss('leak', 'water', estimate(1, 't/h', 0.2), {
      role: 'utility',
      use: ['leaked'],
      causes: [{ aspect: 'equipment', note: '阀门' }, { aspect: 'management' }],
    }),
    loss('heat', 'heat', estimate(5, 'GJ/h', 1)),
    loss('power', 'power', { by: 'meter', meter: 'EM' }),
    loss('unknown', 'heat', { by: 'unmeasured' }),
    loss('product', 'slag', estimate(9, 't/h', 1), { role: 'product' }),
  ],
  prices: [
    {
      medium: 'power',
      from: '2026-01-01',
      per: 'kWh',
      source: '电价',
      periods: [
        { kind: 'valley', value: 0.3, hours: ['00:00-12:00'] },
        { kind: 'peak', value: 0.9 },
      ],
    },
    { medium: 'water', from: '2026-01-01', per: 'kg', value: 0.004, source: '水费' },
  ],
};
/** 100 kWh an hour before noon, 300 after it. */
const night: Reading[] = [];
for (let h = -1, read = 1000; h <= 73; read += (h + 24) % 24 < 12 ? 100 : 300, h += 1) night.push([T0 + h * HOUR, read]);
const losses = async (changed: object = {}) =>
  (await computeBalances(plant({ ...parts, ...changed }), memoryReader({ EM: night }), window, null)).losses;
const of = async (id: string, changed: object = {}) => (await losses(changed))!.find(({ stream }) => stream === id)!;

describe('losses', () => {
  it('are what is named as lost; products and unnamed differences are none', async () => {
    expect((await losses())!.map(({ stream }) => stream)).toEqual(['power', 'leak', 'heat', 'slag', 'unknown']);
    expect(await losses({ streams: [parts.streams[5]] })).toBeUndefined();
  });

  it('metered power by the hours in which it was lost', async () => {
    const power = await of('power');
    const [valley, peak] = [3 * 12 * 100, 3 * 12 * 300];
    expect(power.amount).toBeCloseTo(valley + peak, 6);
    expect(power.money!.value).toBeCloseTo(valley * 0.3 + peak * 0.9, 4);
    expect(power.money).toMatchObject({ currency: 'CNY', per: 'kWh', sources: ['电价'] });
    expect(power.money!.u! / power.money!.value).toBeCloseTo(power.u! / power.amount!, 9);
    expect(power.standardCoal).toMatchObject({ by: 'calorific' });
    expect(power.standardCoal!.kgce).toBeCloseTo((valley + peak) * 0.1229, 6);
  });

  it('an estimate by the mean price, an energy-consuming medium by its equivalent', async () => {
    const leak = await of('leak');
    expect(leak).toMatchObject({
      role: 'leaked',
      basis: 'estimated',
      amount: 72,
      causes: [{ aspect: 'equipment', note: '阀门' }, { aspect: 'management' }],
    });
    expect(leak.money!.value).toBeCloseTo(72 * 4, 9);
    expect(leak.standardCoal!.by).toBe('equivalent');
    expect(
      (await of('power', { streams: parts.streams.map((s) => (s.id === 'power' ? loss('power', 'power', estimate(200, 'kW', 2)) : s)) }))
        .money!.meanPrice,
    ).toBeCloseTo(0.6, 12);
  });

  it('heat by what it holds: 1 kgce is 29,307 kJ; without a price it has no money', async () => {
    const heat = await of('heat');
    expect(heat.standardCoal).toMatchObject({ by: 'heat', kgce: expect.closeTo(360e6 / 29_307, 6) });
    expect(heat.standardCoal!.u! / heat.standardCoal!.kgce).toBeCloseTo(0.2, 9);
    expect(heat.money).toBeNull();
  });

  it('ranks stand among what can be compared', async () => {
    expect(await of('slag')).toMatchObject({ rankByAmount: { place: 1, of: 2 }, rankByMoney: null, rankByStandardCoal: null });
    expect(await of('leak')).toMatchObject({
      rankByAmount: { place: 2, of: 2 },
      rankByMoney: { place: 2, of: 2 },
      rankByStandardCoal: { place: 3, of: 3 },
    });
    expect(await of('heat')).toMatchObject({ rankByAmount: { place: 1, of: 1 }, rankByStandardCoal: { place: 1, of: 3 } });
    expect(await of('unknown')).toMatchObject({ amount: null, rankByAmount: null, money: null, standardCoal: null });
  });

  it('a price that does not reach over the window is no price', async () => {
    const prices = [{ ...parts.prices[1], from: '2026-03-02' }];
    expect((await of('leak', { prices })).money).toBeNull();
  });
});
