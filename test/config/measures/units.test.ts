import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ATOMS, SPELLINGS } from '../../../config/measures/atoms.ts';
import { amountPerHour, amountUnitOf, convert, dimensionOf, isConvertible, isUnit } from '../../../config/measures/units.ts';

describe('conversion', () => {
  test.each([
    [1, 'kWh', 'MJ', 3.6],
    [1, 'GJ', 'kWh', 1e6 / 3600],
    [1, 'Gcal', 'GJ', 4.1868],
    [2.5, 'mg/L', 'kg/m3', 0.0025],
    [1, 'µg/L', 'mg/L', 0.001],
    [1, 'mg/m3', 'mg/L', 0.001],
    [1, '万度', 'MWh', 10],
    [3, '%', 'kg/t', 30],
    [36, 'm3/h', 'L/s', 10],
    [1, 'kW', 'MJ/h', 3.6],
    [1, 'MW', 'GJ/h', 3.6],
    [24, 't/d', 'kg/h', 1000],
    [1, 'MPa', 'Pa', 1e6],
    [1, 'tce', 'kgce', 1000],
    [25, 'degC', '℃', 25],
    [0.1, 't', 'kg', 100],
  ])('%d %s is as many %s as %d', (value, from, to, result) => expect(convert(value, from, to)).toBe(result));

  test.each([
    ['m3', 'Nm3'],
    ['Nm3', 'm3@20'],
    ['t', 'm3'],
    ['kWh', 'kgce'],
    ['kW', 'kWh'],
    ['mg/m3', 'mg/Nm3'],
    ['m', 'm3'],
    ['pH', '1'],
    ['degC', '%'],
  ])('%s does not become %s', (from, to) => {
    expect(isConvertible(from, to)).toBe(false);
    expect(() => convert(1, from, to)).toThrow(expect.objectContaining({ code: 'unit.dimension' }));
  });

  test('no text is taken for a unit that it is not', () => {
    for (const text of [
      '',
      '/',
      'm3/',
      'M3',
      'mW',
      'Mg',
      'm3h',
      'kg/',
      '标方',
      'cal',
      'constructor',
      'toString',
      '万',
      'k',
      '吨/',
      '万/h',
    ]) {
      expect(isUnit(text), text).toBe(false);
    }
    expect(() => convert(1, 'KW', 'kW')).toThrow(
      expect.objectContaining({ code: 'unit.unknown', en: '"KW" is no known unit; did you mean kW?' }),
    );
  });

  const units = [...ATOMS.keys()].flatMap((unit) => [unit, `${unit}/h`, `${unit}/m3`, `万${unit}`]);
  test('there and back is the identity, and a detour is the direct way', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...units),
        fc.constantFrom(...units),
        fc.constantFrom(...units),
        fc.integer({ min: -1e9, max: 1e9 }),
        (a, b, c, x) => {
          fc.pre(isConvertible(a, b) && isConvertible(b, c));
          const tolerance = 1e-14 * Math.abs(convert(x, a, c));
          expect(Math.abs(convert(convert(x, a, b), b, a) - x)).toBeLessThanOrEqual(1e-14 * Math.abs(x));
          expect(Math.abs(convert(convert(x, a, b), b, c) - convert(x, a, c))).toBeLessThanOrEqual(tolerance);
        },
      ),
      { numRuns: 200, maxSkipsPerRun: 1000 },
    );
  });

  test('every spelling leads to a unit that is not itself another', () => {
    for (const [spelling, unit] of Object.entries(SPELLINGS)) {
      expect(ATOMS.has(unit), spelling).toBe(true);
      expect(ATOMS.has(spelling), spelling).toBe(false);
      expect(convert(1, spelling, unit), spelling).toBe(1);
    }
  });
});

describe('rates', () => {
  test.each([
    ['m3/h', 'm3', 1],
    ['L/s', 'L', 3600],
    ['kg/min', 'kg', 60],
    ['t/d', 't', 1 / 24],
    ['kW', 'kWh', 1],
    ['MW', 'MWh', 1],
    ['万kW', '万kWh', 1],
    ['Nm3/h', 'Nm3', 1],
    ['GJ/h', 'GJ', 1],
    ['吨/小时', 't', 1],
  ])('%s adds up to %s, %d an hour', (rate, amount, perHour) => {
    expect(amountUnitOf(rate)).toBe(amount);
    expect(amountPerHour(rate)).toBe(perHour);
  });

  test.each(['t', 'mg/L', '%', 'kWh', 'kg/t', 'h'])('%s is no rate', (unit) => {
    expect(amountUnitOf(unit)).toBeNull();
    expect(() => amountPerHour(unit)).toThrow(expect.objectContaining({ code: 'unit.rate' }));
  });
});

test('dimensions in words', () => {
  expect(['t', 'm3/h', 'kW', 'mg/L', 'kg/t', '%', 'GJ/t', 'Nm3', 'm3@20', '1/h'].map(dimensionOf)).toEqual([
    'mass',
    'volume/time',
    'energy/time',
    'mass/volume',
    'ratio',
    'ratio',
    'energy/mass',
    'gas-0C',
    'gas-20C',
    '1/time',
  ]);
});
