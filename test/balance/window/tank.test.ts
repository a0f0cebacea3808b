import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import { levelChange } from '../../../balance/window/level.ts';
import { standardUncertainty } from '../../../balance/window/quantity.ts';
import { amountAt, tankChange } from '../../../balance/window/tank.ts';
import { densitySchema, heldPerVolume } from '../../../config/plant/density.ts';
import { strappingSchema } from '../../../config/plant/strapping.ts';
import { columnsOf, memoryReader } from '../memory-reader.ts';
import { meter, plant } from '../plants.ts';

const HOUR = 3_600_000;
const window = { fromMs: 0, toMs: 72 * HOUR };
const fields = { kind: 'level', unit: 'm', range: [0, 10], accuracy: { class: '0.02 m', absolute: 0.02 } };
const channel = plant({ meters: [meter('L', { ...fields, resolution: 0.01 })] }).channels.get('L')!;
/** A cone below 2 m, then straight walls. */
const strapping = { unit: 'm3', points: [[0, 0], [2, 4], [8, 64]], uPercent: 0.5, source: '容积检定证书' }; // biome-ignore format: a table
const table = strappingSchema.parse(strapping);
const changeOf = (from: number, to: number) =>
  tankChange(channel, table, 'T', window, columnsOf('L', [[0, from]]), columnsOf('L', [[72 * HOUR, to]]), 60_000, 480);

describe('a tank by its strapping table', () => {
  it('is linear between the points and nothing outside of them', () => {
    expect(amountAt(table, 1)).toEqual({ amount: 2, slope: 2 });
    expect(amountAt(table, 2)).toEqual({ amount: 4, slope: 10 });
    expect(amountAt(table, 8)).toEqual({ amount: 64, slope: 10 });
    expect(amountAt(table, 8.01)).toBeNull();
    expect(amountAt(table, -0.01)).toBeNull();
    expect(changeOf(1, 9)).toBeNull();
  });

  it('has the change and its uncertainty, worked by hand', () => {
    const change = changeOf(1, 7)!;
    expect(change.value).toBe(52);
    // slopes 2 and 10 at the ends, 52 ÷ 6 between: resolution, class as share of the span on 6 m, the same offset at unequal widths, table
    const resolution = (0.01 / Math.sqrt(12)) * Math.hypot(2, 10);
    const [slope, offset] = [((0.02 / 10) * 6 * (52 / 6)) / Math.sqrt(3), (8 * 0.02) / Math.sqrt(3)];
    expect(standardUncertainty(change)).toBeCloseTo(Math.hypot(resolution, slope, offset, 0.005 * 52), 12);
  });

  it('with equal widths equals the gauge times the width', () => {
    const straight = strappingSchema.parse({ ...strapping, points: [[0, 0], [10, 70]], uPercent: 0 }); // biome-ignore format: a table
    const level = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(level, level, (from, to) => {
        const [start, end] = [columnsOf('L', [[0, from]]), columnsOf('L', [[72 * HOUR, to]])];
        const plain = levelChange(channel, window, start, end, 60_000, 480)!;
        const tank = tankChange(channel, straight, 'T', window, start, end, 60_000, 480)!;
        expect(tank.value).toBeCloseTo(7 * plain.value, 9);
        expect(standardUncertainty(tank)).toBeCloseTo(7 * standardUncertainty(plain), 9);
      }),
    );
  });

  it('a table that falls is refused', () => {
    expect(strappingSchema.safeParse({ ...strapping, points: [[0, 0], [2, 4], [1, 5]] }).success).toBe(false); // biome-ignore format: a table
    expect(strappingSchema.safeParse({ ...strapping, points: [[0, 5], [2, 4]] }).success).toBe(false); // biome-ignore format: a table
  });
});

