import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteOrder } from '../../../../collector/sources/modbus/decode.ts';
import { guesses, type Registers } from '../../../../collector/sources/modbus/guess.ts';

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
  });
});
