import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enthalpyOfLiquid, enthalpySlopesOfLiquid } from '../../../../config/measures/steam/region-1.ts';
import { enthalpyOfVapour, enthalpySlopesOfVapour } from '../../../../config/measures/steam/region-2.ts';
import { saturationPressure, saturationSlope, saturationTemperature } from '../../../../config/measures/steam/saturation.ts';
import { borderPressure, steamEnthalpy } from '../../../../config/measures/steam/steam-enthalpy.ts';
import { wetSteamEnthalpy, wetSteamSlope } from '../../../../config/measures/steam/wet-steam.ts';

/** Equal to the nine printed digits. */
const printed = (value: number, digits: string) => expect(value.toPrecision(9)).toBe(Number(digits).toPrecision(9));

describe('the check values that IAPWS R7-97(2012) prints', () => {
  it.each([
    [300, 3, '0.115331273e3'],
    [300, 80, '0.184142828e3'],
    [500, 3, '0.975542239e3'],
  ])('table 5, region 1: %d K, %d MPa', (temperatureK, pressureMPa, h) => printed(enthalpyOfLiquid(pressureMPa, temperatureK), h));

  it.each([
    [300, 0.0035, '0.254991145e4'],
    [700, 0.0035, '0.333568375e4'],
    [700, 30, '0.263149474e4'],
  ])('table 15, region 2: %d K, %d MPa', (temperatureK, pressureMPa, h) => printed(enthalpyOfVapour(pressureMPa, temperatureK), h));

  it.each([
    [300, '0.353658941e-2'],
    [500, '0.263889776e1'],
    [600, '0.123443146e2'],
  ])('table 35, saturation pressure at %d K', (temperatureK, p) => printed(saturationPressure(temperatureK), p));

  it.each([
    [0.1, '0.372755919e3'],
    [1, '0.453035632e3'],
    [10, '0.584149488e3'],
  ])('table 36, saturation temperature at %d MPa', (pressureMPa, t) => printed(saturationTemperature(pressureMPa), t));

  it('eq. (5), the border of regions 2 and 3 at 623.15 K: 16.5291643 MPa', () => {
    expect(borderPressure(623.15)).toBeCloseTo(16.5291643, 7);
  });
});

describe('slopes of the enthalpy', () => {
  it.each([
    [300, 3, '0.417301218e1'],
    [300, 80, '0.401008987e1'],
    [500, 3, '0.465580682e1'],
  ])('table 5, isobaric heat capacity, region 1: %d K, %d MPa', (temperatureK, pressureMPa, cp) =>
    printed(enthalpySlopesOfLiquid(pressureMPa, temperatureK).perKelvin, cp),
  );

  it.each([
    [300, 0.0035, '0.191300162e1'],
    [700, 0.0035, '0.208141274e1'],
    [700, 30, '0.103505092e2'],
  ])('table 15, isobaric heat capacity, region 2: %d K, %d MPa', (temperatureK, pressureMPa, cp) =>
    printed(enthalpySlopesOfVapour(pressureMPa, temperatureK).perKelvin, cp),
  );

  it('agree with differences of the values', () => {
    const near = (slope: number, of: (x: number) => number, x: number, step: number) =>
      expect(slope / ((of(x + step) - of(x - step)) / (2 * step))).toBeCloseTo(1, 5);
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 12, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (p, x) => {
        const t = saturationTemperature(p);
        near(saturationSlope(p), saturationTemperature, p, 1e-4 * p);
        near(wetSteamSlope(p, x) + 1e3, (at) => wetSteamEnthalpy(at, x) + 1e3 * at, p, 1e-4 * p);
        near(enthalpySlopesOfLiquid(p, t).perMPa + 10, (at) => enthalpyOfLiquid(at, t) + 10 * at, p, 1e-3 * p);
        near(enthalpySlopesOfVapour(p, t).perMPa, (at) => enthalpyOfVapour(at, t), p, 1e-4 * p);
      }),
      { numRuns: 100 },
    );
  });
});

describe('water and steam', () => {
  it('chooses the region by the saturation pressure', () => {
    expect(steamEnthalpy(3, 300)).toBe(enthalpyOfLiquid(3, 300));
    expect(steamEnthalpy(0.0035, 300)).toBe(enthalpyOfVapour(0.0035, 300));
    expect(steamEnthalpy(30, 700)).toBe(enthalpyOfVapour(30, 700));
  });

  it.each([
    [0, 300],
    [101, 300],
    [1, 273.1],
    [1, 1073.2],
    [25, 640],
    [Number.NaN, 300],
  ])('refuses %d MPa, %d K', (pressureMPa, temperatureK) => {
    expect(() => steamEnthalpy(pressureMPa, temperatureK)).toThrow(RangeError);
  });

  it('wet steam lies between boiling water and dry steam, in proportion', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 16, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (pressureMPa, dryness) => {
        const [liquid, vapour] = [wetSteamEnthalpy(pressureMPa, 0), wetSteamEnthalpy(pressureMPa, 1)];
        expect(vapour).toBeGreaterThan(liquid);
        expect((wetSteamEnthalpy(pressureMPa, dryness) - liquid) / (vapour - liquid)).toBeCloseTo(dryness, 9);
      }),
      { numRuns: 50 },
    );
    expect(() => wetSteamEnthalpy(1, 1.1)).toThrow(RangeError);
    expect(() => wetSteamEnthalpy(17, 0.5)).toThrow(RangeError);
    expect(() => wetSteamEnthalpy(0.0001, 0.5)).toThrow(RangeError);
  });

  it('saturation there and back', () => {
    fc.assert(
      fc.property(fc.double({ min: 273.16, max: 647, noNaN: true }), (temperatureK) => {
        expect(saturationTemperature(saturationPressure(temperatureK))).toBeCloseTo(temperatureK, 6);
      }),
      { numRuns: 50 },
    );
    expect(() => saturationPressure(650)).toThrow(RangeError);
    expect(() => saturationTemperature(23)).toThrow(RangeError);
  });
});
