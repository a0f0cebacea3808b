import fc from 'fast-check';
import type { RawColumn, SampleBatch } from '../../../collector/sample/batch.ts';
import { REASON_CODE } from '../../../collector/sample/reason.ts';
import { ORIGIN_CODE, type Origin } from '../../../collector/sample/sample.ts';

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('1#锅炉 汽量', 'a\tb', '\\N', '\u2028', 'FT-101'));
const value = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.float({ noDefaultInfinity: true }), fc.constantFrom(-0, 5e-324, 1.5e300));
const sizeOf = (count: number) => ({ minLength: count, maxLength: count });

const raw = (count: number): fc.Arbitrary<RawColumn> =>
  fc.oneof(
    fc.record({ kind: fc.constant('same' as const), text: fc.option(text) }),
    fc.record({ kind: fc.constant('texts' as const), texts: fc.array(fc.option(text), sizeOf(count)) }),
    fc
      .tuple(fc.uint8Array({ minLength: 40, maxLength: 40 }), fc.array(fc.tuple(fc.nat(15), fc.integer({ min: 1, max: 5 })), sizeOf(count)))
      .map(([data, places]) => ({
        kind: 'registers' as const,
        data,
        at: Uint16Array.from(places, ([at]) => 2 * at),
        end: Uint16Array.from(places, ([at, registers]) => 2 * (at + registers)),
      })),
  );

/** Batches of any names, values, reasons and raw columns. */
export const anyBatch: fc.Arbitrary<SampleBatch> = fc.nat(30).chain((count) =>
  fc.record({
    channels: fc.array(text, sizeOf(count)),
    timeMs: fc.integer({ min: -1e12, max: 4e12 }),
    origin: fc.constantFrom(...(Object.keys(ORIGIN_CODE) as Origin[])),
    values: fc.array(value, sizeOf(count)).map((list) => Float64Array.from(list)),
    reasons: fc.array(fc.constantFrom(...Object.values(REASON_CODE)), sizeOf(count)).map((list) => Uint8Array.from(list)),
    raw: raw(count),
  }),
);
