import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import type { BalanceResult } from '../../../balance/media/result.ts';
import { memoryReader, type Reading } from '../memory-reader.ts';
import { meter, plant } from '../plants.ts';

const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const HOUR = 3_600_000;
const window = { fromMs: T0, toMs: T0 + 72 * HOUR };
const STEP = 5 * 60_000;

/** Counter that rises evenly by `total` over the window. */
const counter = (total: number): Reading[] => evenly((share) => 1e5 + total * share);
const rate = (perHour: number): Reading[] => evenly(() => perHour);
const level = (from: number, to: number): Reading[] => evenly((share) => from + (to - from) * share);
function evenly(at: (share: number) => number): Reading[] {
  const readings: Reading[] = [];
  for (let ms = T0 - HOUR; ms <= window.toMs + HOUR; ms += STEP) readings.push([ms, at((ms - T0) / (72 * HOUR))]);
  return readings;
}

const units = [
  { id: 'P', name: '厂', level: 'plant' },
  { id: 'W1', name: '一车间', level: 'workshop', parent: 'P' },
  { id: 'W2', name: '二车间', level: 'workshop', parent: 'P' },
];
const stream = (id: string, from: string, to: string, amount: unknown = { by: 'meter', meter: id }, more: object = {}) => ({
  id,
  name: id,
  from,
  to,
  medium: 'water',
  amount,
  ...more,
});
const water = {
  units,
  media: [{ id: 'water', name: '水', unit: 'm3', content: { water: 1 } }],
  meters: ['in', 'mid', 'back', 'out'].map((id) => meter(id, {})),
  streams: [
    stream('in', 'ENV', 'W1'),
    stream('mid', 'W1', 'W2'),
    stream('back', 'W2', 'W1', undefined, { role: 'recycle' }),
    stream('out', 'W2', 'ENV'),
  ],
  balances: [{ id: 'water', kind: 'water', unit: 'm3', tolerance: { percent: 5, origin: 'setting of this test' } }],
};
const even = { in: counter(1000), mid: counter(3000), back: counter(2000), out: counter(1000) };

async function results(parts: Record<string, unknown>, readings: Record<string, readonly Reading[]>) {
  const report = await computeBalances(plant(parts), memoryReader(readings), window, null);
  return {
    report,
    at: (boundary: string, id = 'water'): BalanceResult => report.balances.find((b) => b.boundary === boundary && b.id === id)!,
  };
}