describe('a stock of the plant', () => {
  const stockOf = async (unit: string, more: object, meterFields: Readonly<Record<string, unknown>> = fields, to = 7) => {
    const made = plant({
      media: [{ id: 'acid', name: '酸', unit, content: { acid: 1 } }],
      balances: [{ id: 'acid', kind: 'material', unit: 't' }],
      meters: [
        meter('L', meterFields),
        meter('T', { kind: 'concentration', unit: 'degC', range: [0, 100], accuracy: { class: '1 °C', absolute: 1 } }),
      ],
      streams: [{ id: 'in', name: '进', from: 'ENV', to: 'P', medium: 'acid', amount: { by: 'unmeasured' } }],
      stocks: [{ id: 'T', name: '酸罐', unit: 'P', medium: 'acid', meter: 'L', ...more }],
    });
    const reader = memoryReader({
      L: [
        [0, 1],
        [72 * HOUR, to],
      ],
      T: Array.from({ length: 72 * 60 + 1 }, (_, k) => [k * 60_000, k < 36 * 60 ? 60 : 30] as const),
    });
    return (await computeBalances(made, reader, window, null)).balances[0]!.stocks![0]!;
  };

  it('is the table times the density', async () => {
    const stock = await stockOf('t', { strapping, perUnit: { value: 1.5, u: 0.01, basis: 'analysed' } });
    expect(stock.change).toBeCloseTo(78, 9);
    expect(stock.u).toBeGreaterThan(52 * 0.01);
    expect(
      (await stockOf('t', { strapping: { ...strapping, points: strapping.points.slice(0, 2) }, perUnit: { value: 1.5 } })).notes[0],
    ).toContain('outside of the strapping table');
  });

  const density = {
    unit: 'kg/m3',
    reference: { value: 1830, u: 2, atC: 20, expansionPerC: 0.00055, uExpansion: 0.00002 },
    source: '密度计法',
    temperature: { meter: 'T' },
    shell: { linearPerC: 0.000012, tableC: 20 },
  };

  it('is the table times the density at the temperature of each end, which cools in the window', async () => {
    const stock = await stockOf('t', { strapping, density });
    const held = (degC: number) => (1.83 / (1 + 0.00055 * (degC - 20))) * (1 + 0.000024 * (degC - 20));
    expect(stock.change).toBeCloseTo(54 * held(30) - 2 * held(60), 9);
    expect(stock.notes).toEqual([expect.stringMatching(/^density 1\.79\d+ t\/m3 \(60\.0 °C\) → 1\.82\d+ t\/m3 \(30\.0 °C\)$/)]);
    const part = (name: string) => stock.budget!.find((one) => one.name === name)!.u;
    // one determination at both ends: on the difference of the volumes, not on each
    const perDensity = (degC: number) => held(degC) / 1.83;
    expect(part('density T')).toBeCloseTo(0.002 * (54 * perDensity(30) - 2 * perDensity(60)), 9);
    const perExpansion = (degC: number) => (held(degC) * (degC - 20)) / (1 + 0.00055 * (degC - 20));
    expect(part('expansion T')).toBeCloseTo(0.00002 * Math.abs(2 * perExpansion(60) - 54 * perExpansion(30)), 9);
    expect(part('calibration T')).toBeGreaterThan(0);
    expect(Math.hypot(...stock.budget!.map(({ u }) => u))).toBeCloseTo(stock.u!, 9);
  });

  it('that stands still and only cools has gained what its liquid shrank by, with one gauge and one density on both ends', async () => {
    const still = await stockOf('t', { strapping, density }, fields, 1);
    expect(still.change).toBeGreaterThan(0.05);
    expect(still.u).toBeLessThan(still.change! / 2);
  });

  it('by a table of densities; outside of it, or with no temperature, the change is unknown in words', async () => {
    const { reference: _, shell: __, ...rest } = density;
    const points = { ...rest, points: [[20, 1830], [70, 1780]], uPercent: 0.1 }; // biome-ignore format: a table
    const stock = await stockOf('t', { strapping, density: points });
    expect(stock.change).toBeCloseTo(54 * 1.82 - 2 * 1.79, 9);
    const short = { ...points, points: [[20, 1830], [50, 1800]] }; // biome-ignore format: a table
    expect(await stockOf('t', { strapping, density: short })).toMatchObject({
      change: null,
      notes: [expect.stringContaining('no temperature')],
    });
  });

  it('needs a density one way and its uncertainty', () => {
    const { reference: _, ...none } = density;
    expect(densitySchema.safeParse(none).success).toBe(false);
    expect(densitySchema.safeParse({ ...density, points: [[20, 1830], [50, 1800]], uPercent: 1 }).success).toBe(false); // biome-ignore format: a table
    expect(densitySchema.safeParse({ ...none, points: [[20, 1830], [50, 1800]] }).success).toBe(false); // biome-ignore format: a table
    expect(densitySchema.safeParse({ ...none, points: [[50, 1830], [20, 1800]], uPercent: 1 }).success).toBe(false); // biome-ignore format: a table
  });

  it('derivatives of the density are those of its values', () => {
    const degC = fc.double({ min: -20, max: 140, noNaN: true });
    fc.assert(
      fc.property(degC, (t) => {
        const made = densitySchema.parse(density);
        const [at, above] = [heldPerVolume(made, t)!, heldPerVolume(made, t + 1e-3)!];
        expect(at.perC).toBeCloseTo((above.value - at.value) / 1e-3, 2);
        const denser = heldPerVolume({ ...made, reference: { ...made.reference!, value: 1831 } }, t)!;
        expect(at.perDensity).toBeCloseTo(denser.value - at.value, 9);
        const wider = heldPerVolume({ ...made, reference: { ...made.reference!, expansionPerC: 0.00055 + 1e-8 } }, t)!;
        expect(at.perExpansion / 1e6).toBeCloseTo((wider.value - at.value) / 1e-8 / 1e6, 3);
      }),
    );
  });

  it('converts what reads in another unit of the same kind', async () => {
    expect((await stockOf('t', {}, { ...fields, unit: 'kg' })).change).toBeCloseTo(0.006, 12);
  });
});
