import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  atReferenceOxygen,
  concentrationFactor,
  dryShare,
  flowFactor,
  type GasState,
  standardVolume,
} from '../../../balance/oversight/gas.ts';

const state = (more: Partial<GasState> = {}): GasState => ({
  oxygenPercent: 9,
  moisturePercent: 8,
  temperatureC: 120,
  pressureKPa: -0.5,
  atmosphereKPa: 81,
  ...more,
});

it('brings a volume to 0 °C and 101.325 kPa', () => {
  expect(standardVolume(state({ temperatureC: 0, pressureKPa: 0, atmosphereKPa: 101.325 }))).toBe(1);
  expect(standardVolume(state({ temperatureC: 273, pressureKPa: 0, atmosphereKPa: 101.325 }))).toBe(0.5);
  expect(standardVolume(state())).toBeCloseTo((273 / 393) * (80.5 / 101.325), 12);
});

it('converts to the reference oxygen, and not at all where that makes no sense', () => {
  expect(atReferenceOxygen(100, 9, 9)).toBe(100);
  expect(atReferenceOxygen(100, 6, 11)).toBeCloseTo(100 * (10 / 15), 12);
  for (const oxygen of [21, 22, -0.1, null, Number.NaN]) expect(atReferenceOxygen(100, oxygen, 6)).toBeNull();
});

it('says nothing of a state that is not known or cannot be', () => {
  for (const more of [
    { temperatureC: null },
    { pressureKPa: null },
    { atmosphereKPa: null },
    { temperatureC: -280 },
    { pressureKPa: -90 },
  ]) {
    expect(standardVolume(state(more))).toBeNull();
  }
  for (const moisturePercent of [null, -1, 100]) expect(dryShare(state({ moisturePercent }))).toBeNull();
});

it('leaves the amount the same whether wet and actual or dry and standard: dry × dry is wet × wet', () => {
  const positive = fc.double({ min: 0.01, max: 1000, noNaN: true });
  fc.assert(
    fc.property(
      positive,
      positive,
      fc.double({ min: 0, max: 60, noNaN: true }),
      fc.double({ min: -20, max: 400, noNaN: true }),
      (c, q, moisture, t) => {
        const of = state({ moisturePercent: moisture, temperatureC: t });
        const wet = { concentration: 'wet', concentrationState: 'actual', flow: 'wet', flowState: 'actual' } as const;
        const product = c * concentrationFactor(wet, of)! * q * flowFactor(wet, of)!;
        expect(product / (c * q)).toBeCloseTo(1, 9);
      },
    ),
  );
});
