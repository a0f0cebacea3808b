import { countOf, isBatch, type JournalGroup, type JournalRecord } from '../../journal/record.ts';
import type { SampleBatch } from '../../sample/batch.ts';
import { REASON_CODE } from '../../sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE } from '../../sample/sample.ts';
import { samplesAmong } from '../rows.ts';
import type { Channels } from './channels.ts';
import { Rows } from './table-rows.ts';

export type LateRow = readonly [channel: number, time: number, value: number, quality: number, reason: number, origin: number];

/**
 * What groups will change in a file, told apart before a transaction begins: rows newer than all of their channel, rows that may stand in
 * the place of others, channels that are new. Nothing that readers see is changed until `take`.
 *
 * One object for all writes of a file, one after the other: the columns of a second's hundred thousand rows are used again.
 */
export class Staged {
  readonly fresh = new Rows();
  /** By channel and time: the last counts. */
  readonly late = new Map<string, LateRow>();
  /** Channels that are new, numbered on from those that are known. */
  readonly created = new Map<string, number>();
  /** Channels of the samples. */
  readonly touched: number[] = [];
  /** Touched channels that a late row came for. */
  readonly reopened = new Set<number>();
  /** By number, the time of the newest sample that each touched channel had before; NaN for the others. */
  before = new Float64Array(0);
  readonly #channels: Channels;
  #newest = new Float64Array(0);
  readonly #lists = new Map<readonly string[], Int32Array>();

  constructor(channels: Channels) {
    this.#channels = channels;
  }

  /** Takes what was staged before back, and stages these groups. */
  stage(groups: readonly JournalGroup[]): void {
    this.#clear(this.#channels.size + groups.reduce((sum, group) => sum + countOf(group), 0));
    for (const group of groups) {
      for (const entry of group.entries ?? [group.records]) {
        if (isBatch(entry)) this.#addBatch(entry);
        else this.#addRecords(entry);
      }
    }
  }

  /** The rows stand in the file: from now on readers see them. @param counts how many rows late ones added, by channel. */
  take(counts: ReadonlyMap<number, number>): void {
    const channels = this.#channels;
    for (const name of this.created.keys()) channels.add(name);
    for (const [list, ids] of this.#lists) channels.remember(list, ids);
    const { length, channel: ids, time, value, quality, reason, origin } = this.fresh;
    for (let i = 0; i < length; i += 1) {
      channels.counted(ids[i]!, 1, time[i]!, time[i]!);
      channels.took(ids[i]!, time[i]!, value[i]!, quality[i]!, reason[i]!, origin[i]!);
    }
    for (const late of this.late.values()) {
      channels.reopened(late[0]);
      channels.took(...late);
    }
    for (const [id, count] of counts) channels.counted(id, count, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  }

  /** @param room most channels that the next groups can touch. */
  #clear(room: number): void {
    if (this.before.length < room) {
      this.before = new Float64Array(room);
      this.#newest = new Float64Array(room);
    }
    this.before.fill(Number.NaN);
    this.fresh.length = 0;
    this.touched.length = 0;
    for (const kept of [this.late, this.reopened, this.created, this.#lists]) kept.clear();
  }

  #addRecords(records: readonly JournalRecord[]): void {
    for (const { channel, timeMs, value, quality, reason, origin } of samplesAmong(records)) {
      this.#add(this.#numberOf(channel), timeMs, value ?? Number.NaN, QUALITY_CODE[quality], REASON_CODE[reason], ORIGIN_CODE[origin]);
    }
  }

  #addBatch({ channels, timeMs, origin, values, reasons }: SampleBatch): void {
    const known = this.#channels.remembered(channels) ?? this.#lists.get(channels);
    const ids = known ?? Int32Array.from(channels, (name) => this.#numberOf(name));
    if (known === undefined) this.#lists.set(channels, ids);
    const code = ORIGIN_CODE[origin];
    for (let i = 0; i < ids.length; i += 1) {
      const value = values[i]!;
      const reason = reasons[i]!;
      const quality = Number.isNaN(value) ? QUALITY_CODE.missing : reason === REASON_CODE.none ? QUALITY_CODE.good : QUALITY_CODE.suspect;
      this.#add(ids[i]!, timeMs, value, quality, reason, code);
    }
  }

  #add(id: number, timeMs: number, value: number, quality: number, reason: number, origin: number): void {
    if (Number.isNaN(this.before[id])) {
      const lastMs = id < this.#channels.size ? this.#channels.lastMsOf(id) : Number.NEGATIVE_INFINITY;
      this.before[id] = lastMs;
      this.#newest[id] = lastMs;
      this.touched.push(id);
    }
    if (timeMs > this.#newest[id]!) {
      this.#newest[id] = timeMs;
      this.fresh.push(id, timeMs, value, quality, reason, origin);
    } else {
      this.late.set(`${id} ${timeMs}`, [id, timeMs, value, quality, reason, origin]);
      this.reopened.add(id);
    }
  }

  #numberOf(name: string): number {
    const known = this.#channels.numberOf(name) ?? this.created.get(name);
    if (known !== undefined) return known;
    const fresh = this.#channels.size + this.created.size;
    this.created.set(name, fresh);
    return fresh;
  }
}
