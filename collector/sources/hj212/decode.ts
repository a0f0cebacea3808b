import { type CrcMode, crcDigits, diagnoseCrc } from './crc.ts';
import type { Field, Packet } from './packet.ts';
import { decryptBody } from './sm4.ts';

export type DecodeError = 'structure' | 'length' | 'crc' | 'encoding' | 'encrypted';

export interface DecodeOptions {
  /** How this station computes its CRC; the standard's way where absent. */
  readonly crc?: CrcMode;
  /** SM4 key of the station, 16 bytes, for packets with an encrypted CP. */
  readonly key?: Uint8Array;
}

export type Decoded =
  | { readonly ok: true; readonly packet: Packet; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly error: DecodeError; readonly detail: string };

const MAX_SEGMENT = 1024;
const HEADER_KEYS = ['QN', 'ST', 'CN', 'PW', 'MN', 'Flag', 'PNUM', 'PNO', 'RF'];
const CLOSING = 0x26; // &

const failed = (error: DecodeError, detail: string): Decoded => ({ ok: false, error, detail });

/**
 * Decodes one packet, `##` through the CRC, with or without the CRLF.
 *
 * What the standard demands of length, CRC and structure is demanded; what stations in the field do besides, and which changes no value, is
 * taken with a warning for each (lower-case CRC, empty PW, `FLAG`, a trailing `;`, a segment over 1,024 bytes, fields out of order).
 *
 * @source HJ 212-2017 6.3, tables 2 and 3
 */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): Decoded {
  const end = withoutLineEnd(bytes);
  if (end < 12 || bytes[0] !== 0x23 || bytes[1] !== 0x23) return failed('structure', 'a packet begins with ## and a length of four digits');
  const lengthDigits = latin1(bytes.subarray(2, 6));
  if (!/^\d{4}$/.test(lengthDigits)) return failed('structure', `the length is four digits, not ${JSON.stringify(lengthDigits)}`);
  const sent = bytes.subarray(6, end - 4);
  const digits = latin1(bytes.subarray(end - 4, end));
  if (!/^[0-9A-Fa-f]{4}$/.test(digits)) return failed('structure', 'a packet ends with && and a CRC of four hex digits');
  if (sent.at(-1) !== CLOSING || sent.at(-2) !== CLOSING) return failed('structure', 'the data segment does not end with &&');
  const segment = plainSegment(sent, options.key);
  if (segment === null)
    return failed(
      'encrypted',
      options.key ? 'CP cannot be decrypted with the key of this station' : 'CP is encrypted (SM4); the key is needed',
    );
  if (Number(lengthDigits) !== segment.length) return failed('length', `stated ${Number(lengthDigits)}, counted ${segment.length} bytes`);
  const wanted = crcDigits(segment, options.crc ?? 'hj212');
  if (wanted !== null && digits.toUpperCase() !== wanted) {
    return failed('crc', `received ${digits}, computed ${wanted}: ${diagnoseCrc(segment, digits)}`);
  }
  const warnings: string[] = [];
  if (segment.length > MAX_SEGMENT) warnings.push(`the data segment has ${segment.length} bytes; the standard allows ${MAX_SEGMENT}`);
  if (digits !== digits.toUpperCase()) warnings.push('lower-case CRC');
  const text = textOf(segment, warnings);
  return text === null ? failed('encoding', 'the data segment is neither UTF-8 nor GB 18030') : parse(text, warnings);
}

/** The data segment as length and CRC count it: an encrypted CP (`{0xE4,…}`) decrypted. null where that cannot be done. */
function plainSegment(sent: Uint8Array, key: Uint8Array | undefined): Uint8Array | null {
  const at = asBuffer(sent).indexOf('CP=&&{0x');
  if (at < 0) return sent;
  const body = key && decryptBody(sent.subarray(at + 5, -2), key);
  return body ? Buffer.concat([sent.subarray(0, at + 5), body, Buffer.from('&&')]) : null;
}

