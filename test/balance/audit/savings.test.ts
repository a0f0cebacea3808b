import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rollUpsOf } from '../../../balance/audit/roll-ups.ts';
import { reduction, savingsOf } from '../../../balance/audit/savings.ts';
import { computeBalances } from '../../../balance/media/compute.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import { memoryReader } from '../memory-reader.ts';
import { plant } from '../plants.ts';

const amount = fc.record({ value: fc.double({ min: 1, max: 1e6, noNaN: true }), u: fc.double({ min: 1e-6, max: 0.2, noNaN: true }) });

describe('saving per unit of product', () => {
  it('is worked out with its uncertainty as by hand', () => {
    const { percent, U } = reduction({ value: 100, u: 1 }, { value: 10, u: 0 }, { value: 90, u: 1 }, { value: 10, u: 0 });
    expect(percent).toBeCloseTo(10, 12);
    // u² = (1 ÷ 100)² + (0.9 × 1 ÷ 100)²
    expect(U).toBeCloseTo(200 * Math.sqrt(0.0001 + 0.000081), 12);
  });

  it('tells a saving from a smaller production', () => {
    const { percent } = reduction({ value: 1000, u: 5 }, { value: 100, u: 1 }, { value: 500, u: 5 }, { value: 50, u: 1 });
    expect(percent).toBeCloseTo(0, 10);
  });

  it('does not depend on units, and is never more certain than its parts', () => {
    fc.assert(
      fc.property(amount, amount, amount, amount, fc.double({ min: 0.01, max: 1000, noNaN: true }), (a, p, b, q, k) => {
        const of = ({ value, u }: typeof a, scale = 1) => ({ value: value * scale, u: u * value * scale });
        const plain = reduction(of(a), of(p), of(b), of(q));
        const other = reduction(of(a, k), of(p), of(b, k), of(q));
        expect(Math.abs(other.percent - plain.percent)).toBeLessThan(1e-9 * (1 + Math.abs(plain.percent)));
        // What is left of 100 % carries the rounding of 100 %.
        const ratio = 1 - plain.percent / 100 - 1e-12;
        expect(plain.U / 200).toBeGreaterThanOrEqual(ratio * Math.max(a.u, p.u, b.u, q.u) * (1 - 1e-9));
      }),
    );
    expect(() => reduction({ value: 0, u: 1 }, { value: 1, u: 0 }, { value: 1, u: 0 }, { value: 1, u: 0 })).toThrow(RangeError);
  });
});

const HOUR = 3_600_000;
const at = (day: string) => Date.parse(`${day}T00:00:00+08:00`);

/** Water taken at 100 m³/h before February and at 90 after; acid made at 10 t/h throughout. */
function works() {
  const counter = (rate: (ms: number) => number) => {
    const readings: [number, number][] = [];
    let total = 0;
    for (let ms = at('2026-01-01'); ms <= at('2026-02-10'); ms += HOUR / 4) {
      readings.push([ms, total]);
      total += rate(ms) / 4;
    }
    return readings;
  };
  const meter = (id: string, unit: string) => ({
    id,
    name: id,
    kind: 'counter',
    unit,
    accuracy: { class: '1', percentOfReading: 1 },
    maxGap: '1h',
  });
  const option = (id: string, more: object) => ({ id, name: id, cost: 'no-low', proposed: '2025-11-01', ...more });
  const stretches = { before: { from: '2026-01-10', to: '2026-01-13' }, after: { from: '2026-02-03', to: '2026-02-06' } };
  const saves = [
    { balance: 'water', streams: ['in'], product: 'acid', ...stretches, production: { perYear: 80_000, source: '年度计划' } },
    { balance: 'water', streams: ['lost'], product: 'acid', ...stretches },
  ];
  const definition = plant({
    units: [{ id: 'P', name: '厂', level: 'plant' }],
    media: [
      { id: 'water', name: '水', unit: 'm3', content: { water: 1 } },
      { id: 'acid', name: '酸', unit: 't' },
    ],
    meters: [meter('FW', 'm3'), meter('FA', 't')],
    streams: [
      { id: 'in', name: '取水', from: 'ENV', to: 'P', medium: 'water', amount: { by: 'meter', meter: 'FW' } },
      { id: 'lost', name: '漏', from: 'P', to: 'ENV', medium: 'water', amount: { by: 'unmeasured' } },
      { id: 'acid', name: '酸', from: 'P', to: 'ENV', medium: 'acid', amount: { by: 'meter', meter: 'FA' } },
    ],
    balances: [{ id: 'water', kind: 'water', unit: 'm3' }],
    products: [{ id: 'acid', name: '酸', unit: 't', streams: ['acid'] }],
    auditRound: { from: '2026-01-01' },
    options: [
      option('early', {
        done: '2025-12-31',
        investment: { amount: 3, unit: '万元' },
        benefit: { amount: 9, unit: '万元', source: '财务' },
      }),
      option('reuse', {
        done: '2026-02-01',
        investment: { amount: 20_000, unit: '元' },
        benefit: { amount: 0.0005, unit: '亿元', source: '财务' },
        saves,
      }),
      option('refused', { decided: { at: '2026-01-20', accepted: false } }),
      option('new-boiler', { cost: 'medium-high', investment: { amount: 0.02, unit: '亿元' } }),
    ],
  });
  const reader = memoryReader({ FW: counter((ms) => (ms < at('2026-02-01') ? 100 : 90)), FA: counter(() => 10) });
  return { definition, reader };
}

