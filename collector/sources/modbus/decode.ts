import { MODBUS_TYPES } from '../../../config/plant/reads.ts';
import type { ModbusRead } from '../../../config/plant/schema.ts';

export type ValueType = ModbusRead['type'];
export type NumberType = Exclude<ValueType, 'string'>;
export type ByteOrder = NonNullable<ModbusRead['order']>;

/** Registers that a value of the type spans. */
export const registersOf = (type: NumberType): 1 | 2 | 3 | 4 => MODBUS_TYPES[type];

/** No instrument means this: devices write 1e38 and beyond for “no value”. As a float32, 1e38 is a little less than 1e38. */
const ABSURD = Math.fround(1e38);
/** Nor a power of ten beyond ±18: a device that has no value writes the lowest there is, −128 or −32,768, and is not taken for 0. */
const LARGEST_POWER = 18;

/**
 * The number in `wire`, the value's bytes as they came.
 *
 * `order` names the bytes of the big-endian value, A the most significant, in the sequence in which they stand on the wire; without it
 * they stand big endian. `bit` picks a bit of a register, 0 the least significant. Integers of 64 bit beyond ±2⁵³ lose their last digits.
 *
 * @returns null for what no instrument can mean: NaN, ±Infinity, |x| ≥ 1e38, a power of ten beyond ±18, a BCD digit above 9, four digits
 * above 9999.
 * @throws RangeError where the number of bytes or the order does not belong to the type.
 */
export function decode(wire: Buffer, type: NumberType, order?: ByteOrder, bit = 0): number | null {
  const bytes = MODBUS_TYPES[type] * 2;
  if (wire.length !== bytes || (order !== undefined && order.length !== bytes)) {
    throw new RangeError(`${type} has ${bytes} bytes; ${wire.length} in order ${order ?? 'big endian'} given`);
  }
  const value = numberAt(wire, 0, type, order, bit);
  return Number.isNaN(value) ? null : value;
}

/** The same for the value that begins at byte `at` of an answer whose length is known to be right; NaN for what `decode` calls null. */
export function numberAt(data: Buffer, at: number, type: NumberType, order: ByteOrder | undefined, bit: number): number {
  const value = order === undefined ? bigEndianAt(data, at, type, bit) : bigEndianAt(turned(data, at, order), 0, type, bit);
  return Math.abs(value) < ABSURD ? value : Number.NaN;
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

const TURNED = Buffer.alloc(8);
/** The value's bytes, the most significant first; valid until the next is turned. */
function turned(data: Buffer, at: number, order: ByteOrder): Buffer {
  for (let i = 0; i < order.length; i++) TURNED[order.charCodeAt(i) - 65] = data[at + i] as number;
  return TURNED;
}

/** NaN for what is no number. */
function bigEndianAt(data: Buffer, at: number, type: NumberType, bit: number): number {
  switch (type) {
    case 'bit':
      return (data.readUInt16BE(at) >> bit) & 1;
    case 'int16':
      return data.readInt16BE(at);
    case 'uint16':
      return data.readUInt16BE(at);
    case 'int32':
      return data.readInt32BE(at);
    case 'uint32':
      return data.readUInt32BE(at);
    case 'int64':
      return Number(data.readBigInt64BE(at));
    case 'uint64':
      return Number(data.readBigUInt64BE(at));
    case 'float32':
      return data.readFloatBE(at);
    case 'float64':
      return data.readDoubleBE(at);
    case 'pair32':
      return pointed(data.readInt16BE(at), data.readInt16BE(at + 2));
    case 'pair48':
      return pointed(data.readInt32BE(at), data.readInt16BE(at + 4));
    case 'scaled32':
      return pointed(data.readIntBE(at + 1, 3), data.readInt8(at));
    case 'uscaled32':
      return pointed(data.readUIntBE(at + 1, 3), data.readInt8(at));
    case 'mod10k32':
    case 'mod10k48':
    case 'mod10k64':
      return tenThousands(data, at, MODBUS_TYPES[type]);
    default:
      return decimalDigits(data, at, MODBUS_TYPES[type]);
  }
}

/** mantissa × 10 ^ exponent, correctly rounded as the decimal number that it is. */
export const scaled = (mantissa: number, exponent: number): number => (exponent === 0 ? mantissa : Number(`${mantissa}e${exponent}`));

const pointed = (mantissa: number, exponent: number): number =>
  Math.abs(exponent) > LARGEST_POWER ? Number.NaN : scaled(mantissa, exponent);

function tenThousands(data: Buffer, at: number, registers: number): number {
  let sum = 0;
  for (let i = 0; i < registers; i++) {
    const four = data.readUInt16BE(at + 2 * i);
    if (four > 9_999) return Number.NaN;
    sum = sum * 10_000 + four;
  }
  return sum;
}

function decimalDigits(data: Buffer, at: number, registers: number): number {
  const digits = data.toString('hex', at, at + 2 * registers);
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}
