import { describe, expect, it } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import { gasPerFlowingM3 } from '../../../balance/media/gas-volume.ts';
import { standardUncertainty } from '../../../balance/window/quantity.ts';
import { gasReference } from '../../../config/measures/gas-reference.ts';
import { isConvertible } from '../../../config/measures/units.ts';
import { gasSchema } from '../../../config/plant/gas.ts';
import { memoryReader, type Reading } from '../memory-reader.ts';
import { meter, plant } from '../plants.ts';

const constant = (value: number, unit: string, u = 0) => ({ value, unit, u });
const per = (unit: string, state: object) =>
  gasPerFlowingM3(plant({}), gasSchema.parse({ compensated: 'here', state: { gauge: false, ...state } }).state!, unit, 'g', () => null)!;

describe('gas at reference conditions', () => {
  it('the unit says them, and none converts into another without a state', () => {
    expect(gasReference('Nm3')).toEqual({ degC: 0, moisture: 'unstated' });
    expect(gasReference('万m3dry@20')).toEqual({ degC: 20, moisture: 'dry' });
    expect(gasReference('m3')).toBeNull();
    const units = ['m3', 'Nm3', 'Nm3dry', 'Nm3wet', 'm3@20', 'm3dry@20', 'm3wet@20'];
    for (const a of units) for (const b of units) expect(isConvertible(a, b)).toBe(a === b);
  });

  // worked by hand: p 303.975 kPa is three times 101.325; T 546.3 K is twice 273.15
  it.each([
    ['Nm3', 1.5],
    ['Nm3wet', 1.5],
    ['m3@20', (1.5 * 293.15) / 273.15],
    ['万Nm3', 1.5e-4],
    ['Nm3dry', 1.5 * 0.9],
  ])('one m3 at 303.975 kPa and 273.15 degC with 10 %% vapour in %s', (unit, expected) => {
    const moisture = unit.includes('dry') ? { moisturePercent: { value: 10 } } : {};
    const factor = per(unit, { pressure: constant(303.975, 'kPa'), temperature: constant(273.15, 'degC'), ...moisture });
    expect(factor.value / expected).toBeCloseTo(1, 12);
  });

  it('a gauge pressure adds the air of the place, Z divides, uncertainties add up in quadrature', () => {
    const factor = per('Nm3', {
      gauge: true,
      pressure: constant(0.2, 'MPa', 0.002),
      atmosphere: constant(80, 'kPa', 0.5),
      temperature: constant(20, 'degC', 1),
      compressibility: { value: 0.98, u: 0.005 },
    });
    expect(factor.value).toBeCloseTo(((280 / 101.325) * (273.15 / 293.15)) / 0.98, 12);
    const relative = Math.hypot(2 / 280, 0.5 / 280, 1 / 293.15, 0.005 / 0.98);
    expect(standardUncertainty(factor)).toBeCloseTo(factor.value * relative, 12);
    expect(per('Nm3', { pressure: constant(0, 'kPa'), temperature: constant(20, 'degC') })).toBeNull();
  });
});

describe('a stream of gas', () => {
  const T0 = Date.parse('2026-03-01T00:00:00+08:00');
  const window = { fromMs: T0, toMs: T0 + 72 * 3_600_000 };
  const evenly = (at: (share: number) => number): Reading[] =>
    Array.from({ length: 74 * 12 + 1 }, (_, k): Reading => [T0 + (k * 5 - 60) * 60_000, at((k * 5 - 60) / (72 * 60))]);
  const amountBy = async (gas: object, meterOf: string) => {
    const made = plant({
      media: [{ id: 'gas', name: '煤气', unit: 'Nm3', content: { heat: 0.01 } }],
      balances: [{ id: 'heat', kind: 'energy', unit: 'GJ' }],
      meters: [
        meter('raw', { unit: 'm3' }),
        meter('norm', { unit: 'Nm3' }),
        meter('p', { kind: 'concentration', unit: 'kPa', accuracy: { class: 'x', absolute: 3 } }),
        meter('t', { kind: 'concentration', unit: 'degC', accuracy: { class: 'x', absolute: 1 } }),
      ],
      streams: [{ id: 'gas', name: '煤气', from: 'ENV', to: 'P', medium: 'gas', amount: { by: 'meter', meter: meterOf, gas } }],
    });
    const readings = { raw: evenly((s) => 1000 * s), norm: evenly((s) => 1470 * s), p: evenly(() => 303.975), t: evenly(() => 273.15) };
    const { balances } = await computeBalances(made, memoryReader(readings), window, null);
    return balances[0]!.streams[0]!;
  };
  const state = { gauge: false, pressure: { meter: 'p' }, temperature: { meter: 't' } };

  it('is compensated here by the means of its pressure and temperature', async () => {
    const stream = await amountBy({ compensated: 'here', state }, 'raw');
    expect(stream.total).toBeCloseTo(15, 6);
    expect(stream.budget.find(({ name }) => name === 'calibration p')!.u).toBeCloseTo((15 * 3) / Math.sqrt(3) / 303.975, 6);
  });

  it('compensated in the meter is recomputed from what it saw', async () => {
    const stream = await amountBy({ compensated: 'meter', raw: 'raw', state }, 'norm');
    expect(stream.total).toBeCloseTo(14.7, 6);
    expect(stream.notes.join()).toContain('recomputed from raw: 1500.00 Nm3, the meter shows -2.00 % more');
  });

  it('says that the state is not known', async () => {
    const stream = await amountBy({ compensated: 'here', state: { ...state, pressure: constant(0, 'kPa') } }, 'raw');
    expect(stream.total).toBeNull();
    expect(stream.notes).toContain('the state of the gas is not known');
  });
});
