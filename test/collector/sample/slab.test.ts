import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Slab } from '../../../collector/sample/slab.ts';

it('columns cut from slabs begin with zeros and never share a place', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 12 }), (counts) => {
      const slab = new Slab();
      const cut = counts.map((count, at) => {
        const { values, reasons } = slab.cut(count);
        expect([values.length, reasons.length]).toEqual([count, count]);
        expect(values.every((value) => value === 0) && reasons.every((reason) => reason === 0)).toBe(true);
        values.fill(at + 1);
        reasons.fill(at + 1);
        return { values, reasons };
      });
      for (const [at, { values, reasons }] of cut.entries()) {
        expect(values.every((value) => value === at + 1) && reasons.every((reason) => reason === at + 1)).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});