describe('a water balance', () => {
  it('closes at the plant and at each workshop', async () => {
    const { at, report } = await results(water, even);
    expect(report.balances.map(({ boundary }) => boundary)).toEqual(['P', 'W1', 'W2']);
    expect(at('P')).toMatchObject({ verdict: 'closed', k: 2, stockChange: 0 });
    expect(at('P').imbalance).toBeCloseTo(0, 6);
    expect(at('P').in).toBeCloseTo(1000, 6);
    // two independent meters of 1 %: √2 × 10 ÷ √3
    expect(at('P').u).toBeCloseTo((Math.SQRT2 * 10) / Math.sqrt(3), 6);
    expect(at('P').U).toBeCloseTo(2 * at('P').u!, 12);
    expect(report.depth).toEqual({ auditBalance: true, type: null, reasons: [] });
  });

  it('leaves circulating water out of what enters', async () => {
    const { at } = await results(water, { ...even, in: counter(1100) });
    expect(at('W1').in).toBeCloseTo(3100, 6);
    expect(at('W1').closurePercent).toBeCloseTo(100 / 11, 6);
    expect(at('W2').closurePercent).toBeCloseTo(0, 6);
  });

  it('is open where water is lost, and the reconciliation is handed the same numbers', async () => {
    const { at } = await results(water, { ...even, out: counter(850) });
    expect(at('P')).toMatchObject({ verdict: 'open-significant' });
    expect(at('P').closurePercent).toBeCloseTo(15, 6);
    expect(at('W1').verdict).not.toBe('open-significant');
    expect(at('P').global!.passed).toBe(false);
    const closed = at('P').streams.map(({ id, reconciled }) => [id, reconciled!] as const);
    const value = Object.fromEntries(closed);
    expect(value.in! + value.back!).toBeCloseTo(value.mid!, 6);
    expect(value.mid! - value.back!).toBeCloseTo(value.out!, 6);
  });

  it('counts a stock, whose gauge error is small where it hardly moved', async () => {
    const parts = {
      ...water,
      meters: [...water.meters, meter('tank', { kind: 'level', unit: 'm', range: [0, 10] })],
      stocks: [{ id: 'S', name: '水池', unit: 'W2', medium: 'water', meter: 'tank', perUnit: { value: 50, u: 0.5, basis: 'design' } }],
    };
    const { at } = await results(parts, { ...even, out: counter(850), tank: level(2, 5) });
    expect(at('P').stockChange).toBeCloseTo(150, 6);
    expect(at('P').imbalance).toBeCloseTo(0, 6);
    expect(at('P').stocks![0]!.u).toBeCloseTo(Math.hypot((0.01 * 150) / Math.sqrt(3), 0.5 * 3), 9);
    const { streams, stocks } = at('P');
    const [incoming, outgoing] = ['in', 'out'].map((id) => streams.find((s) => s.id === id)!.reconciled!);
    expect(incoming! - outgoing! - stocks![0]!.reconciled!).toBeCloseTo(0, 6);
  });

  it('a difference takes the residue and nothing is tested', async () => {
    const parts = { ...water, streams: [...water.streams, stream('loss', 'W2', 'ENV', { by: 'difference' }, { role: 'loss' })] };
    const { at } = await results(parts, { ...even, out: counter(850) });
    const loss = at('P').streams.find(({ id }) => id === 'loss')!;
    expect(loss).toMatchObject({ basis: 'difference', coverageOfTime: null });
    expect(loss.total).toBeCloseTo(150, 6);
    expect(at('W2')).toMatchObject({ verdict: 'by-difference', imbalance: 0, u: null });
    expect(at('P').verdict).toBe('by-difference');
    expect(at('W1').verdict).toBe('closed');
  });

  it('an unmeasured stream leaves it incomplete, its value to the network', async () => {
    const parts = { ...water, streams: [...water.streams, stream('loss', 'W2', 'ENV', { by: 'unmeasured' })] };
    const { at } = await results(parts, { ...even, out: counter(850) });
    expect(at('P')).toMatchObject({ verdict: 'incomplete', imbalance: null, u: null });
    const loss = at('P').streams.find(({ id }) => id === 'loss')!;
    expect(loss.total).toBeNull();
    expect(loss.reconciled).toBeGreaterThan(100);
  });

  it('a meter without an accuracy class is no ground for a verdict', async () => {
    const parts = { ...water, meters: water.meters.map((m) => (m.id === 'out' ? { ...m, accuracy: undefined } : m)) };
    const { at } = await results(parts, even);
    expect(at('P')).toMatchObject({ verdict: 'incomplete', u: null });
    expect(at('P').imbalance).toBeCloseTo(0, 6);
    expect(at('P').remarks!.some(({ en }) => /no accuracy.*out/.test(en))).toBe(true);
  });

  it('no reading at all is unknown, never 0', async () => {
    const { at, report } = await results(water, {});
    expect(at('P')).toMatchObject({ verdict: 'incomplete', imbalance: null });
    expect(report.depth.auditBalance).toBe(false);
    expect(report.completeness.gaps).toHaveLength(4);
  });

  it('one meter that serves two streams is one error, not two', async () => {
    const parts = {
      ...water,
      streams: [
        stream('in', 'ENV', 'W1'),
        stream('same', 'W1', 'W2', { by: 'meter', meter: 'in' }),
        stream('out', 'W2', 'ENV', { by: 'meter', meter: 'in' }),
      ],
    };
    const { at } = await results(parts, even);
    expect(at('P').u).toBeCloseTo(0, 9);
    expect(at('W1').u).toBeCloseTo(0, 9);
    // 'out' meets 'mid' too: independent of it, the reconciliation would claim 1/√2 of the meter's uncertainty
    const { u, reconciledU } = at('P').streams[0]!;
    expect(reconciledU! / u!).toBeGreaterThan(0.99);
  });

  it('a derived stream counts in any unit, and shares the error of the one it derives from', async () => {
    const media = [...water.media, { id: 'steam', name: '蒸汽', unit: 'kg', content: { water: 0.001 } }];
    const derived = { by: 'derived', stream: 'in', factor: { value: 0.2, u: 0, basis: 'design' }, unit: 't/L' };
    const parts = {
      ...water,
      media,
      streams: [stream('in', 'ENV', 'W1'), { ...stream('vapour', 'W1', 'ENV', derived), medium: 'steam' }],
    };
    const { at } = await results(parts, even);
    // 1000 m3 = 1e6 L × 0.2 t/L = 2e5 t = 2e8 kg, 2e5 m3 of water
    expect(at('P').out).toBeCloseTo(200_000, 3);
    expect(at('P').u).toBeCloseTo((0.01 * 1000 * 199) / Math.sqrt(3), 3);
  });

  it('a point takes each main meter for its own days', async () => {
    const days = [
      { meter: 'in', to: '2026-03-02' },
      { meter: 'mid', from: '2026-03-02' },
      { meter: 'out', role: 'check' },
    ];
    const points = [{ id: 'PT', name: '进水', kind: 'water', level: 1, unit: 'P', meters: days }];
    const streams = [stream('in', 'ENV', 'W1', { by: 'meter', point: 'PT' }), stream('out', 'W1', 'ENV')];
    const { at } = await results({ ...water, points, streams }, even);
    expect(at('P').in).toBeCloseTo(1000 / 3 + (3000 * 2) / 3, 6);
    const gap = [{ ...points[0]!, meters: [days[0]!] }];
    const partly = (await results({ ...water, points: gap, streams }, even)).at('P').streams[0]!;
    expect(partly.total).toBeCloseTo(1000, 6);
    expect(partly.coverageOfTime).toBeCloseTo(1 / 3, 6);
    expect(partly.u).toBeGreaterThan(1000 / 3 / Math.sqrt(3));
  });
});

