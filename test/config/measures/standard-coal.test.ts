import { describe, expect, test } from 'vitest';
import { KJ_PER_KGCE, standardCoalFactor, standardCoalIds } from '../../../config/measures/standard-coal.ts';
import { convert } from '../../../config/measures/units.ts';

const IN_2015 = Date.parse('2015-06-01T00:00:00+08:00');
const LAST_OF_2008 = Date.parse('2021-03-31T23:59:59.999+08:00');
const FIRST_OF_2020 = Date.parse('2021-04-01T00:00:00+08:00');

describe('factors of GB/T 2589-2008 as DB43/T 612-2015 and JJF 1356-2012 print them', () => {
  test.each([
    ['raw-coal', 'kg', 0.7143],
    ['coke', 'kg', 0.9714],
    ['diesel', 'kg', 1.4571],
    ['lpg', 'kg', 1.7143],
    ['gasfield-gas', 'm3', 1.2143],
    ['heat', 'MJ', 0.03412],
    ['electricity', 'kWh', 0.1229],
  ])('%s per %s is %d by calorific value', (id, per, calorific) => {
    expect(standardCoalFactor(id, IN_2015)).toMatchObject({ per, calorific, status: 'confirmed', edition: 'GB/T 2589-2008' });
  });

  test('calorific and equivalent value of electricity stand apart', () => {
    expect(standardCoalFactor('electricity', IN_2015)).toMatchObject({ calorific: 0.1229, equivalent: 0.404 });
    expect(standardCoalFactor('electricity', FIRST_OF_2020)).toMatchObject({ calorific: 0.1229, equivalent: null, status: 'to-confirm' });
  });

  test('fresh water triples at the change of editions, at Beijing midnight', () => {
    expect(standardCoalFactor('fresh-water', LAST_OF_2008)).toMatchObject({ calorific: null, equivalent: 0.0857 });
    expect(standardCoalFactor('fresh-water', FIRST_OF_2020)).toMatchObject({ calorific: null, equivalent: 0.2571, status: 'to-confirm' });
  });

  test('a printed range is no value', () => {
    expect(standardCoalFactor('coal-slurry', IN_2015)).toMatchObject({ calorific: null, equivalent: null, range: [0.2857, 0.4286] });
  });

  test('whatever is to be confirmed says why', () => {
    for (const id of standardCoalIds()) {
      const { status, reason, source, calorific, equivalent, range } = standardCoalFactor(id, FIRST_OF_2020);
      expect(status).toBe('to-confirm');
      expect(reason?.zh).toMatch(/\p{Script=Han}/u);
      expect(source.length).toBeGreaterThan(5);
      expect(calorific ?? equivalent ?? range, id).not.toBeNull();
    }
  });
});

test('1 kWh is 3,600 kJ: its printed factor is the rounded quotient', () => {
  expect(convert(1, 'kWh', 'kJ') / KJ_PER_KGCE).toBeCloseTo(0.1229, 3);
  expect(convert(1, 'MJ', 'kJ') / KJ_PER_KGCE).toBeCloseTo(0.03412, 5);
});

test('the factor of raw coal is its printed calorific value, in kgce', () => {
  expect(standardCoalFactor('raw-coal', IN_2015).calorific! * KJ_PER_KGCE).toBeCloseTo(20_934, 0);
});

test('unknown ids and dates before the first edition are refused', () => {
  expect(() => standardCoalFactor('disel', IN_2015)).toThrow(
    expect.objectContaining({ code: 'standard-coal.unknown', en: expect.stringContaining('"diesel"') as string }),
  );
  expect(() => standardCoalFactor('diesel', 0)).toThrow(expect.objectContaining({ code: 'standard-coal.date' }));
});
