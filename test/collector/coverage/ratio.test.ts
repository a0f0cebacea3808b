import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../../collector/coverage/cell.ts';
import { coverageRatio, reaches } from '../../../collector/coverage/ratio.ts';

describe('coverageRatio', () => {
  it('is n ÷ N × 100, unrounded, and null with nothing required', () => {
    expect(coverageRatio(18, 19)).toBeCloseTo(94.7368421, 6);
    expect(coverageRatio(0, 7)).toBe(0);
    expect(coverageRatio(0, 0)).toBeNull();
  });
  it('refuses more fitted than required, and what is no count', () => {
    expect(() => coverageRatio(5, 4)).toThrow(RangeError);
    expect(() => coverageRatio(1, 0)).toThrow(RangeError);
    expect(() => coverageRatio(0.5, 4)).toThrow(RangeError);
    expect(() => coverageRatio(-1, 4)).toThrow(RangeError);
  });
});

describe('reaches', () => {
  it('agrees with whole-number arithmetic for every n, N and threshold', () => {
    const counts = fc.tuple(fc.nat(5000), fc.integer({ min: 1, max: 5000 })).filter(([n, N]) => n <= N);
    fc.assert(
      fc.property(counts, fc.nat(100), ([n, N], threshold) => {
        expect(reaches(n, N, threshold)).toBe(BigInt(n) * 100n >= BigInt(threshold) * BigInt(N));
      }),
    );
  });
  it('holds exactly at the threshold, where floating point does not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 200 }), (threshold, k) => {
        expect(reaches(threshold * k, 100 * k, threshold)).toBe(true);
        expect(reaches(threshold * k - 1, 100 * k, threshold)).toBe(false);
      }),
    );
    expect(reaches(1, 3, 33.333333)).toBe(true);
    expect(reaches(1, 3, 33.333334)).toBe(false);
  });
});

describe('verdictOf', () => {
  it('tells — , ※ and N = 0 apart', () => {
    expect(verdictOf(0, 3, '—', undefined).verdict).toBe('no-requirement');
    expect(verdictOf(3, 3, '※', undefined).verdict).toBe('needs-office-value');
    expect(verdictOf(0, 3, '※', 0).verdict).toBe('pass');
    expect(verdictOf(0, 0, '※', undefined).verdict).toBe('not-applicable');
    expect(verdictOf(0, 0, 100, undefined)).toEqual({ ratio: null, threshold: 100, verdict: 'not-applicable' });
  });
});
