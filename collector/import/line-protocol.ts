import { Fault } from '../../config/words/fault.ts';
import { REASON_CODE, type Reason } from '../sample/reason.ts';
import { QUALITY_CODE, type Quality, type Sample } from '../sample/sample.ts';
import type { Cell } from './cell.ts';

/** One line: a measurement with its tags, its fields and a time. */
export interface Point {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, number | boolean | string>>;
  readonly timeMs: number;
}

/** What a unit of the time stamps is in milliseconds. */
export const PRECISION_MS = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000 } as const;
export type Precision = keyof typeof PRECISION_MS;

/**
 * The points of a file of line protocol. Empty lines and lines that begin with `#` are passed over.
 *
 * @throws Fault import.line where a line is none, or has no time stamp: nobody knows when it was read; import.precision where its time
 * stamp in this unit is of no time from which there are readings.
 * @source InfluxDB 1.8, “Line protocol reference”
 */
export function parseLines(text: string, place: string, precision: Precision): Point[] {
  return text.split('\n').flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const point = pointOf(trimmed, precision);
    if (point !== null && isTime(point.timeMs)) return [point];
    if (point !== null) throw otherPrecision(trimmed, `${place}:${index + 1}`, precision);
    throw new Fault({
      code: 'import.line',
      place: `${place}:${index + 1}`,
      zh: '此行不是带时间戳的 line protocol（测量,标签=… 字段=值 时间戳）',
      en: 'this is no line protocol with a time stamp (measurement,tag=… field=value time)',
    });
  });
}

/** Readings of machines are none of 1970, and none of the year 20000: that is what another unit makes of them. */
const [EARLIEST_MS, LATEST_MS] = [Date.UTC(1990, 0), Date.UTC(2100, 0)];
const isTime = (ms: number): boolean => ms >= EARLIEST_MS && ms < LATEST_MS;

function otherPrecision(line: string, place: string, precision: Precision): Fault {
  const fits = (Object.keys(PRECISION_MS) as Precision[]).filter((other) => isTime(pointOf(line, other)?.timeMs ?? 0));
  const [zh, en] =
    fits.length === 0 ? ['', ''] : [`；是否应为 --precision ${fits.join('、')}？`, `; is it --precision ${fits.join(', ')}?`];
  return new Fault({
    code: 'import.precision',
    place,
    zh: `时间戳按 ${precision} 不在 1990 到 2100 年之间${zh}`,
    en: `the time stamp in ${precision} lies outside the years 1990 to 2100${en}`,
  });
}

function pointOf(line: string, precision: Precision): Point | null {
  const [series, fieldText, time, ...rest] = splitOutside(line, ' ').filter((part) => part !== '');
  if (series === undefined || fieldText === undefined || time === undefined || rest.length > 0 || !/^-?\d+$/.test(time)) return null;
  const [measurement, ...tagParts] = splitOutside(series, ',');
  const tags = pairs(tagParts);
  const texts = pairs(splitOutside(fieldText, ','));
  if (measurement === undefined || measurement === '' || tags === null || texts === null || Object.keys(texts).length === 0) return null;
  const fields: Record<string, number | boolean | string> = {};
  for (const [name, value] of Object.entries(texts)) {
    const read = fieldOf(value);
    if (read === null) return null;
    fields[unescaped(name)] = read;
  }
  const plain = Object.fromEntries(Object.entries(tags).map(([name, value]) => [unescaped(name), unescaped(value)]));
  // Nanoseconds are beyond the whole numbers of a float64: they are cut as text.
  const timeMs = precision === 'ns' ? Number(BigInt(time) / 1_000_000n) : Math.floor(Number(time) * PRECISION_MS[precision]);
  return { measurement: unescaped(measurement), tags: plain, fields, timeMs };
}

function fieldOf(text: string): number | boolean | string | null {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (/^[+-]?\d+[iu]$/.test(text)) return Number(text.slice(0, -1));
  if (/^(t|true)$/i.test(text)) return true;
  if (/^(f|false)$/i.test(text)) return false;
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : null;
}

/** Splits where the separator is neither escaped nor within a quoted text. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '\\' && at + 1 < text.length) part += character + (text[++at] as string);
    else if (character === separator && !quoted) {
      parts.push(part);
      part = '';
    } else {
      if (character === '"') quoted = !quoted;
      part += character;
    }
  }
  return [...parts, part];
}

function pairs(parts: readonly string[]): Record<string, string> | null {
  const found: Record<string, string> = {};
  for (const part of parts) {
    const at = part.search(/(?<!\\)=/);
    if (at <= 0 || at === part.length - 1) return null;
    found[part.slice(0, at)] = part.slice(at + 1);
  }
  return found;
}

const unescaped = (text: string): string => text.replace(/\\([, =\\"])/g, '$1');

/**
 * The samples that our own stores hold as line protocol, with their quality and reason; null for points of another make.
 */
export function ownSample({ measurement, tags, fields, timeMs }: Point): Sample | null {
  const { channel } = tags;
  const { v, q, r } = fields;
  if (measurement !== 'sample' || channel === undefined || typeof q !== 'number' || typeof r !== 'number') return null;
  const quality = (Object.keys(QUALITY_CODE) as Quality[]).find((name) => QUALITY_CODE[name] === q);
  const reason = (Object.keys(REASON_CODE) as Reason[]).find((name) => REASON_CODE[name] === r);
  if (quality === undefined || reason === undefined || (typeof v === 'number') === (quality === 'missing')) return null;
  return { channel, timeMs, value: typeof v === 'number' ? v : null, quality, reason, origin: 'import', raw: null };
}

/**
 * Points as a table of time, name and value, whose names are then mapped like those of any long file. The name is the channel that a tag,
 * `measurement.field` or the measurement names, and otherwise the series and its field in full.
 */
export function pointRows(points: readonly Point[], known: ReadonlySet<string>): Cell[][] {
  const rows: Cell[][] = [['time', 'tag', 'value']];
  for (const { measurement, tags, fields, timeMs } of points) {
    for (const [field, value] of Object.entries(fields)) {
      const single = Object.keys(fields).length === 1;
      const wanted = [...Object.values(tags), `${measurement}.${field}`, field, ...(single ? [measurement] : [])];
      const series = [measurement, ...Object.entries(tags).map(([name, tag]) => `${name}=${tag}`)].join(',');
      const named = single ? wanted : wanted.filter((name) => name === field || name === `${measurement}.${field}`);
      rows.push([
        new Date(timeMs).toISOString(),
        named.find((name) => known.has(name)) ?? `${series} ${field}`,
        typeof value === 'boolean' ? Number(value) : value,
      ]);
    }
  }
  return rows;
}