function parse(text: string, warnings: string[]): Decoded {
  const at = text.indexOf('CP=&&');
  if (at < 0) return failed('structure', 'no CP=&&');
  const body = text.slice(at + 5, -2);
  if (text.length < at + 7) return failed('structure', 'CP=&& is not closed');
  if (body.includes('&&')) return failed('structure', '&& within CP: two packets run together');
  const head = text.slice(0, at);
  if (head !== '' && !head.endsWith(';')) return failed('structure', `; is missing before CP`);
  const header: Field[] = [];
  for (const part of head.split(';').slice(0, -1)) {
    const field = fieldOf(part);
    if (field === null) {
      if (part !== '' && part !== ',') return failed('structure', `not a field: ${JSON.stringify(part)}`);
      warnings.push('an empty field in the header');
      continue;
    }
    header.push(field);
  }
  const fault = checkHeader(header, warnings);
  if (fault !== null) return fault;
  const groups: Field[][] = [];
  for (const part of splitOutsideInfo(body, ';')) {
    if (part === '') {
      if (body !== '') warnings.push('an empty field in CP');
      continue;
    }
    const group: Field[] = [];
    for (const piece of splitOutsideInfo(part, ',')) {
      const field = fieldOf(piece);
      if (field === null) return failed('structure', `not a field in CP: ${JSON.stringify(piece)}`);
      group.push(field);
    }
    groups.push(group);
  }
  checkTimes(header, groups, warnings);
  return { ok: true, packet: { header, groups }, warnings };
}

function checkHeader(header: Field[], warnings: string[]): Decoded | null {
  let last = -1;
  for (const [index, [name, value]] of header.entries()) {
    const key = HEADER_KEYS.find((known) => known.toLowerCase() === name.replace(/^,/, '').toLowerCase());
    if (key === undefined) {
      warnings.push(`unknown header field ${name}`);
      continue;
    }
    if (key !== name) {
      warnings.push(`${name} stands for ${key}`);
      header[index] = [key, value];
    }
    const place = HEADER_KEYS.indexOf(key);
    if (place < last) warnings.push(`${key} is out of order`);
    last = place;
  }
  const fieldValue = (key: string): string | undefined => header.find(([name]) => name === key)?.[1];
  if (new Set(header.map(([name]) => name)).size !== header.length) return failed('structure', 'a header field stands twice');
  const cn = fieldValue('CN');
  if (cn === undefined || !/^\d{4}$/.test(cn)) return failed('structure', 'CN is four digits');
  const st = fieldValue('ST');
  if (st === undefined || !/^\d{2}$/.test(st)) return failed('structure', 'ST is two digits');
  if (!fieldValue('MN')) return failed('structure', 'no MN');
  const flag = fieldValue('Flag');
  if (flag !== undefined && (!/^\d{1,3}$/.test(flag) || Number(flag) > 255)) return failed('structure', 'Flag is a number from 0 to 255');
  if (fieldValue('PW') === '') warnings.push('PW is empty');
  return null;
}

/** Times that cannot be: the CRC does not notice two characters swapped eight places apart, and DataTime is where that hurts. */
function checkTimes(header: readonly Field[], groups: readonly (readonly Field[])[], warnings: string[]): void {
  const qn = header.find(([name]) => name === 'QN')?.[1];
  if (qn !== undefined && (qn.length !== 17 || !isTime(qn.slice(0, 14)))) warnings.push(`QN is no time: ${qn}`);
  const dataTime = groups.flat().find(([name]) => name === 'DataTime')?.[1];
  if (dataTime === undefined) return;
  if (!isTime(dataTime.slice(0, 14)) || (dataTime.length !== 14 && dataTime.length !== 17))
    warnings.push(`DataTime is no time: ${dataTime}`);
  else if (dataTime.length === 17) warnings.push('DataTime has milliseconds');
  if (qn !== undefined && isTime(qn.slice(0, 14)) && dataTime.slice(0, 14) > qn.slice(0, 14)) {
    warnings.push(`DataTime ${dataTime} is later than the packet's own QN ${qn}`);
  }
}

function isTime(text: string): boolean {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  if (parts === null) return false;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [number, number, number, number, number, number];
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  return time.getUTCMonth() === month - 1 && time.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
}

/** Splits at a separator, but not inside the free text `//…//` of an Info field. */
function splitOutsideInfo(text: string, separator: string): string[] {
  if (!text.includes('=//')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.startsWith('=//', at)) {
      const close = text.indexOf('//', at + 3);
      if (close < 0) break;
      at = close + 1;
    } else if (text[at] === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function fieldOf(part: string): Field | null {
  const equals = part.indexOf('=');
  return equals <= 0 ? null : [part.slice(0, equals), part.slice(equals + 1)];
}

function withoutLineEnd(bytes: Uint8Array): number {
  let end = bytes.length;
  if (bytes[end - 1] === 0x0a) end--;
  if (bytes[end - 1] === 0x0d) end--;
  return end;
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const latin1 = (bytes: Uint8Array): string => asBuffer(bytes).toString('latin1');
const UTF8 = new TextDecoder('utf-8', { fatal: true });
const GB18030 = new TextDecoder('gb18030', { fatal: true });

function textOf(bytes: Uint8Array, warnings: string[]): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    try {
      const text = GB18030.decode(bytes);
      warnings.push('the text is GB 18030, not UTF-8');
      return text;
    } catch {
      return null;
    }
  }
}
