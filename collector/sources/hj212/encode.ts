import { type CrcMode, crcDigits } from './crc.ts';
import type { Packet } from './packet.ts';
import { encryptBody } from './sm4.ts';

const MAX_SEGMENT = 1024;

/** The data segment of a packet: header, then `CP=&&…&&`. */
export function segmentOf(packet: Packet): string {
  let text = '';
  for (const [key, value] of packet.header) text += `${key}=${value};`;
  text += 'CP=&&';
  let before = '';
  for (const group of packet.groups) {
    for (const [key, value] of group) {
      text += `${before}${key}=${value}`;
      before = ',';
    }
    before = ';';
  }
  return `${text}&&`;
}

/**
 * A packet as it goes on the wire: `##`, length, data segment, CRC, CRLF.
 *
 * With a key the content of CP is encrypted; length and CRC stay those of the plain text.
 *
 * @throws RangeError where the data segment has over 1,024 bytes (split it) or a value holds what would end it (`&&`, a line end).
 * @source HJ 212-2017 6.3, table 2
 */
export function encode(packet: Packet, crcMode: CrcMode = 'hj212', key: Uint8Array | null = null): Buffer {
  for (const [key, value] of [...packet.header, ...packet.groups.flat()]) {
    if (/&&|[\r\n]/.test(value) || /[=&;,\r\n]/.test(key) || key === '') throw new RangeError(`${key}=${value} cannot stand in a packet`);
  }
  return encodeClean(packet, crcMode, key);
}

/**
 * The same of a packet whose fields are known to be such as may stand in one: those of a packet that was decoded.
 *
 * @throws RangeError where the data segment has over 1,024 bytes.
 */
export function encodeClean(packet: Packet, crcMode: CrcMode = 'hj212', key: Uint8Array | null = null): Buffer {
  const segment = Buffer.from(segmentOf(packet), 'utf8');
  if (segment.length > MAX_SEGMENT)
    throw new RangeError(`the data segment has ${segment.length} bytes; the standard allows ${MAX_SEGMENT}`);
  const digits = crcDigits(segment, crcMode) ?? '0000';
  const start = Buffer.from(`##${String(segment.length).padStart(4, '0')}`);
  return Buffer.concat([start, key === null ? segment : sealed(segment, key), Buffer.from(`${digits}\r\n`)]);
}

function sealed(segment: Buffer, key: Uint8Array): Buffer {
  const body = segment.indexOf('CP=&&') + 5;
  return Buffer.concat([segment.subarray(0, body), encryptBody(segment.subarray(body, -2), key), segment.subarray(-2)]);
}
