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

export function escapeText(text: string): string {
  if (!UNSAFE.test(text)) return text;
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

const NULL = '\\N';
const encodeNullable = (text: string | null): string => (text === null ? NULL : escapeText(text));
const decodeNullable = (field: string): string | null => (field === NULL ? null : unescapeText(field));

let lastTimeMs = Number.NaN;
let lastTime = '';
function encodeTime(timeMs: number): string {
  if (timeMs === lastTimeMs) return lastTime;
  if (!Number.isSafeInteger(timeMs)) throw new RangeError(`a time is a whole number of milliseconds, not ${timeMs}`);
  lastTime = new Date(timeMs).toISOString();
  lastTimeMs = timeMs;
  return lastTime;
}

let lastParsed = '';
let lastParsedMs = 0;
function decodeTime(field: string): number {
  if (field === lastParsed) return lastParsedMs;
  const timeMs = Date.parse(field);
  if (Number.isNaN(timeMs)) throw new SyntaxError(`not a time: ${field}`);
  lastParsed = field;
  lastParsedMs = timeMs;
  return timeMs;
}

function encodeValue(value: number | null): string {
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
