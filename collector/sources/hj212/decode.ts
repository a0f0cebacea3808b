import { isAscii } from 'node:buffer';
import { type CrcMode, crcDigits, crcOf, diagnoseCrc } from './crc.ts';
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
const PLACE_OF: ReadonlyMap<string, number> = new Map(HEADER_KEYS.map((key, place) => [key, place]));
const CLOSING = 0x26; // &
const EQUALS = 0x3d;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;

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
  const stated = lengthOf(bytes);
  if (stated < 0) return failed('structure', `the length is four digits, not ${JSON.stringify(latin1(bytes.subarray(2, 6)))}`);
  const sent = bytes.subarray(6, end - 4);
  const received = hexOf(bytes, end - 4);
  if (received < 0) return failed('structure', 'a packet ends with && and a CRC of four hex digits');
  if (sent[sent.length - 1] !== CLOSING || sent[sent.length - 2] !== CLOSING)
    return failed('structure', 'the data segment does not end with &&');
  const segment = plainSegment(sent, options.key);
  if (segment === null)
    return failed(
      'encrypted',
      options.key ? 'CP cannot be decrypted with the key of this station' : 'CP is encrypted (SM4); the key is needed',
    );
  if (stated !== segment.length) return failed('length', `stated ${stated}, counted ${segment.length} bytes`);
  const wanted = crcOf(segment, options.crc ?? 'hj212');
  if (wanted !== null && received !== wanted) {
    const digits = latin1(bytes.subarray(end - 4, end));
    return failed('crc', `received ${digits}, computed ${crcDigits(segment, options.crc ?? 'hj212')}: ${diagnoseCrc(segment, digits)}`);
  }
  const warnings: string[] = [];
  if (segment.length > MAX_SEGMENT) warnings.push(`the data segment has ${segment.length} bytes; the standard allows ${MAX_SEGMENT}`);
  if (isLowerCase(bytes, end - 4)) warnings.push('lower-case CRC');
  // Of plain ASCII the bytes are the codes of the text; of anything else they are taken from it.
  if (isAscii(segment)) return parse(latin1(segment), segment, warnings);
  const text = textOf(segment, warnings);
  if (text === null) return failed('encoding', 'the data segment is neither UTF-8 nor GB 18030');
  return parse(
    text,
    Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)),
    warnings,
  );
}

/** The data segment as length and CRC count it: an encrypted CP (`{0xE4,…}`) decrypted. null where that cannot be done. */
function plainSegment(sent: Uint8Array, key: Uint8Array | undefined): Uint8Array | null {
  if (!sent.includes(0x7b)) return sent;
  const at = asBuffer(sent).indexOf('CP=&&{0x');
  if (at < 0) return sent;
  const body = key && decryptBody(sent.subarray(at + 5, -2), key);
  return body ? Buffer.concat([sent.subarray(0, at + 5), body, Buffer.from('&&')]) : null;
}

/** Codes of a text, one a character. */
type Codes = Uint8Array | Uint16Array;

function parse(text: string, codes: Codes, warnings: string[]): Decoded {
  const at = text.indexOf('CP=&&');
  if (at < 0) return failed('structure', 'no CP=&&');
  const end = text.length - 2;
  if (end < at + 5) return failed('structure', 'CP=&& is not closed');
  if (text.indexOf('&&', at + 5) < end) return failed('structure', '&& within CP: two packets run together');
  if (at > 0 && codes[at - 1] !== SEMICOLON) return failed('structure', `; is missing before CP`);
  const header: Field[] = [];
  for (let start = 0; start < at; ) {
    let [stop, equals] = [start, -1];
    for (; codes[stop] !== SEMICOLON; stop++) if (equals < 0 && codes[stop] === EQUALS) equals = stop;
    if (equals > start) header.push([text.slice(start, equals), text.slice(equals + 1, stop)]);
    else {
      const part = text.slice(start, stop);
      if (part !== '' && part !== ',') return failed('structure', `not a field: ${JSON.stringify(part)}`);
      warnings.push('an empty field in the header');
    }
    start = stop + 1;
  }
  const fault = checkHeader(header, warnings);
  if (fault !== null) return fault;
  const info = text.indexOf('=//', at + 5) >= 0;
  const groups = info ? groupsAroundInfo(text.slice(at + 5, end), warnings) : groupsOf(text, codes, at + 5, end, warnings);
  if (typeof groups === 'string') return failed('structure', `not a field in CP: ${JSON.stringify(groups)}`);
  checkTimes(header, groups, warnings);
  return { ok: true, packet: { header, groups }, warnings };
}

function checkHeader(header: Field[], warnings: string[]): Decoded | null {
  let last = -1;
  /** Value of each known field by its place in HEADER_KEYS. */
  const values: (string | undefined)[] = [];
  for (let index = 0; index < header.length; index++) {
    const [name, value] = header[index]!;
    let place = PLACE_OF.get(name);
    if (place === undefined) {
      place = HEADER_KEYS.findIndex((known) => known.toLowerCase() === name.replace(/^,/, '').toLowerCase());
      if (place < 0) {
        warnings.push(`unknown header field ${name}`);
        if (header.findIndex(([other]) => other === name) !== index) return failed('structure', 'a header field stands twice');
        continue;
      }
      warnings.push(`${name} stands for ${HEADER_KEYS[place]}`);
      header[index] = [HEADER_KEYS[place]!, value];
    }
    if (values[place] !== undefined) return failed('structure', 'a header field stands twice');
    values[place] = value;
    if (place < last) warnings.push(`${HEADER_KEYS[place]} is out of order`);
    last = place;
  }
  const [, st, cn, pw, mn, flag] = values;
  if (cn === undefined || !isNumber(cn, 4, 4)) return failed('structure', 'CN is four digits');
  if (st === undefined || !isNumber(st, 2, 2)) return failed('structure', 'ST is two digits');
  if (!mn) return failed('structure', 'no MN');
  if (flag !== undefined && (!isNumber(flag, 1, 3) || Number(flag) > 255)) return failed('structure', 'Flag is a number from 0 to 255');
  if (pw === '') warnings.push('PW is empty');
  return null;
}

