import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * How records are tied together.
 *
 * Every record line ends with a tab and eight hex digits: the CRC-32 of the line before them, continued from the line before within its
 * group. It only serves to say which record of a broken group differs. What proves a group is its closing line,
 *
 * ```
 * =  seq  count  sha256
 * ```
 *
 * sha256 = SHA-256 of the chain value before (64 hex digits) followed by the group's record lines as they stand in the file, line ends
 * included. The chain of a journal starts with the SHA-256 of `liangheng journal 1` and the plant's id.
 */

export const VERSION = 1;

export function genesis(plant: string): string {
  return createHash('sha256').update(`liangheng journal ${VERSION}\n${plant}\n`).digest('hex');
}

/** Chain value after a group. `lines`: the group's record lines with their line ends. */
export function nextChain(previous: string, lines: Uint8Array): string {
  return createHash('sha256').update(previous).update(lines).digest('hex');
}

const hex8 = (check: number): string => (check >>> 0).toString(16).padStart(8, '0');

/** Stands behind each line of `bindLines` where its check will be. */
export const UNBOUND = '\t--------\n';

/** CRC-32 of each byte, and in the tables behind it of the byte with one, two and three zeros after it: four bytes a step. */
const CRC = new Int32Array(4 * 256);
for (let byte = 0; byte < 256; byte += 1) {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  CRC[byte] = value;
}
for (let at = 256; at < CRC.length; at += 1) {
  const value = CRC[at - 256] as number;
  CRC[at] = (value >>> 8) ^ (CRC[value & 255] as number);
}
/** The two hex digits of each byte, the first in the higher one of two. */
export const HEX = Uint16Array.from({ length: 256 }, (_, byte) => Buffer.from(byte.toString(16).padStart(2, '0')).readUInt16BE());

/**
 * The record lines of one group, each with its check. `text`: the lines, each followed by `UNBOUND`.
 *
 * One pass over the bytes: a call of zlib's crc32 a line costs three times as much.
 */
export function bindLines(text: string): Buffer {
  const bytes = Buffer.from(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let check = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start);
    check = writeCheck(view, start, end - CHECK_BYTES, check);
    start = end + 1;
  }
  return bytes;
}

/** A tab and eight hex digits. */
export const CHECK_BYTES = 9;

/** Writes behind the line from `start` up to `end` its check, continued from `previous` (0 before the first). @returns the check */
export function writeCheck(bytes: DataView, start: number, end: number, previous: number): number {
  let crc = ~previous;
  let i = start;
  for (; i + 3 < end; i += 4) {
    crc ^= bytes.getInt32(i, true);
    crc = CRC[768 + (crc & 255)]! ^ CRC[512 + ((crc >>> 8) & 255)]! ^ CRC[256 + ((crc >>> 16) & 255)]! ^ CRC[crc >>> 24]!;
  }
  for (; i < end; i += 1) crc = (crc >>> 8) ^ CRC[(crc ^ bytes.getUint8(i)) & 255]!;
  const check = ~crc;
  bytes.setUint8(end, 9);
  for (let k = 0; k < 4; k += 1) bytes.setUint16(end + 1 + 2 * k, HEX[(check >>> (24 - 8 * k)) & 255]!);
  return check;
}

/** The check that a line ought to carry after `previous` (0 before the first), and the one that it carries. Without line end. */
export function checkOf(line: Uint8Array, previous: number): { readonly due: number; readonly found: number | null } {
  const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  const digits = text.subarray(-8).toString('latin1');
  const found = text.length > 9 && text[text.length - 9] === 9 && /^[0-9a-f]{8}$/.test(digits) ? Number.parseInt(digits, 16) : null;
  return { due: crc32(text.subarray(0, Math.max(0, text.length - 9)), previous) >>> 0, found };
}

export interface Closing {
  readonly seq: number;
  readonly count: number;
  readonly sha256: string;
}

export const closingLine = ({ seq, count, sha256 }: Closing): string => `=\t${seq}\t${count}\t${sha256}\n`;

export function parseClosing(line: string): Closing | null {
  const match = /^=\t([1-9]\d{0,15})\t([1-9]\d{0,9})\t([0-9a-f]{64})$/.exec(line);
  return match ? { seq: Number(match[1]), count: Number(match[2]), sha256: match[3]! } : null;
}

/** First line of a segment: which journal it belongs to, and where in the chain it begins. */
export interface Header {
  readonly plant: string;
  /** Sequence of the segment's first group, which is its file's name too. */
  readonly firstSeq: number;
  /** Chain value before the first group. */
  readonly chain: string;
}

/** Ends with the check of what stands before it, like a record. */
export function headerLine({ plant, firstSeq, chain }: Header): string {
  const text = `#liangheng-journal ${VERSION}\tplant ${plant}\tfirst ${firstSeq}\tchain ${chain}`;
  return `${text}\t${hex8(crc32(text))}\n`;
}

export function parseHeader(line: string): Header | null {
  const match = /^(#liangheng-journal 1\tplant ([^\t]*)\tfirst ([1-9]\d{0,15})\tchain ([0-9a-f]{64}))\t([0-9a-f]{8})$/.exec(line);
  if (match === null || hex8(crc32(match[1]!)) !== match[5]) return null;
  return { plant: match[2]!, firstSeq: Number(match[3]), chain: match[4]! };
}
