import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteOrder, bitField, decode, decodeText, type NumberType, registersOf } from '../../../../collector/sources/modbus/decode.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('decode', () => {
  // Bytes of IEEE 754 values as any converter prints them; 123456.0 is 47 f1 20 00, -118.625 is c2 ed 40 00.
  it.each<[string, NumberType, ByteOrder | undefined, number | null]>([
    ['47f1 2000', 'float32', undefined, 123_456],
    ['47f1 2000', 'float32', 'ABCD', 123_456],
    ['2000 47f1', 'float32', 'CDAB', 123_456],
    ['f147 0020', 'float32', 'BADC', 123_456],
    ['0020 f147', 'float32', 'DCBA', 123_456],
    ['c2ed 4000', 'float32', undefined, -118.625],
    ['400921fb54442d18', 'float64', undefined, Math.PI],
    ['2d18 5444 21fb 4009', 'float64', 'GHEFCDAB', Math.PI],
    ['0940 fb21 4454 182d', 'float64', 'BADCFEHG', Math.PI],
    ['182d 4454 fb21 0940', 'float64', 'HGFEDCBA', Math.PI],
    ['fffe', 'int16', undefined, -2],
    ['feff', 'int16', 'BA', -2],
    ['fffe', 'uint16', undefined, 65_534],
    ['ffff fffe', 'int32', undefined, -2],
    ['fffe ffff', 'int32', 'CDAB', -2],
    ['ffff fffe', 'uint32', undefined, 4_294_967_294],
    ['0000 0000 0001 e240', 'uint64', undefined, 123_456],
    ['ffff ffff ffff fffe', 'int64', undefined, -2],
    ['1234', 'bcd16', undefined, 1234],
    ['5678 1234', 'bcd32', 'CDAB', 12_345_678],
    ['0000 0012 3456 7890', 'bcd64', undefined, 1_234_567_890],
    ['3039 0012 d687', 'mod10k48', undefined, null],
    ['0001 0929 2694', 'mod10k48', undefined, 123_459_876],
    ['270f 270f', 'mod10k32', undefined, 99_999_999],
    ['2710 0000', 'mod10k32', undefined, null],
    ['2694 0929 0001 0000', 'mod10k64', 'GHEFCDAB', 123_459_876],
    ['3039 fffe', 'pair32', undefined, 123.45],
    ['fffe 3039', 'pair32', 'CDAB', 123.45],
    ['cfc7 0003', 'pair32', undefined, -12_345_000],
    ['0001 e240 fffd', 'pair48', undefined, 123.456],
    ['fffd 0001 e240', 'pair48', 'EFABCD', 123.456],
    ['fe01 e240', 'uscaled32', undefined, 1234.56],
    ['03ff ffff', 'scaled32', undefined, -1000],
    ['03ff ffff', 'uscaled32', undefined, 16_777_215_000],
    // A device without a value writes the lowest power of ten; taken as one it would be 0.
    ['3039 8000', 'pair32', undefined, null],
    ['0001 e240 8000', 'pair48', undefined, null],
    ['8080 0000', 'scaled32', undefined, null],
    ['8000 0000', 'uscaled32', undefined, null],
    ['0001 ffee', 'pair32', undefined, 1e-18],
    ['0001 ffed', 'pair32', undefined, null],
    ['0001 0012', 'pair32', undefined, 1e18],
    ['0001 0013', 'pair32', undefined, null],
    ['12a4', 'bcd16', undefined, null],
    // Digits that a number could have as its exponent.
    ['12e4', 'bcd16', undefined, null],
    ['ffff ffff ffff f800', 'uint64', undefined, 2 ** 64 - 2048],
    ['0000 1e05', 'bcd32', undefined, null],
    ['7fc0 0000', 'float32', undefined, null],
    ['7f80 0000', 'float32', undefined, null],
    ['ff80 0000', 'float32', undefined, null],
    ['7e96 7699', 'float32', undefined, null],
    ['7f7f ffff', 'float32', undefined, null],
    ['7ff0 0000 0000 0000', 'float64', undefined, null],
  ])('%s as %s %s is %s', (wire, type, order, value) => {
    expect(decode(hex(wire), type, order)).toBe(value);
  });

  it('reads every float32 that a device can mean, in every order', () => {
    const orders: ByteOrder[] = ['ABCD', 'CDAB', 'BADC', 'DCBA'];
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(...orders), (value, order) => {
        const big = Buffer.alloc(4);
        big.writeFloatBE(value);
        const wire = Buffer.from([...order].map((letter) => big[letter.charCodeAt(0) - 65] as number));
        expect(decode(wire, 'float32', order)).toBe(Math.abs(value) < Math.fround(1e38) ? value : null);
      }),
    );
  });

  it('reads every 64-bit integer in every order', () => {
    const orders: ByteOrder[] = eight();
    expect(new Set(orders).size).toBe(8);
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom(...orders), (value, order) => {
        const big = Buffer.alloc(8);
        big.writeBigInt64BE(BigInt(value));
        const wire = Buffer.from([...order].map((letter) => big[letter.charCodeAt(0) - 65] as number));
        expect(decode(wire, 'int64', order)).toBe(value);
      }),
    );
  });

  it('cuts a bit field out, and reads text without what fills it up', () => {
    expect(bitField(0b1011_0100, 2, 5)).toBe(0b1101);
    expect(bitField(0xffff_ffff, 0, 31)).toBe(0xffff_ffff);
    expect(bitField(0x8000_0000, 31, 31)).toBe(1);
    expect(decodeText(hex('4142 4300'))).toBe('ABC');
    expect(decodeText(hex('4241 2043'), 'BA')).toBe('ABC');
    expect(decodeText(hex('0000'))).toBe('');
  });

  it('picks the bit that is asked for, 0 the least significant', () => {
    for (let bit = 0; bit < 16; bit++) expect(decode(hex('8005'), 'bit', undefined, bit)).toBe([0, 2, 15].includes(bit) ? 1 : 0);
  });

  it('refuses bytes and orders that do not belong to the type', () => {
    expect(() => decode(hex('0000'), 'float32')).toThrow(RangeError);
    expect(() => decode(hex('0000 0000'), 'float32', 'AB')).toThrow(RangeError);
  });

  it('knows how many registers a value takes', () => {
    expect(registersOf('bcd64')).toBe(4);
  });
});

/** All that comes of turning the bytes of words, the words of halves and the halves. */
function eight(): ByteOrder[] {
  const turned = (text: string, size: number): string =>
    (text.match(new RegExp(`.{${2 * size}}`, 'g')) as string[]).map((part) => part.slice(size) + part.slice(0, size)).join('');
  let orders = ['ABCDEFGH'];
  for (const size of [1, 2, 4]) orders = orders.flatMap((order) => [order, turned(order, size)]);
  return orders as ByteOrder[];
}