it('under 72 h it is computed and is no audit balance', async () => {
  const short = { fromMs: T0, toMs: T0 + 71 * HOUR };
  const report = await computeBalances(plant(water), memoryReader(even), short, null);
  expect(report.depth.auditBalance).toBe(false);
  expect(report.depth.reasons[0]!.zh).toMatch(/72/);
  expect(report.balances[0]!.verdict).toBe('closed');
});

it('energy closes in GJ, with standard coal beside it; a derived heat is tied to its stream', async () => {
  const parts = {
    units,
    media: [
      { id: 'power', name: '电', unit: 'kWh', content: { energy: 0.0036 }, standardCoal: 'electricity' },
      { id: 'sulphur', name: '硫磺', unit: 't', content: {} },
      { id: 'heat', name: '反应热', unit: 'GJ', content: { energy: 1 } },
      { id: 'steam', name: '蒸汽', unit: 't', content: { energy: { value: 2.7, u: 0.01, basis: 'analysed' } } },
    ],
    meters: [meter('kwh', { unit: 'kWh' }), meter('s', { kind: 'rate', unit: 'kg/s' }), meter('steam', { kind: 'rate', unit: 't/h' })],
    streams: [
      { id: 'kwh', name: '电', from: 'ENV', to: 'W1', medium: 'power', amount: { by: 'meter', meter: 'kwh' } },
      { id: 's', name: '硫磺', from: 'ENV', to: 'W1', medium: 'sulphur', amount: { by: 'meter', meter: 's' } },
      {
        id: 'burn',
        name: '反应热',
        from: 'ENV',
        to: 'W1',
        medium: 'heat',
        amount: { by: 'derived', stream: 's', factor: { value: 9.27, u: 0.05, basis: 'design' }, unit: 'GJ/t' },
      },
      { id: 'steam', name: '蒸汽', from: 'W1', to: 'ENV', medium: 'steam', amount: { by: 'meter', meter: 'steam' } },
      {
        id: 'loss',
        name: '散热',
        from: 'W1',
        to: 'ENV',
        medium: 'heat',
        amount: { by: 'estimate', value: 3.6, unit: 'GJ/h', u: 0.36, basis: '表面温度' },
      },
    ],
    balances: [{ id: 'energy', kind: 'energy', unit: 'GJ' }],
  };
  // 72 h: power 50,000 kWh = 180 GJ; sulphur 3.6 t/h × 72 × 9.27 = 2402.784 GJ; loss 259.2 GJ; steam 860.586… t
  const steamPerHour = (180 + 3.6 * 72 * 9.27 - 259.2) / 2.7 / 72;
  const { at } = await results(parts, { kwh: counter(50_000), s: rate(1), steam: rate(steamPerHour) });
  const result = at('P', 'energy');
  expect(result.in).toBeCloseTo(2582.784, 6);
  expect(result.imbalance).toBeCloseTo(0, 6);
  expect(result).toMatchObject({ verdict: 'closed', tolerance: null });
  expect(result.remarks!.some(({ en }) => /no closure tolerance/.test(en))).toBe(true);
  const [third, mpe] = [Math.sqrt(3), 0.01];
  const parts2 = [
    (180 * mpe) / third,
    (2402.784 * mpe) / third,
    259.2 * 0.05,
    0.36 * 72,
    (2323.584 * mpe) / third,
    (2323.584 / 2.7) * 0.01,
  ];
  expect(result.u).toBeCloseTo(Math.hypot(...parts2), 3);
  expect(result.streams.find(({ id }) => id === 'kwh')!.standardCoal!.kgce).toBeCloseTo(50_000 * 0.1229, 6);
  expect(result.streams.map(({ id }) => id)).not.toContain('s');
  expect(result.streams.find(({ id }) => id === 'burn')).toMatchObject({ basis: 'derived', coverageOfTime: 1 });
});

