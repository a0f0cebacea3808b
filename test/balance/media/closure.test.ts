import { describe, expect, it } from 'vitest';
import { closurePercent, verdictOf } from '../../../balance/media/closure.ts';

const tolerance = { percent: 5 };

describe('verdicts', () => {
  // entering 1000, so 5 % is 50; U is 2u
  it.each([
    ['closed', { imbalance: 30, u: 20, tolerance }],
    ['closed', { imbalance: -40, u: 25, tolerance }],
    ['closed-blind', { imbalance: 30, u: 26, tolerance }],
    ['closed-with-detectable-bias', { imbalance: -30, u: 10, tolerance }],
    ['open-significant', { imbalance: 60, u: 20, tolerance }],
    ['open-significant', { imbalance: -120, u: 55, tolerance }],
    ['open-not-significant', { imbalance: 60, u: 40, tolerance }],
    ['closed', { imbalance: 60, u: 40, tolerance: null }],
    ['open-significant', { imbalance: 1, u: 0.4, tolerance: null }],
    ['incomplete', { imbalance: null, u: null, tolerance }],
    ['incomplete', { imbalance: 3, u: null, tolerance }],
    ['by-difference', { imbalance: 0, u: null, tolerance, byDifference: true }],
    ['by-difference', { imbalance: 3, u: 2, tolerance, byDifference: true }],
    ['open-significant', { imbalance: 90, u: 2, tolerance, byDifference: true }],
    ['incomplete', { imbalance: null, u: null, tolerance, byDifference: true }],
  ] as const)('%s: %o', (verdict, given) => {
    expect(verdictOf({ entering: 1000, byDifference: false, ...given })).toBe(verdict);
  });

  // San Francisco PUC's audited supply: meters of 1.3 % leave ± 11 % on the loss; a balance that looks closed proves nothing
  it('a balance whose uncertainty exceeds the tolerance is blind, not closed', () => {
    expect(verdictOf({ imbalance: 1, u: 60, entering: 1000, byDifference: false, tolerance })).toBe('closed-blind');
  });

  it('has no percentage where nothing enters', () => {
    expect(closurePercent({ imbalance: 5, entering: 0 })).toBeNull();
    expect(closurePercent({ imbalance: null, entering: 10 })).toBeNull();
    expect(closurePercent({ imbalance: -5, entering: 200 })).toBe(-2.5);
  });
});
