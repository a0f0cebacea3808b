import { type CrcMode, crcDigits } from './crc.ts';
import type { Packet } from './packet.ts';

const MAX_SEGMENT = 1024;

/** The data segment of a packet: header, then `CP=&&…&&`. */
export function segmentOf(packet: Packet): string {
  const header = packet.header.map(([key, value]) => `${key}=${value};`).join('');
  const body = packet.groups.map((group) => group.map(([key, value]) => `${key}=${value}`).join(',')).join(';');
  return `${header}CP=&&${body}&&`;
}

/**
 * A packet as it goes on the wire: `##`, length, data segment, CRC, CRLF.
 *
 * @throws RangeError where the data segment has over 1,024 bytes (split it) or a value holds what would end it (`&&`, a line end).
 * @source HJ 212-2017 6.3, table 2
 */
export function encode(packet: Packet, crcMode: CrcMode = 'hj212'): Buffer {
  for (const [key, value] of [...packet.header, ...packet.groups.flat()]) {
    if (/&&|[\r\n]/.test(value) || /[=&;,\r\n]/.test(key) || key === '') throw new RangeError(`${key}=${value} cannot stand in a packet`);
  }
  const segment = Buffer.from(segmentOf(packet), 'utf8');
  if (segment.length > MAX_SEGMENT)
    throw new RangeError(`the data segment has ${segment.length} bytes; the standard allows ${MAX_SEGMENT}`);
  const digits = crcDigits(segment, crcMode) ?? '0000';
  return Buffer.concat([Buffer.from(`##${String(segment.length).padStart(4, '0')}`), segment, Buffer.from(`${digits}\r\n`)]);
}
