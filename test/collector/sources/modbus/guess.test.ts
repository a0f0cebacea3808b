import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteOrder } from '../../../../collector/sources/modbus/decode.ts';
import { guesses, type Registers, textIn } from '../../../../collector/sources/modbus/guess.ts';
import { BYTE_ORDERS, MODBUS_TYPES } from '../../../../config/plant/reads.ts';

const registers = (words: Buffer, more: Partial<Registers> = {}): Registers => ({ table: 'holding', address: 10, base: 0, words, ...more });
const inOrder = (bigEndian: Buffer, order: ByteOrder): Buffer =>
  Buffer.from([...order].map((letter) => bigEndian[letter.charCodeAt(0) - 65] as number));
const float = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return bytes;
};
const integer = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const orders = fc.constantFrom<ByteOrder>('ABCD', 'CDAB', 'BADC', 'DCBA');

describe('guesses', () => {
  it('puts the reading first that gives what the face shows, whatever the order', () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(0.01), max: 1e6, noNaN: true }), orders, (value, order) => {
        const [first] = guesses([registers(inOrder(float(value), order))], { value });
        expect(first).toMatchObject({ value: Number(value.toPrecision(15)), plausible: true });
        expect(guesses([registers(inOrder(float(value), order))], { value })).toContainEqual(
          expect.objectContaining({ type: 'float32', order, scale: 1, plausible: true }),
        );
      }),
    );
  });

  it('calls nothing plausible that is further than a twentieth from what the face shows', () => {
    const plausible = (shown: number) => guesses([registers(float(100))], { value: shown }).filter((one) => one.plausible);
    expect(plausible(104).map(({ type, value }) => [type, value])).toContainEqual(['float32', 100]);
    expect(plausible(107)).toEqual([]);
  });

  it('finds a decimal point that an integer leaves out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100_000, max: 9_999_999 }), orders, fc.constantFrom(0.1, 0.01, 0.001), (raw, order, scale) => {
        const value = raw * scale;
        const [first] = guesses([registers(inOrder(integer(raw), order))], { value });
        expect(first!.value).toBeCloseTo(value, 6);
      }),
    );
  });

  it('lists each type, order and base once, garbage last', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
        const list = guesses([registers(Buffer.from(bytes)), registers(Buffer.from(bytes), { base: 1, address: 9 })], null);
        const keys = list.map(({ type, order, base, scale }) => `${type} ${order} ${base} ${scale}`);
        expect(new Set(keys).size).toBe(keys.length);
        const firstGarbage = list.findIndex(({ value }) => value === null);
        if (firstGarbage >= 0) expect(list.slice(firstGarbage).every(({ value }) => value === null)).toBe(true);
      }),
    );
  });

  it('tries every type of number that the plant file knows, in every byte order, at every point that an integer may leave out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.boolean(), (count, bytes, known) => {
        const list = guesses([registers(Buffer.from(bytes).subarray(0, 2 * count))], known ? { value: 7 } : null);
        const due = Object.entries(MODBUS_TYPES).flatMap(([type, wide]) =>
          type === 'bit' || type === 'string' || wide > count
            ? []
            : BYTE_ORDERS.filter((order) => order.length === 2 * wide).map((order) => `${type} ${order}`),
        );
        expect(new Set(list.map(({ type, order }) => `${type} ${order}`))).toEqual(new Set(due));
        for (const { type, order, value } of list) {
          const scales = list.filter((one) => one.type === type && one.order === order).map(({ scale }) => scale);
          const pointed = /^(float|pair|u?scaled)/.test(type);
          const all = known && !pointed && value !== null && value !== 0;
          expect(scales.sort((a, b) => b - a)).toEqual(all ? [1, 0.1, 0.01, 0.001] : [1]);
        }
      }),
    );
  });

  it('calls plausible what is within a twentieth of the known value or within the range, and nothing else, and puts it first, the nearest foremost', () => {
    const ranges = fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 60_000 }));
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        fc.integer({ min: -20_000, max: 20_000 }),
        ranges,
        (bytes, shown, [low, width]) => {
          const off = (value: number | null) =>
            value === null ? Number.POSITIVE_INFINITY : Math.abs(value - shown) / Math.max(Math.abs(shown), 1e-9);
          const known = guesses([registers(Buffer.from(bytes))], { value: shown });
          for (const { value, plausible } of known) expect(plausible).toBe(off(value) <= 0.05);
          // Those that differ in the fourth digit of the distance alone are equally far.
          for (const [at, { value }] of known.entries())
            if (at > 0) expect(off(value)).toBeGreaterThanOrEqual(off(known[at - 1]!.value) * 0.98);
          const list = guesses([registers(Buffer.from(bytes))], { range: [low, low + width] });
          for (const { value, plausible } of list) {
            const inside = value !== null && value >= low && value <= low + width && (value === 0 || Math.abs(value) >= 1e-6 * width);
            // Outside by less than can be told is as good as inside.
            if (inside || value === null || Math.min(Math.abs(value - low), Math.abs(value - low - width)) > 1e-6)
              expect(plausible).toBe(inside);
          }
          expect(list.map(({ plausible }) => plausible)).toEqual(
            list.map(({ plausible }) => plausible).sort((a, b) => Number(b) - Number(a)),
          );
        },
      ),
    );
  });

  it('shows no value of 10 to the minus 315 as one of a range from 0', () => {
    const floats = registers(Buffer.from('429b666600000000', 'hex'));
    const likely = guesses([floats], { range: [0, 100] }).filter(({ plausible }) => plausible);
    expect(likely[0]).toMatchObject({ type: 'float32', order: 'ABCD', value: expect.closeTo(77.7, 4) });
    expect(likely.every(({ value }) => value === 0 || Math.abs(value as number) > 1e-4)).toBe(true);
  });

  it('knows the mains voltage by its range, not by its neighbours', () => {
    const there = registers(Buffer.concat([inOrder(float(231.4), 'CDAB'), float(0)]));
    const before = registers(Buffer.concat([Buffer.from([0, 0]), inOrder(float(231.4), 'CDAB'), Buffer.from([0, 0])]), {
      base: 1,
      address: 9,
    });
    expect(guesses([before, there], { range: [198, 242] })[0]).toMatchObject({ type: 'float32', order: 'CDAB', base: 0, address: 10 });
  });

  it('without anything known, prefers what an instrument shows', () => {
    expect(guesses([registers(inOrder(float(12.5), 'ABCD'))], null)[0]).toMatchObject({ type: 'float32', order: 'ABCD', value: 12.5 });
    expect(guesses([registers(Buffer.from([0x01, 0x41]))], null)[0]).toMatchObject({ type: 'uint16', order: 'AB', value: 321 });
    // From a thousandth to ten million, of either sign.
    const plausible = (value: number) =>
      guesses([registers(float(value))], null).some((one) => one.type === 'float32' && one.order === 'ABCD' && one.plausible);
    for (const value of [0, 0.0011, -0.0011, 1, -230.5, 1e7]) expect(plausible(value)).toBe(true);
    for (const value of [0.0009, -1e-9, 1.01e7, -3e20]) expect(plausible(value)).toBe(false);
    expect(guesses([registers(integer(1234))], null).find(({ type, order }) => type === 'int32' && order === 'ABCD')).toMatchObject({
      plausible: true,
    });
  });

  it('shows text in the order of its pairs that the zero behind it tells, and nothing that is none', () => {
    const text = fc.stringMatching(/^[!-~][ -~]{0,10}[!-~]$/);
    fc.assert(
      fc.property(text, (written) => {
        const words = Buffer.alloc(14);
        words.write(written, 'latin1');
        expect(textIn(words)).toBe(written);
        if (written.length % 2 === 1) expect(textIn(Buffer.from(words).swap16())).toBe(`${written} (BA)`);
      }),
    );
    for (const none of [
      [0x41, 0],
      [0, 0x41],
      [0x01, 0x41],
      [0xb0, 0x43, 0, 0],
      [0, 0],
    ])
      expect(textIn(Buffer.from(none))).toBeNull();
  });
});
