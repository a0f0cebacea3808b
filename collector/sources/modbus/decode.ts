import { MODBUS_TYPES } from '../../../config/plant/reads.ts';
import type { ModbusRead } from '../../../config/plant/schema.ts';

export type ValueType = ModbusRead['type'];
export type NumberType = Exclude<ValueType, 'string'>;
export type ByteOrder = NonNullable<ModbusRead['order']>;

/** Registers that a value of the type spans. */
export const registersOf = (type: NumberType): 1 | 2 | 3 | 4 => MODBUS_TYPES[type];

/** No instrument means this: devices write 1e38 and beyond for “no value”. As a float32, 1e38 is a little less than 1e38. */
const ABSURD = Math.fround(1e38);

/**
 * The number in `wire`, the value's bytes as they came.
 *
 * `order` names the bytes of the big-endian value, A the most significant, in the sequence in which they stand on the wire; without it
 * they stand big endian. `bit` picks a bit of a register, 0 the least significant. Integers of 64 bit beyond ±2⁵³ lose their last digits.
 *
 * @returns null for what no instrument can mean: NaN, ±Infinity, |x| ≥ 1e38, a BCD digit above 9, four digits above 9999.
 * @throws RangeError where the number of bytes or the order does not belong to the type.
 */
export function decode(wire: Buffer, type: NumberType, order?: ByteOrder, bit = 0): number | null {
  const bytes = MODBUS_TYPES[type] * 2;
  if (wire.length !== bytes || (order !== undefined && order.length !== bytes)) {
    throw new RangeError(`${type} has ${bytes} bytes; ${wire.length} in order ${order ?? 'big endian'} given`);
  }
  const value = numberIn(order === undefined ? wire : inBigEndian(wire, order), type, bit);
  return value !== null && Math.abs(value) < ABSURD ? value : null;
}

/** The text in `wire`, two characters a register, without the zeros and blanks that fill it up; `BA` turns each pair. */
export function decodeText(wire: Buffer, order: ByteOrder = 'AB'): string {
  const bytes = order === 'BA' ? Buffer.from(wire).swap16() : wire;
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end).trim();
}

/** Bits `low` to `high` of a whole number of at most 32 bits, as a number of their own. */
export function bitField(value: number, low: number, high: number): number {
  return Math.floor(value / 2 ** low) % 2 ** (high - low + 1);
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

function numberIn(value: Buffer, type: NumberType, bit: number): number | null {
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
    case 'pair32':
      return scaled(value.readInt16BE(0), value.readInt16BE(2));
    case 'pair48':
      return scaled(value.readInt32BE(0), value.readInt16BE(4));
    case 'scaled32':
      return scaled(value.readIntBE(1, 3), value.readInt8(0));
    case 'uscaled32':
      return scaled(value.readUIntBE(1, 3), value.readInt8(0));
    case 'mod10k32':
    case 'mod10k48':
    case 'mod10k64':
      return tenThousands(value);
    default:
      return decimalDigits(value);
  }
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);

/** mantissa × 10 ^ exponent, correctly rounded as the decimal number that it is. */
const scaled = (mantissa: number, exponent: number): number | null => finite(Number(`${mantissa}e${exponent}`));

function tenThousands(value: Buffer): number | null {
  let sum = 0;
  for (let at = 0; at < value.length; at += 2) {
    const four = value.readUInt16BE(at);
    if (four > 9_999) return null;
    sum = sum * 10_000 + four;
  }
  return sum;
}

function decimalDigits(value: Buffer): number | null {
  const digits = value.toString('hex');
  return /^\d+$/.test(digits) ? Number(digits) : null;
}
