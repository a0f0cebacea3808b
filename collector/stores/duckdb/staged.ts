import { countOf, isBatch, type JournalGroup, type JournalRecord } from '../../journal/record.ts';
import type { SampleBatch } from '../../sample/batch.ts';
import { REASON_CODE } from '../../sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE } from '../../sample/sample.ts';
import { samplesAmong } from '../rows.ts';
import { type Channels, newChannel, type StoredChannel } from './channels.ts';
import { Rows } from './table-rows.ts';

export type LateRow = readonly [channel: number, time: number, value: number, quality: number, reason: number, origin: number];

/**
 * What groups will change in a file, told apart before a transaction begins: rows newer than all of their channel, rows that may stand in
 * the place of others, channels that are new. Nothing that readers see is changed until `take`.
 */
export class Staged {
  readonly fresh = new Rows();
  /** By channel and time: the last counts. */
  readonly late = new Map<string, LateRow>();
  readonly created: StoredChannel[] = [];
  /** Channels of the samples. */
  readonly touched: StoredChannel[] = [];
  /** By number, the time of the newest sample that each touched channel had before; NaN for the others. */
  readonly before: Float64Array;
  /** Touched channels that a late row came for. */
  readonly reopened = new Set<StoredChannel>();
  readonly #channels: Channels;
  readonly #newest: Float64Array;
  readonly #createdBy = new Map<string, StoredChannel>();
  readonly #lists = new Map<readonly string[], readonly StoredChannel[]>();

  constructor(channels: Channels, groups: readonly JournalGroup[]) {
    this.#channels = channels;
    const room = channels.size + groups.reduce((sum, group) => sum + countOf(group), 0);
    this.before = new Float64Array(room).fill(Number.NaN);
    this.#newest = new Float64Array(room);
    for (const group of groups) {
      for (const entry of group.entries ?? [group.records]) {
        if (isBatch(entry)) this.#addBatch(entry);
        else this.#addRecords(entry);
      }
    }
  }

  /** The rows stand in the file: from now on readers see them. @param counts how many rows late ones added, by channel. */
  take(counts: ReadonlyMap<number, number>): void {
    for (const channel of this.created) this.#channels.add(channel);
    for (const [list, stored] of this.#lists) this.#channels.remember(list, stored);
    const { length, channel: ids, time, value, quality, reason, origin } = this.fresh;
    for (let i = 0; i < length; i += 1) {
      const channel = this.#channels.byNumber(ids[i]!);
      channel.count += 1;
      setNewest(channel, time[i]!, value[i]!, quality[i]!, reason[i]!, origin[i]!);
    }
    for (const [id, timeMs, v, q, r, o] of this.late.values()) {
      const channel = this.#channels.byNumber(id);
      channel.revision += 1;
      setNewest(channel, timeMs, v, q, r, o);
    }
    for (const [id, count] of counts) this.#channels.byNumber(id).count += count;
  }

  #addRecords(records: readonly JournalRecord[]): void {
    for (const { channel, timeMs, value, quality, reason, origin } of samplesAmong(records)) {
      this.#add(this.#channelOf(channel), timeMs, value ?? Number.NaN, QUALITY_CODE[quality], REASON_CODE[reason], ORIGIN_CODE[origin]);
    }
  }

  #addBatch({ channels, timeMs, origin, values, reasons }: SampleBatch): void {
    const known = this.#channels.remembered(channels) ?? this.#lists.get(channels);
    const stored = known ?? channels.map((name) => this.#channelOf(name));
    if (known === undefined) this.#lists.set(channels, stored);
    const code = ORIGIN_CODE[origin];
    for (let i = 0; i < stored.length; i += 1) {
      const value = values[i]!;
      const reason = reasons[i]!;
      const quality = Number.isNaN(value) ? QUALITY_CODE.missing : reason === REASON_CODE.none ? QUALITY_CODE.good : QUALITY_CODE.suspect;
      this.#add(stored[i]!, timeMs, value, quality, reason, code);
    }
  }

  #add(channel: StoredChannel, timeMs: number, value: number, quality: number, reason: number, origin: number): void {
    const { id } = channel;
    if (Number.isNaN(this.before[id])) {
      this.before[id] = channel.lastMs;
      this.#newest[id] = channel.lastMs;
      this.touched.push(channel);
    }
    if (timeMs > this.#newest[id]!) {
      this.#newest[id] = timeMs;
      this.fresh.push(id, timeMs, value, quality, reason, origin);
    } else {
      this.late.set(`${id} ${timeMs}`, [id, timeMs, value, quality, reason, origin]);
      this.reopened.add(channel);
    }
  }

  #channelOf(name: string): StoredChannel {
    const known = this.#channels.get(name) ?? this.#createdBy.get(name);
    if (known !== undefined) return known;
    const fresh = newChannel(this.#channels.size + this.created.length, name);
    this.created.push(fresh);
    this.#createdBy.set(name, fresh);
    return fresh;
  }
}

function setNewest(channel: StoredChannel, timeMs: number, value: number, quality: number, reason: number, origin: number): void {
  if (timeMs < channel.firstMs) channel.firstMs = timeMs;
  if (timeMs < channel.lastMs) return;
  channel.lastMs = timeMs;
  const { last } = channel;
  last.value = value;
  last.quality = quality;
  last.reason = reason;
  last.origin = origin;
}
