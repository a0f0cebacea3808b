import { spanOf, widthOf } from '../../config/plant/address.ts';
import type { ModbusRead } from '../../config/plant/schema.ts';

/**
 * Bytes on the wire of a value as the plant file says that it is read: (value − offset) ÷ scale in the type, its bytes in the order.
 * Integers are rounded; what the type cannot hold stops at its end, as a register would. Of a total in two parts the first takes the
 * whole number of its scale and the second what is left. A power of ten in a register of its own keeps the most digits.
 */
export function wireOf(read: ModbusRead, value: number): Buffer {
  const { plus, exponent } = read;
  const span = spanOf(read);
  if (exponent !== undefined && span !== null) return withExponent(read, exponent.address, span, (value - read.offset) / read.scale);
  if (plus === undefined || span === null) return partOf(read, read.type, read.order, (value - read.offset) / read.scale);
  const whole = Math.floor((value - read.offset) / read.scale);
  const rest = (value - read.offset - whole * read.scale) / plus.scale;
  const bytes = Buffer.alloc((span.end - span.start) * 2);
  const [first, second] = [numberOf(read.address), numberOf(plus.address)];
  partOf(read, read.type, read.order, whole).copy(bytes, Math.max(first - second, 0) * 2);
  partOf(read, plus.type, plus.order, rest).copy(bytes, Math.max(second - first, 0) * 2);
  return bytes;
}

const numberOf = (address: ModbusRead['address']): number => ('pdu' in address ? address.pdu : address.modicon);

/** A whole number and, in a register of its own, the power of ten that lets it keep the most digits. */
function withExponent(read: ModbusRead, address: ModbusRead['address'], span: { start: number; end: number }, value: number): Buffer {
  const { mantissa, exponent } = pointed(read.type, value, MOST_DIGITS_BEHIND);
  const bytes = Buffer.alloc((span.end - span.start) * 2);
  const [first, second] = [numberOf(read.address), numberOf(address)];
  partOf(read, read.type, read.order, mantissa).copy(bytes, Math.max(first - second, 0) * 2);
  bytes.writeInt16BE(exponent, Math.max(second - first, 0) * 2);
  return bytes;
}

/** The same as 16-bit words in the sequence of their addresses. */
export function encodeRegisters(read: ModbusRead, value: number): number[] {
  const wire = wireOf(read, value);
  return Array.from({ length: wire.length / 2 }, (_, index) => wire.readUInt16BE(index * 2));
}

/** The value that a reader gets back from these registers. */
export function asRead(read: ModbusRead, value: number): number {
  const decoded = (value - read.offset) / read.scale;
  const { type, plus, exponent } = read;
  if (exponent !== undefined) return pointed(type, decoded, MOST_DIGITS_BEHIND).value * read.scale + read.offset;
  if (plus !== undefined) {
    const whole = Math.floor(decoded);
    return whole * read.scale + read.offset + limited(plus.type, (value - read.offset - whole * read.scale) / plus.scale) * plus.scale;
  }
  if (POINTED.has(type)) return pointed(type, decoded).value * read.scale + read.offset;
  const kept = type === 'float64' ? decoded : type === 'float32' ? Math.fround(decoded) : limited(type, decoded);
  return kept * read.scale + read.offset;
}

/** Registers in hex, as samples keep them: `41a0 0000`. */
export function hexOf(wire: Buffer): string {
  let text = wire.toString('hex', 0, 2);
  for (let at = 2; at < wire.length; at += 2) text += ` ${wire.toString('hex', at, at + 2)}`;
  return text;
}

const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  bit: [0, 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  bcd16: [0, 9_999],
  bcd32: [0, 99_999_999],
  bcd64: [0, Number.MAX_SAFE_INTEGER],
  mod10k32: [0, 99_999_999],
  mod10k48: [0, 999_999_999_999],
  mod10k64: [0, Number.MAX_SAFE_INTEGER],
  pair32: [-(2 ** 15), 2 ** 15 - 1],
  pair48: [-(2 ** 31), 2 ** 31 - 1],
  scaled32: [-(2 ** 23), 2 ** 23 - 1],
  uscaled32: [0, 2 ** 24 - 1],
};

/** A power of ten in a register of its own is no smaller. @source SunSpec Information Model, type sunssf */
const MOST_DIGITS_BEHIND = 10;
/** Nor is one that stands beside its mantissa; a smaller one says that there is no value. */
const MOST_DIGITS_BESIDE = 18;

const POINTED: ReadonlySet<string> = new Set(['pair32', 'pair48', 'scaled32', 'uscaled32']);

function limited(type: string, value: number): number {
  const [low, high] = LIMITS[type] ?? ([Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const);
  return Math.min(Math.max(Math.round(value), low), high);
}

/** Mantissa and power of ten with as many digits as the mantissa holds, and what they are worth. */
function pointed(
  type: string,
  value: number,
  mostBehind = MOST_DIGITS_BESIDE,
): { readonly mantissa: number; readonly exponent: number; readonly value: number } {
  const [, high] = LIMITS[type] as readonly [number, number];
  const digits = Math.floor(Math.log10(high));
  const exponent = value === 0 ? 0 : Math.max(-mostBehind, Math.floor(Math.log10(Math.abs(value))) - digits + 1);
  const mantissa = limited(type, value / 10 ** exponent);
  return { mantissa, exponent, value: Number(`${mantissa}e${exponent}`) };
}

function partOf(read: ModbusRead, type: ModbusRead['type'], order: ModbusRead['order'], value: number): Buffer {
  const bytes = bigEndian(read, type, value);
  if (order === undefined || type === 'string') return bytes;
  const wire = Buffer.allocUnsafe(bytes.length);
  for (let at = 0; at < wire.length; at++) wire[at] = bytes[order.charCodeAt(at) - 65] as number;
  return wire;
}

function bigEndian({ bit, length, states }: ModbusRead, type: ModbusRead['type'], value: number): Buffer {
  const bytes = Buffer.alloc(widthOf(type, length) * 2);
  if (type === 'float32') bytes.writeFloatBE(value);
  else if (type === 'float64') bytes.writeDoubleBE(value);
  else if (type === 'string') bytes.write(Object.entries(states ?? {}).find(([, number]) => number === Math.round(value))?.[0] ?? '');
  else if (type.startsWith('bcd')) bytes.write(String(limited(type, value)).padStart(bytes.length * 2, '0'), 'hex');
  else if (type.startsWith('mod10k')) {
    const digits = String(limited(type, value)).padStart(bytes.length * 2, '0');
    for (let at = 0; at < bytes.length; at += 2) bytes.writeUInt16BE(Number(digits.slice(at * 2, at * 2 + 4)), at);
  } else if (POINTED.has(type)) {
    const { mantissa, exponent } = pointed(type, value);
    if (type.startsWith('pair')) {
      bytes.writeIntBE(mantissa, 0, bytes.length - 2);
      bytes.writeInt16BE(exponent, bytes.length - 2);
    } else {
      bytes.writeInt8(exponent, 0);
      if (type === 'scaled32') bytes.writeIntBE(mantissa, 1, 3);
      else bytes.writeUIntBE(mantissa, 1, 3);
    }
  } else if (type === 'bit') bytes.writeUInt16BE(limited(type, value) << (bit ?? 0));
  else {
    const whole = limited(type, value);
    if (bytes.length === 8) bytes.writeBigInt64BE(BigInt(whole));
    else if (type.startsWith('u')) bytes.writeUIntBE(whole, 0, bytes.length);
    else bytes.writeIntBE(whole, 0, bytes.length);
  }
  return bytes;
}