function isNumber(text: string, least: number, most: number): boolean {
  if (text.length < least || text.length > most) return false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

/** Times that cannot be: the CRC does not notice two characters swapped eight places apart, and DataTime is where that hurts. */
function checkTimes(header: readonly Field[], groups: readonly (readonly Field[])[], warnings: string[]): void {
  const qn = header.find(([name]) => name === 'QN')?.[1];
  if (qn !== undefined && (qn.length !== 17 || !isTime(qn))) warnings.push(`QN is no time: ${qn}`);
  const dataTime = firstOf(groups, 'DataTime');
  if (dataTime === undefined) return;
  if ((dataTime.length !== 14 && dataTime.length !== 17) || !isTime(dataTime)) warnings.push(`DataTime is no time: ${dataTime}`);
  else if (dataTime.length === 17) warnings.push('DataTime has milliseconds');
  if (qn !== undefined && isTime(qn) && dataTime.slice(0, 14) > qn.slice(0, 14)) {
    warnings.push(`DataTime ${dataTime} is later than the packet's own QN ${qn}`);
  }
}

function two(text: string, at: number): number {
  return (text.charCodeAt(at) - 0x30) * 10 + text.charCodeAt(at + 1) - 0x30;
}

function firstOf(groups: readonly (readonly Field[])[], key: string): string | undefined {
  for (const group of groups) for (const field of group) if (field[0] === key) return field[1];
  return undefined;
}

/** Whether the first 14 characters are a time of the calendar. */
function isTime(text: string): boolean {
  for (let at = 0; at < 14; at++) {
    const code = text.charCodeAt(at);
    if (!(code >= 0x30 && code <= 0x39)) return false;
  }
  const [year, month, day] = [two(text, 0) * 100 + two(text, 2), two(text, 4), two(text, 6)];
  if (month < 1 || month > 12 || day < 1 || two(text, 8) > 23 || two(text, 10) > 59 || two(text, 12) > 59) return false;
  return day <= 28 || day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The groups of CP between two places of the text, in one pass; the text of a piece that is no field. */
function groupsOf(text: string, codes: Codes, from: number, to: number, warnings: string[]): Field[][] | string {
  const groups: Field[][] = [];
  let group: Field[] = [];
  let start = from;
  let equals = -1;
  for (let at = from; at <= to; at++) {
    const code = at === to ? SEMICOLON : codes[at]!;
    if (code === EQUALS) {
      if (equals < 0) equals = at;
      continue;
    }
    if (code !== SEMICOLON && code !== COMMA) continue;
    if (equals > start) group.push([text.slice(start, equals), text.slice(equals + 1, at)]);
    else if (at > start || code === COMMA || group.length > 0) return text.slice(start, at);
    else if (to > from) warnings.push('an empty field in CP');
    if (code === SEMICOLON && group.length > 0) {
      groups.push(group);
      group = [];
    }
    start = at + 1;
    equals = -1;
  }
  return groups;
}

/** The same where free text may hold separators. */
function groupsAroundInfo(body: string, warnings: string[]): Field[][] | string {
  const groups: Field[][] = [];
  for (const part of splitOutsideInfo(body, ';')) {
    if (part === '') {
      warnings.push('an empty field in CP');
      continue;
    }
    const group: Field[] = [];
    for (const piece of splitOutsideInfo(part, ',')) {
      const field = fieldOf(piece);
      if (field === null) return piece;
      group.push(field);
    }
    groups.push(group);
  }
  return groups;
}

/** Splits at a separator, but not inside the free text `//…//` of an Info field. */
function splitOutsideInfo(text: string, separator: string): string[] {
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

/** The four digits behind `##`, -1 where they are none. */
function lengthOf(bytes: Uint8Array): number {
  let length = 0;
  for (let at = 2; at < 6; at++) {
    const digit = bytes[at]! - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
    length = length * 10 + digit;
  }
  return length;
}

/** The value of four hex digits from a place on, -1 where they are none. */
function hexOf(bytes: Uint8Array, from: number): number {
  let value = 0;
  for (let at = from; at < from + 4; at++) {
    const byte = bytes[at]!;
    const upper = byte & 0xdf;
    if (byte >= 0x30 && byte <= 0x39) value = value * 16 + byte - 0x30;
    else if (upper >= 0x41 && upper <= 0x46) value = value * 16 + upper - 0x37;
    else return -1;
  }
  return value;
}

function isLowerCase(bytes: Uint8Array, from: number): boolean {
  return bytes[from]! > 0x5a || bytes[from + 1]! > 0x5a || bytes[from + 2]! > 0x5a || bytes[from + 3]! > 0x5a;
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
