import { describe, expect, it } from 'vitest';
import { computeBalances } from '../../../../balance/media/compute.ts';
import type { Indicator } from '../../../../balance/media/indicators/indicator.ts';
import { memoryReader } from '../../memory-reader.ts';
import { plant } from '../../plants.ts';

const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const window = { fromMs: T0, toMs: T0 + 72 * 3_600_000 };
const stated = (id: string, from: string, to: string, medium: string, value: number, unit: string, u: number, more: object = {}) => ({
  id,
  name: id,
  from,
  to,
  medium,
  amount: { by: 'analysis', value, unit, u, sample: 's' },
  ...more,
});
const heat = { from: '2026-01-01', value: 21000, u: 210, unit: 'kJ/kg', basis: 'net-as-received', sample: '入炉煤 2 月混合样' };
const coal = { id: 'coal', name: '煤', unit: 't', standardCoal: 'raw-coal', equivalent: 'primary', content: { energy: 21 } };
const power = { id: 'power', name: '电', unit: 'kWh', standardCoal: 'electricity', content: { energy: 0.0036 } };
const parts = {
  units: [
    { id: 'P', name: '厂', level: 'plant' },
    { id: 'B', name: '锅炉', level: 'equipment', parent: 'P', efficiency: true },
  ],
  media: [
    coal,
    power,
    { id: 'steam', name: '汽', unit: 't', content: { energy: 2.7 } },
    { id: 'heat', name: '热', unit: 'GJ', content: { energy: 1 } },
    { id: 'water', name: '新水', unit: 't', standardCoal: 'fresh-water' },
  ],
  balances: [{ id: 'energy', kind: 'energy', unit: 'GJ' }],
  streams: [
    stated('coal', 'ENV', 'B', 'coal', 100, 't', 1),
    stated('power', 'ENV', 'B', 'power', 10_000, 'kWh', 50),
    stated('water', 'ENV', 'B', 'water', 500, 't', 5),
    stated('steam', 'B', 'ENV', 'steam', 600, 't', 6, { role: 'product' }),
    stated('flue', 'B', 'ENV', 'heat', 420, 'GJ', 20, { role: 'loss' }),
  ],
  products: [{ id: 'steam', name: '汽', unit: 't', streams: ['steam'] }],
};
const of = async (changed: object = {}) =>
  (await computeBalances(plant({ ...parts, ...changed }), memoryReader({}), window, null)).indicators ?? [];
const find = (list: readonly Indicator[], id: string) => list.find((indicator) => indicator.id === id);
const GJ = 1e6 / 29_307;

