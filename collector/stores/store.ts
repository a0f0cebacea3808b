import type { JournalGroup } from '../journal/record.ts';
import type { HourPartials } from '../sample/hour-partials.ts';
import type { ChannelSpec } from '../sample/partial.ts';
import type { Sample } from '../sample/sample.ts';
import type { QuarantineFile } from './quarantine.ts';
import type { Results } from './results.ts';

/** Samples of one channel as columns, by time ascending. A missing sample has value NaN and its reason code. */
export interface SampleColumns {
  readonly channel: string;
  readonly timeMs: Float64Array;
  readonly value: Float64Array;
  readonly quality: Uint8Array;
  readonly reason: Uint8Array;
  readonly origin: Uint8Array;
}

/** What balances and pages read. Times are UTC milliseconds, `from` inclusive, `to` exclusive. */
export interface StoreReader {
  samples(channel: string, fromMs: number, toMs: number): Promise<SampleColumns>;
  /**
   * Samples of as many of the channels, from the first on, as hold at most `most` samples together, and of one at least: one pass over
   * the store for many channels. Absent where an engine has no faster way than channel by channel.
   */
  samplesOfFirst?(channels: readonly string[], fromMs: number, toMs: number, most: number): Promise<readonly SampleColumns[]>;
  /**
   * Writes the readings of channels as `exportReadings` does, in the order given. Absent where the engine cannot write the files itself;
   * it is never asked for over the socket of another process, which would write as that process.
   */
  exportTo?(
    channels: readonly { readonly id: string; readonly unit: string }[],
    fromMs: number,
    toMs: number,
    dir: string,
    format: 'parquet' | 'csv',
    onFile?: (path: string, rows: number) => void,
  ): Promise<readonly { readonly path: string; readonly rows: number; readonly sha256: string }[]>;
  /**
   * From the first sample of the channels to behind the last; null where they have none. Absent where an engine knows it no faster than by
   * reading everything.
   */
  span?(channels: readonly string[]): Promise<{ readonly fromMs: number; readonly toMs: number } | null>;
  /** Newest sample of each channel, channels without one left out. */
  latest(channels: readonly string[]): Promise<ReadonlyMap<string, Sample>>;
  /**
   * Hour partials that overlap [from, to), ascending by hour, for each channel. They are what the counter engine makes of the stored
   * samples today: late data and changed specs are in them.
   */
  partials(specs: readonly ChannelSpec[], fromMs: number, toMs: number): Promise<ReadonlyMap<string, HourPartials>>;
  /** Number of samples stored, by channel. */
  counts(): Promise<ReadonlyMap<string, number>>;
}

/**
 * One engine that holds samples, following the journal with a cursor of its own.
 *
 * `write` stores the samples of the groups and moves the cursor to the last one; storing a group again changes nothing. It rejects
 * where the engine did not confirm, and the caller tries again from `cursor()`.
 */
export interface Store {
  readonly engine: string;
  /** Its address and database, or its file, as people are told of it: nothing secret is in it. */
  readonly place?: string;
  readonly reader: StoreReader;
  /** Sequence of the last group that is stored, 0 before the first. */
  cursor(): Promise<number>;
  write(groups: readonly JournalGroup[]): Promise<void>;
  /** Writes samples again, of groups stored already: the cursor stays. */
  restore(samples: Iterable<Sample>): Promise<void>;
  /** How live groups are stored before a backlog is; absent where groups must come in order. */
  readonly ahead?: Ahead;
  /** Sets the cursor back to `seq`, where the journal ends before it; nothing counts as stored ahead any more. */
  rewind(seq: number): Promise<void>;
  /**
   * Looks whether what was stored is still there, now or before the next write; absent where the engine cannot lose it unnoticed.
   *
   * @throws Fault where it is not. The cursor then says what is stored today.
   */
  check?(): Promise<void>;
  close(): Promise<void>;
  /** Records that a write is best made of while more of them wait; absent where it does not matter. */
  readonly batchRecords?: number | undefined;
  /** Where results are kept; absent where it cannot be read. */
  readonly results?: Results;
  /** It passes samples on to somewhere else, and cannot be read. */
  readonly sendsOnly?: true;
  /** Samples that the engine refused for good; absent where an engine refuses none. */
  readonly quarantine?: QuarantineFile;
}

/** Groups (afterSeq, throughSeq] of the journal. */
export interface Span {
  readonly afterSeq: number;
  readonly throughSeq: number;
}

/** A second cursor: groups stored beyond a backlog. All up to `Store.cursor` is stored, and so is the span; nothing else is said to be. */
export interface Ahead {
  /** Samples a second at which a backlog is to be drained. */
  readonly perSecond: number;
  /** What is stored beyond the cursor, null where nothing is. `write` that comes to its end joins them. */
  span(): Promise<Span | null>;
  /** Stores groups that follow the span, or, where there is none, that begin one behind `afterSeq`. */
  write(groups: readonly JournalGroup[], afterSeq: number): Promise<void>;
  /** The cursor has come to where the span begins, and nothing of the span need be written once more: the cursor moves to its end. */
  join?(): Promise<void>;
}
