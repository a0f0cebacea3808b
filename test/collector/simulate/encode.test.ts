import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asRead, encodeRegisters, hexOf, wireOf } from '../../../collector/simulate/encode.ts';
import { decode, type NumberType, registersOf } from '../../../collector/sources/modbus/decode.ts';
import { BYTE_ORDERS } from '../../../config/plant/reads.ts';
import { type ModbusRead, modbusReadSchema } from '../../../config/plant/schema.ts';

const spec = (fields: Partial<ModbusRead>): ModbusRead =>
  modbusReadSchema.parse({ device: 'd', unit: 1, table: 'holding', address: { pdu: 0 }, ...fields });

/** What a reader makes of the registers. */
function readBack(read: ModbusRead, registers: readonly number[]): number | null {
  const wire = Buffer.alloc(registers.length * 2);
  for (const [index, word] of registers.entries()) wire.writeUInt16BE(word, index * 2);
  const decoded = decode(wire, read.type as NumberType, read.order, read.bit);
  return decoded === null ? null : decoded * read.scale + read.offset;
}

describe('registers on the wire', () => {
  // IEEE 754: 20.0 = 0x41A00000; 123456789 = 0x075BCD15.
  test.each([
    ['float32', 'ABCD', 20, '41a0 0000'],
    ['float32', 'CDAB', 20, '0000 41a0'],
    ['float32', 'BADC', 20, 'a041 0000'],
    ['float32', 'DCBA', 20, '0000 a041'],
    ['uint32', 'ABCD', 123456789, '075b cd15'],
    ['uint32', 'CDAB', 123456789, 'cd15 075b'],
    ['int16', 'AB', -2, 'fffe'],
    ['int16', 'BA', -2, 'feff'],
    ['bcd32', 'ABCD', 12345678, '1234 5678'],
    ['float64', 'ABCDEFGH', 1, '3ff0 0000 0000 0000'],
    ['float64', 'GHEFCDAB', 1, '0000 0000 0000 3ff0'],
  ] as const)('%s %s of %d is %s', (type, order, value, hex) => {
    expect(hexOf(wireOf(spec({ type, order }), value))).toBe(hex);
  });
});

test('what is encoded is read back as announced, in every type and order', () => {
  const types = [
    'pair32',
    'pair48',
    'scaled32',
    'uscaled32',
    'mod10k32',
    'mod10k48',
    'mod10k64',
    'int16',
    'uint16',
    'int32',
    'uint32',
    'int64',
    'uint64',
    'float32',
    'float64',
    'bcd16',
    'bcd32',
    'bcd64',
  ] as const;
  const readSpec = fc.constantFrom(...types).chain((type) =>
    fc
      .record({
        order: fc.constantFrom(undefined, ...BYTE_ORDERS.filter((order) => order.length === 2 * registersOf(type))),
        scale: fc.constantFrom(1, 0.1, 0.001, 10),
        offset: fc.constantFrom(0, -40),
      })
      .map(({ order, ...rest }) => spec({ type, ...rest, ...(order === undefined ? {} : { order }) })),
  );
  fc.assert(
    fc.property(readSpec, fc.double({ min: -1e12, max: 1e12, noNaN: true }), (read, value) => {
      const back = readBack(read, encodeRegisters(read, value));
      expect(back).toBe(asRead(read, value));
    }),
    { numRuns: 2000 },
  );
});

test('an integer keeps a value to half a step, and stops at its end', () => {
  const read = spec({ type: 'uint16', scale: 0.1 });
  expect(asRead(read, 12.34)).toBeCloseTo(12.3, 12);
  expect(readBack(read, encodeRegisters(read, 1e9))).toBeCloseTo(6553.5, 9);
  expect(readBack(read, encodeRegisters(read, -5))).toBe(0);
});
