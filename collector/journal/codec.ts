import { REASON_CODE, type Reason } from '../sample/reason.ts';
import { ORIGIN_CODE, type Origin, QUALITY_CODE, type Quality } from '../sample/sample.ts';
import type { JournalRecord } from './record.ts';

/**
 * One record as one line of text that a person can read, fields divided by tabs:
 *
 * ```
 * s  time  channel  value  quality  reason  origin  raw
 * q  time  source   reason raw
 * e  time  source   event  detail
 * c  time  channel  sampleTime  value  by  why
 * ```
 *
 * Times are ISO 8601 in UTC. A value is the shortest decimal that gives the same float64 back, empty where there is none. `\N` stands
 * for null; backslash, tab, line ends, other control characters and lone surrogates are escaped, so that any string survives.
 */

const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\\]/u;
const UNSAFE_PARTS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\\]/gu;
const NAMED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const NAMED_BACK: Readonly<Record<string, string>> = { '\\': '\\', t: '\t', n: '\n', r: '\r' };

/** What nearly every text is: printable ASCII without a backslash. Much cheaper to see than that nothing is unsafe. */
const PLAIN = /^[ -[\]-~]*$/;

export function escapeText(text: string): string {
  if (PLAIN.test(text) || !UNSAFE.test(text)) return text;
  return text.replace(UNSAFE_PARTS, (part) => NAMED[part] ?? `\\u${part.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** @throws SyntaxError for an escape that `escapeText` never writes. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(u[0-9a-f]{4}|.?)/gs, (_, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    const plain = NAMED_BACK[code];
    if (plain === undefined) throw new SyntaxError(`unknown escape \\${code}`);
    return plain;
  });
}

export const NULL = '\\N';
const encodeNullable = (text: string | null): string => (text === null ? NULL : escapeText(text));
export const decodeNullable = (field: string): string | null => (field === NULL ? null : unescapeText(field));

let lastTimeMs = Number.NaN;
let lastTime = '';
/** @throws RangeError for what is no whole millisecond. */
export function encodeTime(timeMs: number): string {
  if (timeMs === lastTimeMs) return lastTime;
  if (!Number.isSafeInteger(timeMs)) throw new RangeError(`a time is a whole number of milliseconds, not ${timeMs}`);
  lastTime = new Date(timeMs).toISOString();
  lastTimeMs = timeMs;
  return lastTime;
}

let lastParsed = '';
let lastParsedMs = 0;
/** @throws SyntaxError for what is no time. */
export function decodeTime(field: string): number {
  if (field === lastParsed) return lastParsedMs;
  const timeMs = Date.parse(field);
  if (Number.isNaN(timeMs)) throw new SyntaxError(`not a time: ${field}`);
  lastParsed = field;
  lastParsedMs = timeMs;
  return timeMs;
}

/** @throws RangeError for what is not finite. */
export function encodeValue(value: number | null): string {
  if (value === null) return '';
  if (!Number.isFinite(value)) throw new RangeError(`a value is finite or missing, not ${value}`);
  return Object.is(value, -0) ? '-0' : String(value);
}

function decodeValue(field: string): number | null {
  if (field === '') return null;
  const value = Number(field);
  if (!Number.isFinite(value)) throw new SyntaxError(`not a value: ${field}`);
  return value;
}

/**
 * The line of a record, without its end of line.
 *
 * @throws RangeError where the record breaks its own rules: a time that is no whole millisecond, a value that is not finite, a value
 * present with quality `missing` or absent without it.
 */
export function encodeRecord(record: JournalRecord): string {
  switch (record.kind) {
    case 'sample': {
      const { channel, timeMs, value, quality, reason, origin, raw } = record.sample;
      if ((value === null) !== (quality === 'missing')) throw new RangeError(`${channel}: quality ${quality} with value ${value}`);
      return `s\t${encodeTime(timeMs)}\t${escapeText(channel)}\t${encodeValue(value)}\t${quality}\t${reason}\t${origin}\t${encodeNullable(raw)}`;
    }
    case 'quarantine':
      return `q\t${encodeTime(record.timeMs)}\t${escapeText(record.source)}\t${escapeText(record.reason)}\t${escapeText(record.raw)}`;
    case 'event':
      return `e\t${encodeTime(record.timeMs)}\t${escapeText(record.source)}\t${escapeText(record.event)}\t${escapeText(record.detail)}`;
    case 'correction':
      return [
        'c',
        encodeTime(record.timeMs),
        escapeText(record.channel),
        encodeTime(record.sampleTimeMs),
        encodeValue(record.value),
        escapeText(record.by),
        escapeText(record.why),
      ].join('\t');
  }
}

/**
 * The record of a line's fields, as `encodeRecord` wrote them (fields beyond them are ignored).
 *
 * @throws SyntaxError where they are not what `encodeRecord` writes.
 */
export function decodeRecord(fields: readonly string[]): JournalRecord {
  const field = (index: number): string => {
    const text = fields[index];
    if (text === undefined) throw new SyntaxError(`${fields[0]} record of ${fields.length} fields`);
    return text;
  };
  switch (fields[0]) {
    case 's': {
      const quality = field(4);
      const reason = field(5);
      const origin = field(6);
      if (!(quality in QUALITY_CODE) || !(reason in REASON_CODE) || !(origin in ORIGIN_CODE)) {
        throw new SyntaxError(`unknown quality, reason or origin: ${quality} ${reason} ${origin}`);
      }
      return {
        kind: 'sample',
        sample: {
          channel: unescapeText(field(2)),
          timeMs: decodeTime(field(1)),
          value: decodeValue(field(3)),
          quality: quality as Quality,
          reason: reason as Reason,
          origin: origin as Origin,
          raw: decodeNullable(field(7)),
        },
      };
    }
    case 'q':
      return {
        kind: 'quarantine',
        timeMs: decodeTime(field(1)),
        source: unescapeText(field(2)),
        reason: unescapeText(field(3)),
        raw: unescapeText(field(4)),
      };
    case 'e':
      return {
        kind: 'event',
        timeMs: decodeTime(field(1)),
        source: unescapeText(field(2)),
        event: unescapeText(field(3)),
        detail: unescapeText(field(4)),
      };
    case 'c':
      return {
        kind: 'correction',
        timeMs: decodeTime(field(1)),
        channel: unescapeText(field(2)),
        sampleTimeMs: decodeTime(field(3)),
        value: decodeValue(field(4)),
        by: unescapeText(field(5)),
        why: unescapeText(field(6)),
      };
    default:
      throw new SyntaxError(`unknown record ${fields[0]}`);
  }
}

/** Behind the value of nearly every sample. */
const GOOD = '\tgood\tnone\tdevice\t';
/** ISO 8601 of years of four digits. */
export const TIME_CHARS = 24;
/** A tab and the check behind every line. */
export const CHECK_CHARS = 9;

/**
 * One string for each channel: a slice would keep the text of its whole group in memory, and a string that is known already is found
 * faster in every map.
 */
const CHANNELS = new Map<string, string>();
const MOST_CHANNELS = 100_000;
export function channelOf(text: string): string {
  const known = CHANNELS.get(text);
  if (known !== undefined) return known;
  if (CHANNELS.size >= MOST_CHANNELS) CHANNELS.clear();
  const [key, own] = [copyOf(text), copyOf(unescapeText(text))];
  CHANNELS.set(key, own);
  return own;
}

/** The same text with memory of its own. */
export function copyOf(text: string): string {
  const encoding = /^[\0-\xff]*$/.test(text) ? 'latin1' : 'utf16le';
  return Buffer.from(text, encoding).toString(encoding);
}

/** The record of a line in `text`, from `start` up to its end of line, with the check behind it. @throws SyntaxError */
export function decodeLine(text: string, start: number, end: number): JournalRecord {
  const timeEnd = start + 2 + TIME_CHARS;
  const channelEnd = text.indexOf('\t', timeEnd + 1);
  const valueEnd = text.indexOf('\t', channelEnd + 1);
  const rawStart = valueEnd + GOOD.length;
  if (text[start] !== 's' || text[timeEnd] !== '\t' || !text.startsWith(GOOD, valueEnd) || rawStart > end - CHECK_CHARS) {
    return decodeRecord(text.slice(start, end).split('\t'));
  }
  const timeMs =
    text.startsWith(lastParsed, start + 2) && lastParsed.length === TIME_CHARS ? lastParsedMs : decodeTime(text.slice(start + 2, timeEnd));
  const value = Number(text.slice(channelEnd + 1, valueEnd));
  if (!Number.isFinite(value) || channelEnd + 1 === valueEnd) throw new SyntaxError(`not a value: ${text.slice(channelEnd + 1, valueEnd)}`);
  return {
    kind: 'sample',
    sample: {
      channel: channelOf(text.slice(timeEnd + 1, channelEnd)),
      timeMs,
      value,
      quality: 'good',
      reason: 'none',
      origin: 'device',
      raw: decodeNullable(text.slice(rawStart, end - CHECK_CHARS)),
    },
  };
}
