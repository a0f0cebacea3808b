import type { RawColumn, SampleBatch } from '../sample/batch.ts';
import { REASON_CODE, reasonOf } from '../sample/reason.ts';
import { ORIGIN_CODE, type Origin } from '../sample/sample.ts';
import { CHECK_BYTES, HEX, writeCheck } from './chain.ts';
import { encodeRecord, encodeTime, encodeValue, escapeText, NULL } from './codec.ts';
import { type Entry, isBatch, type JournalRecord } from './record.ts';

const FIRST_BYTES = 1 << 16;
/** A text that has grown beyond this is not kept for the next group. */
const LARGEST_KEPT = 4 << 20;
/** `s`, the time, the longest value, the longest state, and what stands between and behind them. */
const MOST_BESIDE_NAME_AND_RAW = 160;

const NEWLINE = 10;
const SPACE = 32;
const TILDE = 126;
const BACKSLASH = 92;
const LONGEST_BY_BYTE = 64;
/** An escape of one unit of a text, `\\uXXXX`. */
const MOST_BYTES_A_UNIT = 6;
type Registers = Extract<RawColumn, { readonly kind: 'registers' }>;

/**
 * The record lines of one group as they will stand in the file, each with its check, written into one growing buffer: nothing is made
 * a sample that lives longer than its line.
 */
export class GroupText {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** The same memory, for what is written four bytes at a time. */
  #view = viewOf(this.#bytes);
  #length = 0;
  #count = 0;
  /** Check of the last line. */
  #check = 0;

  /** Number of records. */
  get count(): number {
    return this.#count;
  }

  /** The lines, valid until the next is added. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** @throws RangeError where a record breaks the rules of its kind; those before it have been written. */
  add(records: readonly JournalRecord[]): void {
    for (const record of records) this.#addLine(encodeRecord(record));
  }

