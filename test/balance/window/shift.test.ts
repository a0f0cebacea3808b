import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHIFT_CRITICAL, shiftStatistic } from '../../../balance/window/shift.ts';
import { normal, uniform } from '../network/random.ts';

const WINDOWS = 1500;
const gauss = normal(uniform(20260301));
/** 72 hours of a load: what is meant by `level`, and scatter of variance 1 whose hours follow each other with autocorrelation `phi`. */
function hours(phi: number, level: (hour: number) => number): number[] {
  let rest = gauss();
  return Array.from({ length: 72 }, (_, hour) => {
    rest = phi * rest + Math.sqrt(1 - phi * phi) * gauss();
    return level(hour) + rest;
  });
}
const unsteady = (phi: number, level: (hour: number) => number, windows: number) => {
  let count = 0;
  for (let w = 0; w < windows; w += 1) if (shiftStatistic(hours(phi, level)) > SHIFT_CRITICAL) count += 1;
  return count / windows;
};

describe('whether a load leaves its level', () => {
  it.each([0, 0.5, 0.8])('a level with scatter of autocorrelation %d is steady but for one window of twenty', (phi) => {
    expect(unsteady(phi, () => 100, WINDOWS)).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / WINDOWS));
  });

  it.each([5, 9, 24, 31])('a wave of %d h around one level is a plant that breathes, not one that changes', (period) => {
    for (let phase = 0; phase < 6; phase += 1)
      expect(shiftStatistic(hours(0, (hour) => 100 + 10 * Math.sin((2 * Math.PI * hour) / period + phase))), `phase ${phase}`).toBeLessThan(
        SHIFT_CRITICAL,
      );
  });

  it.each([
    ['a ramp of four standard deviations', (hour: number) => (4 * hour) / 72],
    ['a step of three', (hour: number) => (hour < 40 ? 0 : 3)],
    ['eight hours five lower', (hour: number) => (hour >= 30 && hour < 38 ? -5 : 0)],
  ])('%s is seen nearly always', (_, level) => {
    expect(unsteady(0, level, 200)).toBeGreaterThan(0.95);
  });

  it('does not change with unit or offset; what does not vary or is too short has none; unknown hours are left out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 12, maxLength: 30 }),
        fc.integer({ min: 1, max: 99 }),
        (values, scale) => {
          const one = shiftStatistic(values);
          const other = shiftStatistic(values.map((value) => 7 + scale * value));
          expect(Math.abs(other - one)).toBeLessThanOrEqual(1e-6 * (1 + one));
          expect(shiftStatistic([...values.slice(0, 5), Number.NaN, ...values.slice(5)])).toBe(one);
        },
      ),
      { numRuns: 60 },
    );
    expect(shiftStatistic(Array(72).fill(5))).toBe(0);
    expect(shiftStatistic([1, 2, 3])).toBe(0);
  });

  it('a straight line worked by hand', () => {
    // 0…11 with rests of ±1 in turn: b = 143/143 + Σc·(±1)/143; c = −5.5…5.5
    const values = Array.from({ length: 12 }, (_, k) => k + (k % 2 === 0 ? 1 : -1));
    const c = values.map((_, k) => k - 5.5);
    const b = c.reduce((sum, one, k) => sum + one * values[k]!, 0) / 143;
    const mean = values.reduce((sum, value) => sum + value, 0) / 12;
    const rests = values.map((value, k) => value - mean - b * c[k]!);
    const s2 = rests.reduce((sum, rest) => sum + rest * rest, 0) / 10;
    // rests in turn follow each other negatively: taken as independent
    expect(shiftStatistic(values)).toBeGreaterThanOrEqual(b / Math.sqrt(s2 / 143) - 1e-9);
  });
});