describe('standard coal consumed', () => {
  it('by calorific value: coal and power in, steam delivered out, water carries none', async () => {
    const total = find(await of(), 'energy-calorific')!;
    expect(total.value).toBeCloseTo(100_000 * 0.7143 + 10_000 * 0.1229 - 600 * 2.7 * GJ, 6);
    expect(total.u).toBeCloseTo(Math.hypot(1000 * 0.7143, 50 * 0.1229, 6 * 2.7 * GJ), 6);
    expect(total.terms[0]!.of).toEqual(['coal', 'power', 'steam']);
    expect(total.status).toBe('to-confirm');
    expect(total.remarks.some(({ en }) => /^coal: the value of raw-coal .*not held against/.test(en))).toBe(true);
  });

  it('a measured heat value stands before the default, from its day, with its uncertainty', async () => {
    const media = [
      { ...coal, heatValue: [{ ...heat, from: '2026-04-01', value: 1 }, heat, { ...heat, from: '2025-01-01', value: 2 }] },
      ...parts.media.slice(1),
    ];
    const report = await computeBalances(plant({ ...parts, media }), memoryReader({}), window, null);
    const total = find(report.indicators!, 'energy-calorific')!;
    const kgce = (100_000 * 21_000) / 29_307;
    expect(total.value).toBeCloseTo(kgce + 1229 - 1620 * GJ, 6);
    expect(total.u).toBeCloseTo(Math.hypot(0.01 * kgce, 0.01 * kgce, 50 * 0.1229, 6 * 2.7 * GJ), 6);
    expect(report.balances[0]!.streams.find(({ id }) => id === 'coal')!.standardCoal).toEqual({
      factor: 'coal 21000 kJ/kg (入炉煤 2 月混合样)',
      kgce: expect.closeTo(kgce, 6),
    });
  });

  it('a heat value of the dry fuel is put on the basis as received, its moisture with its uncertainty', async () => {
    const dry = { ...heat, basis: 'net-dry', moisturePercent: 8, moistureU: 0.5 };
    const report = await computeBalances(
      plant({ ...parts, media: [{ ...coal, heatValue: [dry] }, ...parts.media.slice(1)] }),
      memoryReader({}),
      window,
      null,
    );
    const total = find(report.indicators!, 'energy-calorific')!;
    const perKg = (21_000 * 0.92 - 23 * 8) / 29_307;
    expect(total.value).toBeCloseTo(100_000 * perKg + 1229 - 1620 * GJ, 6);
    const moisture = (100_000 * (21_000 / 100 + 23) * 0.5) / 29_307;
    const laboratory = (100_000 * 0.92 * heat.u) / 29_307;
    expect(total.u).toBeCloseTo(Math.hypot(0.01 * 100_000 * perKg, moisture, laboratory, 50 * 0.1229, 6 * 2.7 * GJ), 6);
  });

  it('by equivalent value: unknown where neither the table nor the plant states one, never the calorific value', async () => {
    const none = find(await of(), 'energy-equivalent')!;
    expect(none.value).toBeNull();
    expect(none.remarks.some(({ en }) => en === 'unknown: power')).toBe(true);
    const media = [coal, { ...power, equivalent: [{ kgce: 0.3, u: 0.003, source: '供电煤耗' }] }, ...parts.media.slice(2)];
    const total = find(await of({ media }), 'energy-equivalent')!;
    expect(total.value).toBeCloseTo(71_430 + 3000 - 1620 * GJ, 6);
  });

  it('an energy-consuming medium counts where it is bought, by equivalent value alone', async () => {
    const media = [coal, { ...power, equivalent: [{ kgce: 0.3, source: '供电煤耗' }] }, ...parts.media.slice(2)];
    const streams = parts.streams.map((stream) => (stream.id === 'water' ? { ...stream, purchased: true } : stream));
    const [before, after] = [await of({ media }), await of({ media, streams })];
    expect(find(after, 'energy-calorific')!.value).toBe(find(before, 'energy-calorific')!.value);
    expect(find(after, 'energy-equivalent')!.terms[0]!.of).toContain('water');
  });

  it('per unit of product, whose own amount counts once', async () => {
    const list = await of();
    const per = find(list, 'energy-calorific-per-product')!;
    expect(per).toMatchObject({ product: 'steam', unit: 'kgce/t' });
    expect(per.value).toBeCloseTo(find(list, 'energy-calorific')!.value! / 600, 9);
    // E = C − kS and Q = S: ∂e/∂S = −C ÷ S²
    const bought = 72_659;
    expect(per.u).toBeCloseTo(Math.hypot(714.3 / 600, (50 * 0.1229) / 600, (bought * 6) / 600 ** 2), 6);
  });
});

describe('efficiency of equipment', () => {
  it('direct and indirect from the same balance', async () => {
    const list = await of();
    const supplied = 2100 + 36;
    expect(find(list, 'efficiency-direct')).toMatchObject({ boundary: 'B', unit: '%' });
    expect(find(list, 'efficiency-direct')!.value).toBeCloseTo((100 * 1620) / supplied, 9);
    expect(find(list, 'efficiency-indirect')!.value).toBeCloseTo(100 * (1 - 420 / supplied), 9);
    expect(find(list, 'efficiency-indirect')!.u).toBeCloseTo(
      (100 * 420 * Math.hypot(20 / 420, Math.hypot(21, 0.18) / supplied)) / supplied,
      9,
    );
  });

  it('a loss by difference proves nothing: no indirect efficiency', async () => {
    const streams = parts.streams.map((stream) => (stream.id === 'flue' ? { ...stream, amount: { by: 'difference' } } : stream));
    const list = await of({ streams });
    expect(find(list, 'efficiency-indirect')).toBeUndefined();
    expect(find(list, 'efficiency-direct')!.value).toBeCloseTo((100 * 1620) / 2136, 9);
  });

  it('units that do not ask for it have none', async () => {
    const list = await of({ units: parts.units.map((unit) => ({ ...unit, efficiency: undefined })) });
    expect(list.filter(({ id }) => id.startsWith('efficiency'))).toEqual([]);
  });
});
