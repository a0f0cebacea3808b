import { csvRows, UnclosedQuote } from '../../import/rows.ts';
import { type Path, valueAt } from './path.ts';

/** Where something stands in a payload: a path in JSON; a column of CSV, by number from 0 or by its heading. */
export type Place = { readonly path: Path } | { readonly column: number | string };

/** How a channel's value and time are found in a payload. */
export interface PayloadFormat {
  readonly format: 'json' | 'csv' | 'plain';
  readonly value: Place;
  /** Null: the time of a reading is its arrival. */
  readonly time: Place | null;
}

/** A reading taken from a payload; `timeMs` is null where the payload states no time. */
export interface Reading {
  readonly value: number;
  readonly timeMs: number | null;
}

/** One row of several that holds no reading: why, and the time that it states, null where it states none. */
export interface UnreadRow {
  readonly value: null;
  readonly timeMs: number | null;
  readonly why: string;
}

export class Unreadable extends Error {}

/** A number as people and programs write it; no hexadecimal, no empty text. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;
/** 1e11 s is the year 5138, 1e11 ms is 1973: between them, seconds and milliseconds cannot be mistaken. */
const SECONDS_BELOW = 1e11;
const BYTE_ORDER_MARK = 0xfeff;

/** A message's payload, taken apart once for all channels that share its topic. */
export class Payload {
  readonly #text: string | null;
  #document: { readonly value: unknown } | null = null;
  #rows: readonly (readonly string[])[] | null = null;

  /** @param text null where the bytes are no text. */
  constructor(text: string | null) {
    this.#text = text?.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  }

  /** @throws Unreadable */
  get text(): string {
    if (this.#text === null) throw new Unreadable('no text in UTF-8 or GBK');
    return this.#text;
  }

  /**
   * The readings that the format finds: one of JSON or a plain number, one a row of CSV. Numbers may be written as text; `true` and
   * `false` are 1 and 0. Of several rows each is read by itself: one that cannot be read keeps none of the others back.
   *
   * @throws Unreadable where there is no number, no time that states its offset, or several rows without a column of times.
   */
  readings(format: PayloadFormat): readonly (Reading | UnreadRow)[] {
    if (format.format === 'plain') return [{ value: numberOf(this.text), timeMs: null }];
    const values = this.#found(format.value);
    const times = format.time === null ? null : this.#found(format.time);
    if (values.length > 1 && times === null) throw new Unreadable(`${values.length} rows without a column of times`);
    if (values.length === 1) return [readingOf(values[0], times)];
    return values.map((found, row) => {
      try {
        return readingOf(found, [times?.[row]]);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        return { value: null, timeMs: timeOrNull(times?.[row]), why: `row ${row + 1}: ${error.message}` };
      }
    });
  }

  /** The publisher's count of its messages. @throws Unreadable where there is no whole number. */
  count(place: Place): number {
    const number = numberOf(this.#found(place)[0]);
    if (!Number.isSafeInteger(number)) throw new Unreadable(`${number} is no count of messages`);
    return number;
  }

  /** What stands at a place: once in JSON, in every row of CSV. */
  #found(place: Place): readonly unknown[] {
    if ('path' in place) return [valueAt(this.#json(), place.path)];
    const rows = this.#csv();
    if (typeof place.column === 'number') return rows.map((row) => row[place.column as number]?.trim());
    const column = (rows[0] ?? []).findIndex((heading) => heading.trim() === place.column);
    if (column < 0) throw new Unreadable(`no column ${place.column}`);
    if (rows.length < 2) throw new Unreadable('headings without a row');
    return rows.slice(1).map((row) => row[column]?.trim());
  }

  #json(): unknown {
    if (this.#document === null) {
      const { text } = this;
      try {
        this.#document = { value: JSON.parse(text) };
      } catch (error) {
        throw new Unreadable(`no JSON: ${(error as Error).message}`);
      }
    }
    return this.#document.value;
  }

  #csv(): readonly (readonly string[])[] {
    this.#rows ??= rowsOf(this.text);
    if (this.#rows.length === 0) throw new Unreadable('no row');
    return this.#rows;
  }
}

/** Rows that hold something. @throws Unreadable where a quoted cell does not end. */
function rowsOf(text: string): readonly (readonly string[])[] {
  try {
    return csvRows(text).filter((row) => row.some((cell) => cell.trim() !== ''));
  } catch (error) {
    throw error instanceof UnclosedQuote ? new Unreadable(error.message) : error;
  }
}

/** @param times null: the payload states none. @throws Unreadable */
function readingOf(found: unknown, times: readonly unknown[] | null): Reading {
  if (found === undefined || found === null || found === '') throw new Unreadable('no value at its place');
  return { value: numberOf(found), timeMs: times === null ? null : timeOf(times[0]) };
}

/** @throws Unreadable */
function numberOf(found: unknown): number {
  if (typeof found === 'number') return found;
  if (typeof found === 'boolean') return found ? 1 : 0;
  if (typeof found === 'string' && NUMBER.test(found.trim())) return Number(found);
  throw new Unreadable(`${JSON.stringify(found ?? null).slice(0, 60)} is no number`);
}

function timeOrNull(found: unknown): number | null {
  try {
    return timeOf(found);
  } catch {
    return null;
  }
}

/** ISO 8601 with its offset, or seconds or milliseconds since 1970. */
function timeOf(found: unknown): number {
  const timeMs =
    typeof found === 'number' || (typeof found === 'string' && NUMBER.test(found))
      ? Number(found) * (Math.abs(Number(found)) < SECONDS_BELOW ? 1000 : 1)
      : typeof found === 'string' && ISO.test(found)
        ? Date.parse(found.replace(' ', 'T'))
        : Number.NaN;
  if (!Number.isFinite(timeMs)) throw new Unreadable(`${JSON.stringify(found ?? null).slice(0, 60)} is no time with its offset`);
  return Math.round(timeMs);
}
