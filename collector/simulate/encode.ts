import { widthOf } from '../../config/plant/address.ts';
import type { ModbusRead } from '../../config/plant/schema.ts';

/**
 * Bytes on the wire of a value as the plant file says that it is read: (value − offset) ÷ scale in the type, its bytes in the order.
 * Integers are rounded; what the type cannot hold stops at its end, as a register would.
 */
export function wireOf(read: ModbusRead, value: number): Buffer {
  const bytes = bigEndian(read, (value - read.offset) / read.scale);
  if (read.order === undefined) return bytes;
  const wire = Buffer.allocUnsafe(bytes.length);
  for (let at = 0; at < wire.length; at++) wire[at] = bytes[read.order.charCodeAt(at) - 65] as number;
  return wire;
}

/** The same as 16-bit words in the sequence of their addresses. */
export function encodeRegisters(read: ModbusRead, value: number): number[] {
  const wire = wireOf(read, value);
  return Array.from({ length: wire.length / 2 }, (_, index) => wire.readUInt16BE(index * 2));
}

/** The value that a reader gets back from these registers. */
export function asRead(read: ModbusRead, value: number): number {
  const decoded = (value - read.offset) / read.scale;
  const { type } = read;
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
};

function limited(type: string, value: number): number {
  const [low, high] = LIMITS[type] as readonly [number, number];
  return Math.min(Math.max(Math.round(value), low), high);
}

function bigEndian({ type, bit }: ModbusRead, value: number): Buffer {
  const bytes = Buffer.alloc(widthOf(type) * 2);
  if (type === 'float32') bytes.writeFloatBE(value);
  else if (type === 'float64') bytes.writeDoubleBE(value);
  else if (type.startsWith('bcd')) bytes.write(String(limited(type, value)).padStart(bytes.length * 2, '0'), 'hex');
  else if (type === 'bit') bytes.writeUInt16BE(limited(type, value) << (bit ?? 0));
  else {
    const whole = limited(type, value);
    if (bytes.length === 8) bytes.writeBigInt64BE(BigInt(whole));
    else if (type.startsWith('u')) bytes.writeUIntBE(whole, 0, bytes.length);
    else bytes.writeIntBE(whole, 0, bytes.length);
  }
  return bytes;
}