describe('register of options', () => {
  it('measures what an option saved, and leaves out what was finished before the round', async () => {
    const { definition, reader } = works();
    const windows: number[] = [];
    const report = await savingsOf(definition, (window) => {
      windows.push(window.fromMs);
      return computeBalances(definition, reader, window, null);
    });
    expect(windows).toHaveLength(2);
    const [early, reuse, refused, boiler] = report!.options;
    expect([early!.counts, reuse!.counts, refused!.state, boiler!.state]).toEqual([false, true, 'refused', 'proposed']);
    expect([refused!.decided, boiler!.decided]).toEqual(['2026-01-20', null]);
    const [saving, unknown] = reuse!.saves;
    expect(saving!.before.specific).toBeCloseTo(10, 6);
    expect(saving!.saved!.percent).toBeCloseTo(10, 3);
    expect(saving!.saved!.U).toBeGreaterThan(1);
    expect(saving!.unit).toBe('m3/t');
    expect(saving!.perYear!.value).toBeCloseTo(80_000, 0);
    expect(unknown).toMatchObject({ saved: null, perYear: null });
    expect(unknown!.why).toContain('lost');
  });

  it('adds up in the units that the forms print', async () => {
    const { definition, reader } = works();
    const [low, high] = (await savingsOf(definition, (window) => computeBalances(definition, reader, window, null)))!.sums;
    expect(low).toMatchObject({ proposed: 2, done: 1, donePercent: 50, investmentDone: 2, benefitDone: 5, investmentAhead: 0 });
    expect(high).toMatchObject({ proposed: 1, done: 0, donePercent: 0, investmentDone: 0, investmentAhead: 200 });
  });

  it('adds up a year in 万吨, 万度 and 万元 or 亿元, of what is done in the round and has a yearly production', async () => {
    const { definition, reader } = works();
    const { rollUps, options } = (await savingsOf(definition, (window) => computeBalances(definition, reader, window, null)))!;
    expect(rollUps).toEqual([
      { of: 'water', value: expect.closeTo(8, 2), U: expect.any(Number), unit: '万吨', count: 1 },
      { of: 'money', value: 5, U: null, unit: '万元', count: 1 },
    ]);
    const reuse = options.find(({ id }) => id === 'reuse')!;
    const [saving] = reuse.saves;
    const power = { ...saving!, balance: 'power', streams: ['grid'], perYear: { value: 250, U: 20, unit: 'MWh', source: '计划' } };
    const media = new Map<string, unknown>([...definition.media, ['power', { id: 'power', name: '电', unit: 'kWh', kind: 'electricity' }]]);
    const streams = new Map<string, unknown>([
      ...definition.streams,
      ['grid', { ...definition.streams.get('in')!, id: 'grid', medium: 'power' }],
    ]);
    const powered = { ...definition, media, streams } as unknown as Plant;
    expect(rollUpsOf(powered, [{ ...reuse, benefit: 12_000, saves: [power, power] }])).toEqual([
      { of: 'electricity', value: 50, U: 4, unit: '万度', count: 2 },
      { of: 'money', value: 1.2, U: null, unit: '亿元', count: 1 },
    ]);
    expect(rollUpsOf(powered, [{ ...reuse, counts: false, benefit: 12_000, saves: [power] }])).toEqual([]);
  });

  it('is nothing where the plant file has none', async () => {
    const { definition } = works();
    const none = { ...definition, file: { ...definition.file, options: [] } };
    expect(await savingsOf(none, () => Promise.reject(new Error('not asked')))).toBeNull();
  });
});
