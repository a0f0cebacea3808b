import { describe, expect, it } from 'vitest';
import { computeBalances } from '../../../balance/media/compute.ts';
import { steamContent } from '../../../balance/media/steam-content.ts';
import { quantity, standardUncertainty } from '../../../balance/window/quantity.ts';
import { steamContentSchema } from '../../../config/plant/steam.ts';
import { memoryReader, type Reading } from '../memory-reader.ts';
import { meter, plant } from '../plants.ts';

const of = (steam: object, means: Record<string, number> = {}) =>
  steamContent(
    plant({ meters: [meter('PT', { kind: 'concentration', unit: 'kPa' }), meter('TT', { kind: 'concentration', unit: 'degC' })] }),
    steamContentSchema.parse({ steam: { gauge: false, ...steam } }),
    'steam',
    (channel) => (means[channel] === undefined ? null : quantity(means[channel], [[`calibration ${channel}`, channel === 'PT' ? 5 : 1]])),
  );
const constant = (value: number, unit: string, u = 0) => ({ value, unit, u });

describe('enthalpy of a stream by its state', () => {
  // IAPWS R7-97(2012) table 5: 300 K, 3 MPa → 115.331273 kJ/kg; table 15: 700 K, 30 MPa → 2631.49474 kJ/kg
  it('liquid and steam, in any unit of pressure', () => {
    expect(of({ pressure: constant(30, 'bar'), temperature: constant(26.85, 'degC') })!.value).toBeCloseTo(115.331273, 5);
    expect(of({ pressure: constant(30_000, 'kPa'), temperature: constant(426.85, 'degC') })!.value).toBeCloseTo(2631.49474, 4);
  });

  it('a gauge pressure adds the air of the place', () => {
    const absolute = of({ pressure: constant(0.681, 'MPa'), temperature: constant(180, 'degC') })!;
    const gauge = of({ pressure: constant(0.6, 'MPa'), gauge: true, atmosphere: constant(81, 'kPa'), temperature: constant(180, 'degC') })!;
    expect(gauge.value).toBeCloseTo(absolute.value, 9);
  });

  it('above a reference: 25 degC at 101.325 kPa is 104.9 kJ/kg', () => {
    const steam = { pressure: constant(1, 'MPa'), temperature: constant(250, 'degC') };
    expect(of(steam)!.value - of({ ...steam, referenceC: 25 })!.value).toBeCloseTo(104.93, 1);
  });

  it('wet steam by its declared dryness, whose uncertainty is of the heat of evaporation', () => {
    const steam = (x: number, u: number) => of({ pressure: constant(1, 'MPa'), dryness: { value: x, u, source: 's' } })!;
    const evaporation = steam(1, 0).value - steam(0, 0).value;
    // steam tables, 1 MPa: h″ − h′ = 2014.6 kJ/kg
    expect(evaporation).toBeCloseTo(2014.6, 0);
    expect(steam(0.95, 0.01).value).toBeCloseTo(steam(0, 0).value + 0.95 * evaporation, 6);
    expect(standardUncertainty(steam(0.95, 0.01))).toBeCloseTo(0.01 * evaporation, 6);
  });

  it('carries the uncertainty of both meters to first order', () => {
    const steam = { pressure: { meter: 'PT' }, temperature: { meter: 'TT' } };
    const at = (kPa: number, degC: number) => of(steam, { PT: kPa, TT: degC })!;
    const parts = at(1000, 250).parts;
    expect(parts.get('calibration TT')).toBeCloseTo((at(1000, 251).value - at(1000, 249).value) / 2, 3);
    expect(parts.get('calibration PT')).toBeCloseTo((at(1005, 250).value - at(995, 250).value) / 2, 3);
    expect(parts.has('steam phase steam')).toBe(false);
    expect(of(steam, { PT: 1000 })).toBeNull();
  });

  it('near saturation the phase is not known, and the uncertainty says so', () => {
    const near = of({ pressure: { meter: 'PT' }, temperature: { meter: 'TT' } }, { PT: 1000, TT: 180.5 })!;
    expect(near.parts.get('steam phase steam')).toBeGreaterThan(500);
  });

  it('outside of the regions it refuses', () => {
    expect(() => of({ pressure: constant(25, 'MPa'), temperature: constant(370, 'degC') })).toThrow(RangeError);
  });
});

describe('in an energy balance', () => {
  const T0 = Date.parse('2026-03-01T00:00:00+08:00');
  const HOUR = 3_600_000;
  const steady = (value: number): Reading[] => Array.from({ length: 75 }, (_, h): Reading => [T0 + (h - 1) * HOUR, value]);
  const report = (kPa: number) =>
    computeBalances(
      plant({
        media: [
          {
            id: 'steam',
            name: '汽',
            unit: 't',
            content: { energy: { steam: { pressure: { meter: 'PT' }, gauge: false, temperature: { meter: 'TT' } } } },
          },
        ],
        meters: [
          meter('PT', { kind: 'concentration', unit: 'kPa', maxGap: '2h' }),
          meter('TT', { kind: 'concentration', unit: 'degC', maxGap: '2h', accuracy: { class: '±1', absolute: 1 } }),
        ],
        streams: [
          {
            id: 's',
            name: '汽',
            from: 'ENV',
            to: 'P',
            medium: 'steam',
            amount: { by: 'analysis', value: 100, unit: 't', u: 1, sample: 's' },
          },
        ],
        balances: [{ id: 'energy', kind: 'energy', unit: 'GJ' }],
      }),
      memoryReader({ PT: steady(kPa), TT: steady(250) }),
      { fromMs: T0, toMs: T0 + 72 * HOUR },
      null,
    );

  it('100 t at 1 MPa and 250 degC are 294 GJ', async () => {
    const { streams } = (await report(1000)).balances[0]!;
    // steam tables: 2943 kJ/kg
    expect(streams[0]!.total).toBeCloseTo(294.3, 0);
    expect(streams[0]!.budget.map(({ name }) => name)).toContain('calibration TT');
  });

  it('a state that cannot be computed is unknown, and the notes say why', async () => {
    const { streams } = (await report(200_000)).balances[0]!;
    expect(streams[0]).toMatchObject({ total: null });
    expect(streams[0]!.notes.join()).toMatch(/IF97: 200 MPa/);
  });
});
