import { describe, expect, it } from 'vitest';
import { computeBalances } from '../../../../balance/media/compute.ts';
import type { Indicator } from '../../../../balance/media/indicators/indicator.ts';
import { memoryReader } from '../../memory-reader.ts';
import { plant } from '../../plants.ts';

const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const window = { fromMs: T0, toMs: T0 + 72 * 3_600_000 };

const stream = (id: string, from: string, to: string, value: number, u: number, use: readonly string[], more: object = {}) => ({
  id,
  name: id,
  from,
  to,
  medium: 'water',
  amount: { by: 'analysis', value, unit: 'm3', u, sample: 's' },
  use: use.length > 0 ? use : undefined,
  ...more,
});
const parts = {
  units: [
    { id: 'P', name: '厂', level: 'plant' },
    { id: 'W', name: '车间', level: 'workshop', parent: 'P' },
    { id: 'C', name: '循环水站', level: 'workshop', parent: 'P' },
  ],
  media: [
    { id: 'water', name: '水', unit: 'm3', content: { water: 1 } },
    { id: 'condensate', name: '冷凝水', unit: 't', content: { water: 1 } },
    { id: 'clinker', name: '熟料', unit: 't' },
  ],
  balances: [{ id: 'water', kind: 'water', unit: 'm3' }],
  streams: [
    stream('in', 'ENV', 'W', 200, 4, ['intake']),
    stream('makeup', 'W', 'C', 50, 1, ['cooling-makeup']),
    stream('cw', 'C', 'W', 950, 10, ['cooling-circulating']),
    stream('cw-back', 'W', 'C', 950, 10, []),
    stream('series', 'W', 'C', 50, 0.5, ['series']),
    stream('steam', 'W', 'C', 40, 0.4, ['steam'], {
      medium: 'condensate',
      amount: { by: 'analysis', value: 40, unit: 't', u: 0.4, sample: 's' },
    }),
    stream('condensate', 'C', 'W', 30, 0.3, ['condensate'], {
      medium: 'condensate',
      amount: { by: 'analysis', value: 30, unit: 't', u: 0.3, sample: 's' },
    }),
    stream('leak', 'W', 'ENV', 10, 2, ['leaked']),
    stream('sewer', 'W', 'ENV', 45, 3, ['drained']),
    stream('clean-sewer', 'W', 'ENV', 15, 1, ['drained-compliant']),
    stream('rain', 'ENV', 'W', 50, 1, ['unconventional']),
    stream('reuse', 'W', 'C', 20, 1, ['reused']),
    stream('wash', 'W', 'C', 30, 1, ['process-makeup']),
    stream('wash-again', 'C', 'W', 90, 1, ['process-reused']),
    {
      id: 'kiln',
      name: '熟料',
      from: 'W',
      to: 'ENV',
      medium: 'clinker',
      amount: { by: 'analysis', value: 400, unit: 't', u: 8, sample: 's' },
    },
  ],
  products: [{ id: 'clinker', name: '熟料', unit: 't', streams: ['kiln'], waterNorm: 'cement-clinker' }],
};
const indicators = async (changed: object = {}) =>
  (await computeBalances(plant({ ...parts, ...changed }), memoryReader({}), window, null)).indicators;
const byId = (list: readonly Indicator[], id: string) => list.find((indicator) => indicator.id === id)!;

describe('water indicators, each worked by hand', () => {
  it.each([
    // (950 + 50) ÷ (200 + 950 + 50)
    ['water-reuse', 100 * (1000 / 1200)],
    ['water-leakage', 5],
    ['water-drainage', 30],
    ['condensate-return', 75],
    ['cooling-circulation', 95],
    ['process-reuse', 75],
    ['wastewater-reuse', 25],
    ['unconventional-water', 20],
    ['compliant-drainage', 25],
    ['water-intake-per-product', 0.5],
  ])('%s', async (id, expected) => {
    const indicator = byId((await indicators())!, id);
    expect(indicator.value).toBeCloseTo(expected, 9);
    expect(indicator).toMatchObject({ boundary: 'P', status: 'to-confirm' });
    expect(indicator.remarks[0]!.en).toMatch(/not obtained/);
  });

  it('a quotient of independent streams: relative uncertainties add in squares', async () => {
    // Vl ÷ Vi: 5 % × √((2/10)² + (4/200)²)
    expect(byId((await indicators())!, 'water-leakage').u).toBeCloseTo(5 * Math.hypot(0.2, 0.02), 9);
    expect(byId((await indicators())!, 'water-intake-per-product').u).toBeCloseTo(0.5 * Math.hypot(0.02, 0.02), 9);
  });

  it('what stands above and below the bar counts once', async () => {
    // R = a ÷ (a + b): u = 100 × √((b·u_a)² + (a·u_b)²) ÷ (a + b)² with a = 1000, u_a = √(10² + 0.5²), b = 200, u_b = 4
    const expected = (100 * Math.hypot(200 * Math.hypot(10, 0.5), 1000 * 4)) / 1200 ** 2;
    expect(byId((await indicators())!, 'water-reuse').u).toBeCloseTo(expected, 9);
  });

  it('is held against the norm, which says that it is to be confirmed', async () => {
    const { reference } = byId((await indicators())!, 'water-intake-per-product');
    expect(reference).toMatchObject({ general: 0.51, advanced: 0.225, unit: 'm3/t', keeps: 'general', status: 'to-confirm' });
    const wetter = byId(
      (await indicators({ streams: [stream('in', 'ENV', 'W', 300, 4, ['intake']), ...parts.streams.slice(1)] }))!,
      'water-intake-per-product',
    );
    expect(wetter.reference!.keeps).toBeNull();
  });

  it('per kg of product, the norm follows the unit', async () => {
    const { value, unit, reference } = byId(
      (await indicators({ products: [{ ...parts.products[0], unit: 'kg' }] }))!,
      'water-intake-per-product',
    );
    expect([value, unit]).toEqual([expect.closeTo(0.0005, 12), 'm3/kg']);
    expect(reference).toMatchObject({ general: expect.closeTo(0.00051, 12), unit: 'm3/kg', keeps: 'general' });
  });

  it('production is what left and what the stock grew, times the share', async () => {
    const products = [
      { id: 'clinker', name: '熟料', unit: 't', streams: ['kiln', 'kiln'], perUnit: { value: 0.5, u: 0.05, basis: 'analysed' } },
    ];
    const indicator = byId((await indicators({ products }))!, 'water-intake-per-product');
    expect(indicator.terms.find(({ symbol }) => symbol === 'Q')).toMatchObject({ value: 400, u: Math.hypot(8, 40), of: ['kiln', 'kiln'] });
  });

  it('what no stream bears is left out, what is unknown is null and named', async () => {
    const some = (await indicators({ streams: [parts.streams[0], { ...parts.streams[7], amount: { by: 'unmeasured' } }], products: [] }))!;
    expect(some.map(({ id }) => id)).toEqual(['water-leakage']);
    expect(some[0]).toMatchObject({ value: null, u: null });
    expect(some[0]!.remarks.some(({ en }) => en === 'unknown: leak')).toBe(true);
    expect(await indicators({ streams: [{ ...parts.streams[0], use: undefined }], products: [] })).toBeUndefined();
  });

  it('nothing taken in leaves nothing to divide by', async () => {
    const none = (await indicators({ streams: [stream('in', 'ENV', 'W', 0, 1, ['intake']), parts.streams[7]], products: [] }))!;
    expect(none[0]).toMatchObject({ id: 'water-leakage', value: null });
  });
});
