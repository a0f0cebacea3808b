import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { computeBalances } from '../../../balance/media/compute.ts';
import type { MonitorOversight } from '../../../balance/oversight/oversee.ts';
import { sulphurContradiction, sulphurOf } from '../../../balance/oversight/sulphur.ts';
import { loadPlant } from '../../../config/plant/load.ts';
import type { Outfall } from '../../../config/plant/schema.ts';

const NAMES = { balance: 'sulphur', boundary: 'THERMAL', stream: 'boiler-flue', monitor: 'AT-1' };

describe('sulphur of fuel against SO2 and by-product', () => {
  it('agrees where what the fuel brought and the gypsum did not carry off left as SO2', () => {
    // 1,000 t of coal with 1 % S, 92 % of it in gypsum: 800 kg of S, 1,598.6 kg of SO2.
    const brought = [{ id: 'coal', total: 10_000, u: 200 }];
    const kept = [{ id: 'gypsum', total: 9_200, u: 150 }];
    expect(sulphurContradiction(NAMES, { total: 1_600, u: 60 }, brought, kept)).toMatchObject({
      kind: 'sulphur',
      unit: 'kg',
      byBalance: expect.closeTo(1598.6, 1),
      z: expect.closeTo(0, 1),
      significant: false,
      wouldSettle: ['coal', 'gypsum', 'AT-1'],
    });
  });

  it('contradicts a monitor that told far less, and says what would settle it', () => {
    const brought = [{ id: 'coal', total: 10_000, u: 100 }];
    const kept = [{ id: 'gypsum', total: 5_000, u: 150 }];
    const found = sulphurContradiction(NAMES, { total: 1_600, u: 60 }, brought, kept)!;
    expect(found.byBalance).toBeCloseTo(9_991, 0);
    expect(found.significant).toBe(true);
    expect(found.wouldSettle[0]).toBe('gypsum');
  });

  it('has the uncertainty of every part and no other', () => {
    const amount = fc.double({ min: 1, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(amount, amount, amount, (a, b, c) => {
        const found = sulphurContradiction(
          NAMES,
          { total: a, u: a / 50 },
          [{ id: 'f', total: b, u: b / 50 }],
          [{ id: 'g', total: c, u: c / 50 }],
        )!;
        const share = 64.064 / 32.06;
        expect(found.u).toBeCloseTo(Math.sqrt(a * a + share ** 2 * (b * b + c * c)) / 50, 6);
        expect(found.z * found.u).toBeCloseTo(share * (b - c) - a, 5);
      }),
    );
    expect(sulphurContradiction(NAMES, { total: 0, u: 0 }, [], [])).toBeNull();
  });

  it('is told of an outfall by the balance of S and its monitor, and not where an hour is not known', async () => {
    const example = await loadPlant('config/examples/yunnan-phosphate');
    const plant = {
      ...example,
      file: {
        ...example.file,
        balances: [...example.file.balances, { id: 'sulphur', kind: 'pollutant' as const, unit: 't', factor: 'S' }],
      },
    };
    const root = plant.file.units.find(({ level }) => level === 'plant')!.id;
    const row = (id: string, total: number | null) => ({ id, total, u: total === null ? null : 0.02 * total });
    type Balances = Awaited<ReturnType<typeof computeBalances>>['balances'];
    const balances = (gypsum: number | null): Balances =>
      [
        { id: 'sulphur', kind: 'pollutant', boundary: root, unit: 't', streams: [row('coal', 10), row('gypsum', gypsum)] },
      ] as unknown as Balances;
    const outfall = {
      id: 'DA002',
      unit: 'THERMAL',
      streams: ['boiler-flue'],
      sulphur: { brought: ['coal'], kept: ['gypsum'], monitor: { percent: 5, source: '比对报告' } },
    } as unknown as Outfall;
    const monitor = (unknown: number): MonitorOversight =>
      ({
        code: 'a21026',
        channel: 'AT-1',
        mass: { unit: 'kg', measured: 1_600, hours: { unknown, substituted: 0 } },
      }) as unknown as MonitorOversight;
    expect(sulphurOf(plant, outfall, balances(9.2), [monitor(0)])).toMatchObject([
      { kind: 'sulphur', balance: 'sulphur', boundary: 'THERMAL', stream: 'boiler-flue', byBalance: expect.closeTo(1598.6, 1) },
    ]);
    expect(sulphurOf(plant, outfall, balances(9.2), [monitor(1)])).toEqual([]);
    expect(sulphurOf(plant, outfall, balances(null), [monitor(0)])).toEqual([]);
    expect(sulphurOf(example, outfall, balances(9.2), [monitor(0)])).toEqual([]);
  });
});
