import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenPrice, slicesOf, weightedPrice } from '../../../../balance/media/losses/tariff.ts';
import { type Price, priceSchema } from '../../../../config/plant/prices.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const price = (fields: object): Price => priceSchema.parse({ medium: 'power', from: '2026-01-01', per: 'kWh', source: 's', ...fields });
const periods = [
  { kind: 'peak', value: 0.9, hours: ['08:30-11:30', '17:00-21:00'] },
  { kind: 'valley', value: 0.3, hours: ['00:00-08:00'] },
  { kind: 'flat', value: 0.6 },
];
const dayPrice = (7 * 0.9 + 8 * 0.3 + 9 * 0.6) / 24;

describe('prices by the hours of the day', () => {
  it('fill the day once, in order', () => {
    const slices = slicesOf(price({ periods }));
    expect(slices.map(({ fromMinute }) => fromMinute)).toEqual([0, 480, 510, 690, 1020, 1260]);
    expect(slices.reduce((minutes, { fromMinute, toMinute }) => minutes + toMinute - fromMinute, 0)).toBe(1440);
  });

  it('three days cost what one does, in the plant offset', () => {
    expect(evenPrice([price({ periods })], { fromMs: T0, toMs: T0 + 72 * HOUR }, 480)).toBeCloseTo(dayPrice, 12);
    // half past eight to half past nine: peak; in another offset it is night
    const hour = { fromMs: T0 + 8.5 * HOUR, toMs: T0 + 9.5 * HOUR };
    expect(evenPrice([price({ periods })], hour, 480)).toBeCloseTo(0.9, 12);
    expect(evenPrice([price({ periods })], hour, 0)).toBeCloseTo(0.3, 12);
  });

  it('follow their dates; a stretch without a price has none', () => {
    const two = [price({ value: 1, to: '2026-03-02' }), price({ value: 3, from: '2026-03-02', to: '2026-03-03' })];
    expect(evenPrice(two, { fromMs: T0 + 12 * HOUR, toMs: T0 + 36 * HOUR }, 480)).toBeCloseTo(2, 12);
    expect(evenPrice(two, { fromMs: T0, toMs: T0 + 49 * HOUR }, 480)).toBeNull();
  });

  it('weigh by what passed: night work is cheap', () => {
    const course = (at: (hour: number) => number) =>
      Array.from({ length: 24 }, (_, h) => ({ fromMs: T0 + h * HOUR, toMs: T0 + (h + 1) * HOUR, amount: at(h), coveredHours: 1 }));
    const day = { fromMs: T0, toMs: T0 + 24 * HOUR };
    const of = (at: (hour: number) => number) => weightedPrice([price({ periods })], day, 480, course(at))!;
    expect(of((h) => (h < 8 ? 5 : 0))).toBeCloseTo(0.3, 12);
    expect(of((h) => (h === 1 ? 3 : h === 18 ? 1 : 0))).toBeCloseTo((3 * 0.3 + 0.9) / 4, 12);
    expect(of(() => 7)).toBeCloseTo(dayPrice, 12);
    expect(of(() => Number.NaN)).toBeCloseTo(dayPrice, 12);
  });

  it('of any span lies between the cheapest and the dearest, and joins up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (start, length, share) => {
          const span = { fromMs: T0 + start * 60_000, toMs: T0 + (start + length) * 60_000 };
          const whole = evenPrice([price({ periods })], span, 480)!;
          expect(whole).toBeGreaterThanOrEqual(0.3 - 1e-9);
          expect(whole).toBeLessThanOrEqual(0.9 + 1e-9);
          const cut = span.fromMs + Math.round((span.toMs - span.fromMs) * share);
          if (cut === span.fromMs || cut === span.toMs) return;
          const [a, b] = [
            evenPrice([price({ periods })], { ...span, toMs: cut }, 480)!,
            evenPrice([price({ periods })], { ...span, fromMs: cut }, 480)!,
          ];
          expect((a * (cut - span.fromMs) + b * (span.toMs - cut)) / (span.toMs - span.fromMs)).toBeCloseTo(whole, 9);
        },
      ),
      { numRuns: 50 },
    );
  });
});
