import type { ModbusRead } from '../../../config/plant/schema.ts';

export type ValueType = ModbusRead['type'];
export type ByteOrder = NonNullable<ModbusRead['order']>;

const REGISTERS: Readonly<Record<ValueType, 1 | 2 | 4>> = {
  bit: 1,
  int16: 1,
  uint16: 1,
  bcd16: 1,
  int32: 2,
  uint32: 2,
  float32: 2,
  bcd32: 2,
  int64: 4,
  uint64: 4,
  float64: 4,
  bcd64: 4,
};

/** Registers that a value of the type spans. */
export const registersOf = (type: ValueType): 1 | 2 | 4 => REGISTERS[type];

/** No instrument means this: devices write 1e38 and beyond for “no value”. As a float32, 1e38 is a little less than 1e38. */
const ABSURD = Math.fround(1e38);

/**
 * The number in `wire`, the value's bytes as they came.
 *
 * `order` names the bytes of the big-endian value, A the most significant, in the sequence in which they stand on the wire; without it
 * they stand big endian. `bit` picks a bit of a register, 0 the least significant. Integers of 64 bit beyond ±2⁵³ lose their last digits.
 *
 * @returns null for what no instrument can mean: NaN, ±Infinity, |x| ≥ 1e38, a BCD digit above 9.
 * @throws RangeError where the number of bytes or the order does not belong to the type.
 */
export function decode(wire: Buffer, type: ValueType, order?: ByteOrder, bit = 0): number | null {
  const bytes = REGISTERS[type] * 2;
  if (wire.length !== bytes || (order !== undefined && order.length !== bytes)) {
    throw new RangeError(`${type} has ${bytes} bytes; ${wire.length} in order ${order ?? 'big endian'} given`);
  }
  const value = numberIn(order === undefined ? wire : inBigEndian(wire, order), type, bit);
  return value !== null && Math.abs(value) < ABSURD ? value : null;
}

/** The value's registers in hex, as they came: `41a0 0000`. */
export function rawOf(wire: Buffer): string {
  let text = wire.toString('hex', 0, 2);
  for (let at = 2; at < wire.length; at += 2) text += ` ${wire.toString('hex', at, at + 2)}`;
  return text;
}

function inBigEndian(wire: Buffer, order: ByteOrder): Buffer {
  const value = Buffer.allocUnsafe(wire.length);
  for (let at = 0; at < wire.length; at++) value[order.charCodeAt(at) - 65] = wire[at] as number;
  return value;
}

function numberIn(value: Buffer, type: ValueType, bit: number): number | null {
  switch (type) {
    case 'bit':
      return (value.readUInt16BE(0) >> bit) & 1;
    case 'int16':
      return value.readInt16BE(0);
    case 'uint16':
      return value.readUInt16BE(0);
    case 'int32':
      return value.readInt32BE(0);
    case 'uint32':
      return value.readUInt32BE(0);
    case 'int64':
      return Number(value.readBigInt64BE(0));
    case 'uint64':
      return Number(value.readBigUInt64BE(0));
    case 'float32':
      return finite(value.readFloatBE(0));
    case 'float64':
      return finite(value.readDoubleBE(0));
    default:
      return decimalDigits(value);
  }
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);

function decimalDigits(value: Buffer): number | null {
  const digits = value.toString('hex');
  return /^\d+$/.test(digits) ? Number(digits) : null;
}
