import { mkdir } from 'node:fs/promises';
import { Fault } from '../../config/words/fault.ts';
import type { SampleBatch } from '../sample/batch.ts';
import { EntriesGroup } from './group.ts';
import { decodeEntries } from './lines.ts';
import { lockFolder } from './lock.ts';
import { SegmentReader } from './reader.ts';
import type { Entry, JournalGroup, JournalRecord } from './record.ts';
import { findEnd, type Recovery } from './recover.ts';
import { batched } from './runs.ts';
import { GroupWriter, type Head } from './writer.ts';

export interface JournalOptions {
  /** Id of the plant whose journal it is; needed where the journal does not exist yet. */
  readonly plant?: string;
  /** How long a group waits for more records before it is written, at most 200. 0: as soon as the disk has taken the one before. */
  readonly gatherMs?: number;
  /** A segment that has grown beyond this is sealed. */
  readonly segmentBytes?: number;
}

export type { Head } from './writer.ts';

/**
 * The append-only, hash-chained log of everything that was read: what is in it and fsynced has been received, what is not has not.
 *
 * ```ts
 * const journal = await openJournal(join(plant.dataDir, 'journal'), { plant: plant.id });
 * await journal.append([{ kind: 'sample', sample }]);   // on disk now
 * for await (const group of journal.groups(store.cursor)) …
 * ```
 */
export interface Journal {
  readonly dir: string;
  /** What was cut from the end when it was opened; null where it was whole. It stands in the journal as an event too. */
  readonly recovery: Recovery | null;
  /**
   * Resolves with the sequence of the group that holds the records once that group is on disk. Appends made while the disk is busy
   * share the next group. An empty append resolves with the head.
   *
   * @throws RangeError where a record breaks the rules of its kind; none of the call's records is kept.
   * @throws Fault journal.write where the disk refused (full, failing): none of them counts as received; later appends may succeed.
   */
  append(records: readonly JournalRecord[]): Promise<number>;
  /** The same for the samples of a batch, in its order, without making an object of each. */
  appendBatch(batch: SampleBatch): Promise<number>;
  head(): Head;
  /** Groups after `afterSeq` in order; ends at the head of that moment. */
  groups(afterSeq: number): AsyncIterable<JournalGroup>;
  /** Resolves once the head is at least `seq`; rejects with the signal's reason, or when the journal is closed. */
  waitFor(seq: number, signal?: AbortSignal): Promise<void>;
  /** Calls the listener after each group, until the function returned is called. */
  subscribe(listener: (head: Head) => void): () => void;
  /** Settles once everything appended is on disk and the folder is free again. */
  close(): Promise<void>;
}

/**
 * Opens a journal for writing, creating it where there is none. One process at a time writes.
 *
 * @throws Fault journal.locked, journal.other-plant
 */
export async function openJournal(dir: string, options: JournalOptions = {}): Promise<Journal> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(dir);
  try {
    const end = await findEnd(dir, options.plant ?? '');
    const plant = end.plant ?? options.plant;
    if (plant === undefined) {
      throw new Fault({ code: 'journal.no-plant', place: dir, zh: '新建日志须指明企业 id', en: 'a new journal needs the id of its plant' });
    }
    if (options.plant !== undefined && options.plant !== plant) {
      throw new Fault({
        code: 'journal.other-plant',
        place: dir,
        zh: `这是企业“${plant}”的日志，不是“${options.plant}”的`,
        en: `this is the journal of plant ${plant}, not of ${options.plant}`,
      });
    }
    const { gatherMs = 0, segmentBytes = 32 << 20 } = options;
    const writer = new GroupWriter(dir, plant, end, { gatherMs: Math.min(gatherMs, 200), segmentBytes });
    return new SegmentedJournal(dir, writer, end.recovery, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

const cutEvent = ({ path, cutBytes, savedAs, afterSeq }: Recovery): JournalRecord => ({
  kind: 'event',
  timeMs: Date.now(),
  source: 'journal',
  event: 'tail-cut',
  detail: `${cutBytes} unfinished bytes after group ${afterSeq} of ${path} moved to ${savedAs}`,
});

class SegmentedJournal implements Journal {
  readonly dir: string;
  readonly recovery: Recovery | null;
  readonly #writer: GroupWriter;
  readonly #reader: SegmentReader;
  readonly #unlock: () => Promise<void>;
  readonly #listeners = new Set<(head: Head) => void>();
  readonly #closing = new AbortController();
  /** Goes ahead of the first records, so that until then the head is what was found. */
  #unrecorded: readonly JournalRecord[];

  constructor(dir: string, writer: GroupWriter, recovery: Recovery | null, unlock: () => Promise<void>) {
    this.dir = dir;
    this.recovery = recovery;
    this.#writer = writer;
    this.#reader = new SegmentReader(dir);
    this.#unlock = unlock;
    this.#unrecorded = recovery ? [cutEvent(recovery)] : [];
    writer.onGroup = () => {
      for (const listener of [...this.#listeners]) listener(this.head());
    };
  }

  append(records: readonly JournalRecord[]): Promise<number> {
    return this.#append(batched(records), records.length);
  }

  appendBatch(batch: SampleBatch): Promise<number> {
    return this.#append([batch], batch.channels.length);
  }

  async #append(entries: readonly Entry[], count: number): Promise<number> {
    const first = count > 0 ? this.#unrecorded : [];
    if (first.length === 0) return this.#writer.append(entries);
    this.#unrecorded = [];
    try {
      return await this.#writer.append([first, ...entries]);
    } catch (error) {
      this.#unrecorded = first;
      throw error;
    }
  }

  head(): Head {
    return this.#writer.head();
  }

  async *groups(afterSeq: number): AsyncGenerator<JournalGroup> {
    const held = this.#writer.held.after(afterSeq);
    if (held !== null) {
      yield* held;
      return;
    }
    const limit = this.#writer.written();
    if (limit === null) {
      yield* this.#reader.groups(afterSeq);
      return;
    }
    for await (const { closing, lines } of this.#reader.found(afterSeq, undefined, limit)) {
      yield new EntriesGroup(closing.seq, closing.sha256, decodeEntries(lines));
    }
  }

  waitFor(seq: number, signal?: AbortSignal): Promise<void> {
    const either = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    return new Promise((resolve, reject) => {
      if (this.head().seq >= seq) return resolve();
      if (either.aborted) return reject(either.reason);
      const stop = this.subscribe((head) => {
        if (head.seq < seq) return;
        settle();
        resolve();
      });
      const onAbort = (): void => {
        settle();
        reject(either.reason);
      };
      const settle = (): void => {
        stop();
        either.removeEventListener('abort', onAbort);
      };
      either.addEventListener('abort', onAbort);
    });
  }

  subscribe(listener: (head: Head) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    try {
      await this.#writer.append([this.#unrecorded]).catch(() => undefined);
      await this.#writer.close();
    } finally {
      this.#closing.abort(new Error('the journal was closed'));
      await this.#unlock();
    }
  }
}
