import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covariance, product, quantity, scaled, standardUncertainty, sum } from '../../../balance/window/quantity.ts';

const part = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.double({ min: -10, max: 10, noNaN: true }));
const quantities = fc
  .tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.array(part, { maxLength: 5 }))
  .map(([value, parts]) => quantity(value, parts));

describe('quantities with shared sources', () => {
  // GUM 5.2.2 note 1: ten resistors calibrated against one standard, u(Rs) = 100 mΩ, in series: u = 10 × 100 mΩ = 1 Ω, not √10 × 0.1
  it('adds fully correlated parts linearly', () => {
    const resistor = quantity(1000, [['standard', 0.1]]);
    expect(standardUncertainty(sum(Array.from({ length: 10 }, () => resistor)))).toBeCloseTo(1, 12);
  });

  it('adds independent parts in quadrature', () => {
    expect(standardUncertainty(sum([quantity(1, [['a', 3]]), quantity(2, [['b', 4]])]))).toBe(5);
  });

  it('u²(a ± b) = u²(a) + u²(b) ± 2 cov(a, b)', () => {
    fc.assert(
      fc.property(quantities, quantities, fc.constantFrom(1, -1), (a, b, sign) => {
        const both = standardUncertainty(sum([a, scaled(b, sign)])) ** 2;
        const expected = standardUncertainty(a) ** 2 + standardUncertainty(b) ** 2 + 2 * sign * covariance(a, b);
        expect(both).toBeCloseTo(expected, 6);
      }),
    );
  });

  it('a product has the relative uncertainties in quadrature', () => {
    const load = product(quantity(200, [['flow', 2]]), quantity(0.05, [['content', 0.001]]));
    expect(load.value).toBe(10);
    expect(standardUncertainty(load) / load.value).toBeCloseTo(Math.hypot(0.01, 0.02), 12);
  });

  it('a difference from itself is exactly nothing', () => {
    fc.assert(
      fc.property(quantities, (a) => {
        expect(standardUncertainty(sum([a, scaled(a, -1)]))).toBe(0);
      }),
    );
  });

  it('an unknown source stays unknown, except where nothing of it is taken', () => {
    const blind = quantity(5, [['calibration X', Number.POSITIVE_INFINITY]]);
    expect(standardUncertainty(sum([blind, quantity(1)]))).toBe(Number.POSITIVE_INFINITY);
    expect(standardUncertainty(scaled(blind, 0))).toBe(0);
  });
});
