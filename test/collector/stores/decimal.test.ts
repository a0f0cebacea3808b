import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MOST_DECIMAL_BYTES, putDecimal, putTime } from '../../../collector/stores/decimal.ts';

const into = new DataView(new ArrayBuffer(3 * MOST_DECIMAL_BYTES));

/** What is written in the middle of a page, checked to leave alone what stands before it and too far behind it. */
function written(put: (view: DataView, at: number, value: number) => number, value: number): string {
  const page = new Uint8Array(into.buffer).fill(35);
  const end = put(into, MOST_DECIMAL_BYTES, value);
  expect(page.subarray(0, MOST_DECIMAL_BYTES).every((byte) => byte === 35)).toBe(true);
  expect(page.subarray(2 * MOST_DECIMAL_BYTES).every((byte) => byte === 35)).toBe(true);
  return Buffer.from(page.subarray(MOST_DECIMAL_BYTES, end)).toString('latin1');
}

const finite = { noNaN: true, noDefaultInfinity: true } as const;
const meterLike = fc
  .tuple(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.nat({ max: 9 }))
  .map(([digits, decimals]) => digits / 10 ** decimals);
const number = fc.oneof(
  fc.double(finite),
  fc.float(finite),
  fc.float({ ...finite, min: -10_000, max: 10_000 }),
  fc.integer({ min: 0, max: 0x7f7f_ffff }).map((bits) => new Float32Array(Uint32Array.of(bits).buffer)[0]!),
  fc.maxSafeInteger(),
  meterLike,
);

it('reads back as the same number, in at most seventeen digits where it did not come from the language itself', () => {
  fc.assert(
    fc.property(number, (value) => {
      const text = written(putDecimal, value);
      expect(Number(text) === value).toBe(true);
      if (text !== String(value)) expect(text).toMatch(/^-?(?=(?:\D*\d){1,18}$)\d+\.\d*[1-9]$/);
    }),
    { numRuns: 20_000 },
  );
});

it('writes what people would write', () => {
  const cases = [0, -0, 0.5, -12.25, 10, 99_999_999, 100_000_000, 123_456_789.12, 1e15, 1e16, 1e21, 0.1, 1e-7, 1234.567891, 16_777_216.5];
  for (const value of cases) expect(written(putDecimal, value)).toBe(String(value));
  expect(written(putDecimal, Math.fround(10.1))).toBe('10.100000381469727');
});

it('every bit of a 32-bit float counts', () => {
  for (let bits = 0x3d80_0000; bits < 0x4b00_0000; bits += 9973) {
    const value = new Float32Array(Uint32Array.of(bits).buffer)[0]!;
    if (Number(written(putDecimal, value)) !== value) throw new Error(`${value} (${bits.toString(16)})`);
  }
});

it('writes times of any year', () => {
  const timeMs = fc.oneof(fc.integer({ min: -8.64e15, max: 8.64e15 }), fc.integer({ min: 9e11, max: 1.1e13 }));
  fc.assert(
    fc.property(timeMs, (time) => {
      expect(written(putTime, time)).toBe(String(time));
    }),
  );
});
