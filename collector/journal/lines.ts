import { type SampleBatch, samplesIn } from '../sample/batch.ts';
import { REASON_CODE, type Reason } from '../sample/reason.ts';
import { ORIGIN_CODE, type Origin, QUALITY_CODE, type Quality } from '../sample/sample.ts';
import { type ChannelList, ChannelLists, SHORTEST_RUN } from './channel-lists.ts';
import { CHECK_CHARS, channelOf, copyOf, decodeLine, decodeNullable, decodeTime, TIME_CHARS } from './codec.ts';
import type { Entry, JournalRecord } from './record.ts';
import { saysBatch } from './runs.ts';

const LISTS = new ChannelLists();

/** What stands between value and raw, where a batch can say it. */
interface State {
  readonly reason: number;
  readonly origin: Origin;
  readonly missing: boolean;
}
const GOOD = 'good\tnone\tdevice\t';
const GOOD_STATE: State = { reason: REASON_CODE.none, origin: 'device', missing: false };
const STATES = new Map<string, State | null>();

/**
 * The entries that a group's lines say, as if they had been appended so: longer runs of samples of one moment become batches, anything else
 * records, in the order of the lines.
 *
 * @throws SyntaxError where a line is not what `encodeRecord` writes.
 */
export function decodeEntries(lines: Buffer): Entry[] {
  const text = lines.toString('utf8');
  const into = new Entries();
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (!into.addSample(text, start, end)) into.addRecord(decodeLine(text, start, end));
    start = end + 1;
  }
  return into.all();
}

class Entries {
  readonly #entries: Entry[] = [];
  #records: JournalRecord[] = [];
  /** The run being read: its moment, its columns, and the list that its channels have followed so far. */
  #time = '';
  #timeMs = 0;
  #origin: Origin = 'device';
  #values: number[] = [];
  #reasons: number[] = [];
  #texts: (string | null)[] = [];
  #list: ChannelList | undefined;
  #channels: string[] | null = null;

  /** Whether the line is a sample that a batch can say. */
  addSample(text: string, start: number, end: number): boolean {
    const timeEnd = start + 2 + TIME_CHARS;
    if (text.charCodeAt(start) !== 115 || text.charCodeAt(timeEnd) !== TAB) return false;
    const sameTime = this.#values.length > 0 && text.startsWith(this.#time, start + 2);
    const expected = sameTime ? this.#expected(text, timeEnd + 1) : null;
    const channelEnd = expected === null ? text.indexOf('\t', timeEnd + 1) : timeEnd + 1 + expected.length;
    const valueEnd = text.indexOf('\t', channelEnd + 1);
    let state: State | null = GOOD_STATE;
    let rawStart = valueEnd + 1 + GOOD.length;
    if (!text.startsWith(GOOD, valueEnd + 1)) {
      rawStart = text.indexOf('\t', text.indexOf('\t', text.indexOf('\t', valueEnd + 1) + 1) + 1) + 1;
      state = stateOf(text.slice(valueEnd + 1, rawStart));
    }
    const rawEnd = end - CHECK_CHARS;
    if (state === null || rawStart > rawEnd || text.indexOf('\t', rawStart) !== rawEnd) return false;
    if (state.missing !== (channelEnd + 1 === valueEnd)) return false;
    const value = state.missing ? Number.NaN : Number(text.slice(channelEnd + 1, valueEnd));
    if (!state.missing && !Number.isFinite(value)) return false;
    const raw = decodeNullable(text.slice(rawStart, rawEnd));
    const full = this.#list !== undefined && this.#channels === null && this.#values.length === this.#list.channels.length;
    if (!sameTime || full || state.origin !== this.#origin) {
      this.#endRun();
      this.#time = text.slice(start + 2, timeEnd);
      this.#timeMs = decodeTime(this.#time);
      this.#origin = state.origin;
    }
    this.#addChannel(expected !== null && this.#values.length > 0 ? expected : channelOf(text.slice(timeEnd + 1, channelEnd)));
    this.#values.push(value);
    this.#reasons.push(state.reason);
    this.#texts.push(raw);
    return true;
  }

  addRecord(record: JournalRecord): void {
    this.#endRun();
    this.#records.push(record);
  }

  all(): Entry[] {
    this.#endRun();
    this.#endRecords();
    return this.#entries;
  }

  /** The next channel of the list, if it is the one that stands in the text. */
  #expected(text: string, at: number): string | null {
    if (this.#channels !== null || !this.#list?.plain) return null;
    const name = this.#list.channels[this.#values.length];
    return name !== undefined && text.startsWith(name, at) && text.charCodeAt(at + name.length) === TAB ? name : null;
  }

  #addChannel(name: string): void {
    const index = this.#values.length;
    if (index === 0) {
      this.#list = LISTS.expected(name);
      this.#channels = this.#list === undefined ? [name] : null;
      return;
    }
    if (this.#channels === null && this.#list?.channels[index] !== name) this.#channels = this.#list?.channels.slice(0, index) ?? [];
    this.#channels?.push(name);
  }

  #endRun(): void {
    const count = this.#values.length;
    if (count === 0) return;
    const followed = this.#channels === null ? (this.#list as ChannelList).channels : this.#channels;
    const channels = followed.length === count ? followed : followed.slice(0, count);
    const known = channels === this.#list?.channels;
    const batch: SampleBatch = {
      channels: known || count < SHORTEST_RUN ? channels : LISTS.remember(channels).channels,
      timeMs: this.#timeMs,
      origin: this.#origin,
      values: Float64Array.from(this.#values),
      reasons: Uint8Array.from(this.#reasons),
      raw: { kind: 'texts', texts: this.#texts },
    };
    if (count < SHORTEST_RUN) {
      for (const sample of samplesIn(batch)) this.#records.push({ kind: 'sample', sample });
    } else {
      this.#endRecords();
      this.#entries.push(batch);
    }
    [this.#values, this.#reasons, this.#texts] = [[], [], []];
    [this.#list, this.#channels] = [undefined, null];
  }

  #endRecords(): void {
    if (this.#records.length > 0) this.#entries.push(this.#records);
    this.#records = [];
  }
}

const TAB = 9;

/** Null where only a record can say it. */
function stateOf(text: string): State | null {
  let state = STATES.get(text);
  if (state === undefined) {
    const [quality = '', reason = '', origin = ''] = text.split('\t');
    const known = quality in QUALITY_CODE && reason in REASON_CODE && origin in ORIGIN_CODE;
    const missing = quality === 'missing';
    const said = known && (missing || saysBatch(quality as Quality, reason === 'none'));
    state = said ? { reason: REASON_CODE[reason as Reason], origin: origin as Origin, missing } : null;
    if (known) STATES.set(copyOf(text), state);
  }
  return state;
}