  /** One line of text for each sample of the batch, the same that `encodeRecord` writes. @throws RangeError */
  addBatch({ channels, timeMs, origin, values, reasons, raw }: SampleBatch): void {
    const names = namesOf(channels);
    const moment = momentOf(timeMs);
    if (values.some((value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)) {
      throw new RangeError('a value is finite or missing');
    }
    this.#reserve(channels.length * MOST_BESIDE_NAME_AND_RAW + names.text.length + rawRoom(raw, channels.length));
    const [into, view] = [this.#bytes, this.#view];
    for (let i = 0; i < channels.length; i++) {
      const start = this.#length;
      const value = values[i] as number;
      let at = copy(view, start, moment.view, 0, moment.length);
      at = copy(view, at, names.text.view, names.at[i] as number, names.at[i + 1] as number);
      at = writeValue(into, at, value);
      const state = stateOf(reasons[i] as number, Number.isNaN(value), origin);
      at = copy(view, at, state.view, 0, state.length);
      this.#close(
        start,
        raw.kind === 'registers'
          ? writeRegisters(view, at, raw, i)
          : writeText(into, at, raw.kind === 'same' ? raw.text : (raw.texts[i] as string | null)),
      );
    }
  }

  /** All of the entries or, where one breaks the rules, nothing. @throws RangeError */
  addAll(entries: readonly Entry[]): void {
    const [length, count, check] = [this.#length, this.#count, this.#check];
    try {
      for (const entry of entries) {
        if (isBatch(entry)) this.addBatch(entry);
        else this.add(entry);
      }
    } catch (error) {
      [this.#length, this.#count, this.#check] = [length, count, check];
      throw error;
    }
  }

  /** The lines with the closing line behind them: nothing can be added any more. */
  closed(line: string): Buffer {
    this.#reserve(line.length);
    return this.#bytes.subarray(0, this.#length + this.#bytes.write(line, this.#length));
  }

  /** Takes everything back, to be used for another group. @returns whether it is worth keeping. */
  clear(): boolean {
    this.#length = 0;
    this.#count = 0;
    this.#check = 0;
    return this.#bytes.length <= LARGEST_KEPT;
  }

  #addLine(line: string): void {
    this.#reserve(line.length * 3 + CHECK_BYTES + 1);
    const start = this.#length;
    this.#close(start, start + this.#bytes.write(line, start));
  }

  /** Writes the check and the end of the line that stands from `start` up to `end`. */
  #close(start: number, end: number): void {
    this.#check = writeCheck(this.#view, start, end, this.#check);
    this.#bytes[end + CHECK_BYTES] = NEWLINE;
    this.#length = end + CHECK_BYTES + 1;
    this.#count++;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#length + more));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Bytes to copy from four at a time: three more can be read behind them. */
interface Padded {
  readonly view: DataView;
  readonly length: number;
}

function padded(bytes: Uint8Array): Padded {
  const copied = new Uint8Array(bytes.length + 3);
  copied.set(bytes);
  return { view: viewOf(copied), length: bytes.length };
}

/** Up to three bytes behind what is copied are written too: what comes next is written over them. */
function copy(into: DataView, at: number, from: DataView, start: number, end: number): number {
  for (let i = start, to = at; i < end; i += 4, to += 4) into.setInt32(to, from.getInt32(i, true), true);
  return at + end - start;
}

function writeValue(into: Uint8Array, at: number, value: number): number {
  if (Number.isNaN(value)) return at;
  const text = encodeValue(value);
  let to = at;
  for (let i = 0; i < text.length; i++) into[to++] = text.charCodeAt(i);
  return to;
}

function writeRegisters(into: DataView, at: number, { data, at: starts, end: ends }: Registers, index: number): number {
  const [start, end] = [starts[index] as number, ends[index] as number];
  let to = at;
  for (let i = start; i < end; i++) {
    if (i > start && (i - start) % 2 === 0) into.setUint8(to++, SPACE);
    into.setUint16(to, HEX[data[i] as number] as number);
    to += 2;
  }
  return to;
}

/** Short plain texts, which nearly all are, byte by byte: a call costs more. */
function writeText(into: Buffer, at: number, text: string | null): number {
  if (text === null || text.length > LONGEST_BY_BYTE) return at + into.write(text === null ? NULL : escapeText(text), at);
  let to = at;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < SPACE || code > TILDE || code === BACKSLASH) return at + into.write(escapeText(text), at);
    into[to++] = code;
  }
  return to;
}

function rawRoom(raw: RawColumn, count: number): number {
  const room = (text: string | null): number => (text === null ? NULL.length : text.length * MOST_BYTES_A_UNIT);
  if (raw.kind === 'same') return count * room(raw.text);
  if (raw.kind === 'texts') return raw.texts.reduce((sum, text) => sum + room(text), 0);
  let bytes = 0;
  for (let i = 0; i < count; i++) bytes += (raw.end[i] as number) - (raw.at[i] as number);
  return 3 * bytes;
}

/** The names of channels as they stand in lines, each between its tabs; that of channel `i` from `at[i]` up to `at[i + 1]`. */
interface Names {
  readonly text: Padded;
  readonly at: Uint32Array;
}

const NAMES = new WeakMap<readonly string[], Names>();
function namesOf(channels: readonly string[]): Names {
  const known = NAMES.get(channels);
  if (known !== undefined) return known;
  const parts = channels.map((channel) => Buffer.from(`${escapeText(channel)}\t`));
  const at = new Uint32Array(channels.length + 1);
  for (const [i, part] of parts.entries()) at[i + 1] = (at[i] as number) + part.length;
  const names = { text: padded(Buffer.concat(parts)), at };
  NAMES.set(channels, names);
  return names;
}

let lastMs = Number.NaN;
let lastMoment = padded(Buffer.alloc(0));
/** What every line of a moment begins with. */
function momentOf(timeMs: number): Padded {
  if (timeMs !== lastMs) {
    lastMoment = padded(Buffer.from(`s\t${encodeTime(timeMs)}\t`));
    lastMs = timeMs;
  }
  return lastMoment;
}

const STATES = new Map<number, Padded>();
/** What stands between value and raw. @throws RangeError for a missing sample without a reason's code. */
function stateOf(reason: number, missing: boolean, origin: Origin): Padded {
  const key = (reason << 4) | (ORIGIN_CODE[origin] << 1) | (missing ? 1 : 0);
  let state = STATES.get(key);
  if (state === undefined) {
    const quality = missing ? 'missing' : reason === REASON_CODE.none ? 'good' : 'suspect';
    state = padded(Buffer.from(`\t${quality}\t${reasonOf(reason)}\t${origin}\t`));
    STATES.set(key, state);
  }
  return state;
}
