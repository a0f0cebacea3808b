import { describe, expect, it } from 'vitest';
import { pollutants } from '../../../config/measures/pollutants.ts';
import { dimensionOf } from '../../../config/measures/units.ts';

describe('pollutant codes', () => {
  it.each([
    ['w00000', 'B01', 'L/s', 'm3'],
    ['w01018', '011', 'mg/L', 'kg'],
    ['w21003', '060', 'mg/L', 'kg'],
    ['w20117', '024', 'ug/L', 'g'],
    ['w20111', '020', 'ug/L', 'g'],
    ['w20119', '026', 'ug/L', 'g'],
    ['w20120', '027', 'ug/L', 'g'],
    ['w20115', '022', 'ug/L', 'g'],
    ['w20116', '023', 'mg/L', 'kg'],
    ['w20121', '028', 'mg/L', 'kg'],
    ['a00000', 'B02', 'm3/s', 'm3'],
    ['a21026', '02', 'mg/m3', 'kg'],
    ['a21002', '03', 'mg/m3', 'kg'],
    ['a34013', '01', 'mg/m3', 'kg'],
  ])('%s was %s, in %s, its amount in %s', (code, code2005, unit, amountUnit) => {
    expect(pollutants().get(code)).toMatchObject({ code2005, unit, amountUnit });
  });

  it('have units that belong together', () => {
    expect(pollutants().size).toBeGreaterThan(150);
    for (const { code, zh, unit, amountUnit } of pollutants().values()) {
      expect(zh, code).not.toBe('');
      expect([dimensionOf(unit), dimensionOf(amountUnit)], code).toBeOneOf([
        ['mass/volume', 'mass'],
        ['volume/time', 'volume'],
      ]);
    }
  });

  it('leave out what the standard prints without a mass, or wrongly', () => {
    for (const code of ['w01001', 'a21001', 'a19001', 'w01010']) expect(pollutants().has(code)).toBe(false);
  });
});