it('a pollutant closes by concentration × flow', async () => {
  const parts = {
    units,
    media: [{ id: 'waste', name: '废水', unit: 'm3' }],
    meters: [meter('q', { kind: 'rate', unit: 'm3/h' }), ...['c1', 'c2'].map((id) => meter(id, { kind: 'concentration', unit: 'mg/L' }))],
    streams: [
      {
        id: 'raw',
        name: '进水',
        from: 'ENV',
        to: 'W1',
        medium: 'waste',
        amount: { by: 'meter', meter: 'q' },
        content: { F: { meter: 'c1' } },
      },
      {
        id: 'clean',
        name: '出水',
        from: 'W1',
        to: 'ENV',
        medium: 'waste',
        amount: { by: 'meter', meter: 'q' },
        content: { F: { meter: 'c2' } },
      },
      { id: 'sludge', name: '污泥', from: 'W1', to: 'ENV', medium: 'waste', amount: { by: 'difference' }, content: { F: 1 } },
    ],
    balances: [{ id: 'F', kind: 'pollutant', unit: 'kg', factor: 'F' }],
  };
  const { at } = await results(parts, { q: rate(50), c1: rate(80), c2: rate(5) });
  expect(at('P', 'F').in).toBeCloseTo(50 * 72 * 0.08, 6);
  expect(at('P', 'F').streams.find(({ id }) => id === 'sludge')!.total).toBeCloseTo(50 * 72 * 0.075, 6);
  expect(at('P', 'F').verdict).toBe('by-difference');
});

it('a concentration that rises with the flow is weighed by it', async () => {
  const day = (hours: number) => Math.sin((2 * Math.PI * hours) / 24);
  const parts = {
    units,
    media: [{ id: 'waste', name: '废水', unit: 'm3' }],
    meters: [meter('q', { kind: 'rate', unit: 'm3/h' }), meter('c', { kind: 'concentration', unit: 'mg/L' })],
    streams: [
      {
        id: 'raw',
        name: '进水',
        from: 'ENV',
        to: 'W1',
        medium: 'waste',
        amount: { by: 'meter', meter: 'q' },
        content: { F: { meter: 'c' } },
      },
    ],
    balances: [{ id: 'F', kind: 'pollutant', unit: 'kg', factor: 'F' }],
  };
  const { at } = await results(parts, { q: evenly((share) => 50 + 30 * day(72 * share)), c: evenly((share) => 80 + 40 * day(72 * share)) });
  // mean of (50 + 30 s)(80 + 40 s) with mean s = 0, mean s² = ½: 4600 g/h, where the product of the means is 4000
  expect(at('P', 'F').in / 72 / 4.6).toBeCloseTo(1, 2);
});

it('whatever the network, conserved truth leaves no imbalance anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double({ min: 1, max: 1e5, noNaN: true }), { minLength: 3, maxLength: 3 }), async ([a, b, c]) => {
      const { at } = await results(water, { in: counter(a! + c!), mid: counter(a! + b! + c!), back: counter(b!), out: counter(a! + c!) });
      for (const boundary of ['P', 'W1', 'W2']) {
        expect(Math.abs(at(boundary).imbalance!)).toBeLessThan(1e-6 * (a! + b! + c!));
        expect(at(boundary).verdict).toMatch(/^closed(-blind)?$/);
      }
    }),
    { numRuns: 20 },
  );
});
