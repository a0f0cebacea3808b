import fc from 'fast-check';
import { expect, it } from 'vitest';
import { netAsReceived } from '../../../config/measures/heat-value.ts';

it('puts an air-dried and a dry value on the basis as received, worked by hand', () => {
  // (25 000 + 23·2) × 92 ÷ 98 − 23·8 = 23 328.73…
  expect(netAsReceived(25_000, 'net-air-dried', 8, 2).kjPerKg).toBeCloseTo(25_046 * (92 / 98) - 184, 9);
  expect(netAsReceived(26_000, 'net-dry', 10, 2).kjPerKg).toBeCloseTo(26_000 * 0.9 - 230, 9);
  expect(netAsReceived(20_000, 'net-as-received', 30, 2)).toEqual({ kjPerKg: 20_000, perStated: 1, perMoisturePercent: 0 });
});

it('a sample that was not dried at all is as received', () => {
  expect(netAsReceived(21_000, 'net-air-dried', 7.5, 7.5).kjPerKg).toBeCloseTo(21_000, 9);
});

it('states the slopes that differences show', () => {
  const percent = fc.double({ min: 0, max: 60, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: 5_000, max: 35_000, noNaN: true }), percent, percent, (q, total, analysed) => {
      const at = (value: number, moisture: number) => netAsReceived(value, 'net-air-dried', moisture, analysed);
      const { perStated, perMoisturePercent } = at(q, total);
      expect(perStated).toBeCloseTo((at(q + 1, total).kjPerKg - at(q - 1, total).kjPerKg) / 2, 6);
      expect(
        (perMoisturePercent / (at(q, total + 0.5).kjPerKg - at(q, total - 0.5 < 0 ? 0 : total - 0.5).kjPerKg)) *
          (total < 0.5 ? total + 0.5 : 1),
      ).toBeCloseTo(1, 6);
    }),
  );
});

it.each([-1, 100, Number.NaN])('refuses a moisture of %d %%', (moisture) => {
  expect(() => netAsReceived(20_000, 'net-dry', moisture, 0)).toThrow(RangeError);
});
