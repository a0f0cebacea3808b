import { setTimeout } from 'node:timers/promises';
import { writeCounted } from './intake.ts';
import { batches, type Followed, liveFirst, recordsIn } from './live-first.ts';
import type { Store } from './store.ts';

export type { Followed } from './live-first.ts';

export interface FollowProgress {
  readonly engine: string;
  /** Last group up to which all are stored. */
  readonly seq: number;
  /** Groups in the journal that are not stored yet. */
  readonly behind: number;
  /** Why the last attempt failed, null where it succeeded. */
  readonly error: unknown;
}

export interface FollowOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FollowProgress) => void;
  /** Ends once the store holds what the journal held at the start, instead of following on. */
  readonly untilHead?: boolean;
  /** Records of one write; if not given, as many as the store likes best. A store that is further behind gets what is live first, where it can. */
  readonly batchRecords?: number;
}

const BATCH_RECORDS = 50_000;
/** Groups that follow each other closely are stored together: each write is a transaction, and a transaction costs more than its rows. */
const GATHER_MS = 200;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 60_000;

/**
 * Writes every group of the journal after the store's cursor into the store, in batches, and goes on as the journal grows. A store that is
 * more than a batch behind gets live data first, see `liveFirst`. What the journal says of the counting of records is kept beside them,
 * see `writeCounted`: a store that is filled again gets that again too.
 *
 * An engine that is away stops nothing: the attempt is repeated after a delay that doubles up to a minute. Told to stop, it writes what
 * the journal holds by then, unless the engine refuses, and settles; it settles too once the journal is closed. It never rejects.
 *
 * A store that knows of groups which the journal does not have (a disk that lost what it had confirmed) is set back to the journal's
 * head: those sequences will be given to other records.
 */
export async function follow(journal: Followed, store: Store, options: FollowOptions = {}): Promise<void> {
  const { signal, onProgress, untilHead, batchRecords = store.batchRecords ?? BATCH_RECORDS } = options;
  const ahead = untilHead ? undefined : store.ahead;
  const goal = journal.head().seq;
  let delayMs = FIRST_DELAY_MS;
  let seq = 0;
  const report = (error: unknown): void =>
    onProgress?.({ engine: store.engine, seq, behind: Math.max(0, journal.head().seq - seq), error });

  for (;;) {
    const ending = isAborted(signal);
    try {
      seq = await store.cursor();
      let span = (await ahead?.span()) ?? null;
      if (Math.max(seq, span?.throughSeq ?? 0) > journal.head().seq) {
        seq = Math.min(seq, journal.head().seq);
        span = null;
        await store.rewind(seq);
      }
      const stored = (through: number): void => {
        seq = through;
        delayMs = FIRST_DELAY_MS;
        report(null);
      };
      let behind = span !== null;
      for await (const batch of readAhead(behind ? none() : batches(journal.groups(seq), batchRecords))) {
        await writeCounted(store, batch, () => store.write(batch));
        stored(batch.at(-1)!.seq);
        behind = !ending && ahead !== undefined && recordsIn(batch) >= batchRecords && seq < journal.head().seq;
        if (behind) break;
      }
      if (behind && ahead) {
        const met = await liveFirst(journal, store, ahead, stored, { signal, batchRecords });
        if (met) continue;
        if (!isAborted(signal)) return;
      }
      if (ending || (untilHead && seq >= goal)) return;
      const more = await journal.waitFor(seq + 1, signal).then(
        () => true,
        () => false,
      );
      if (!more && !isAborted(signal)) return;
      if (more) await setTimeout(GATHER_MS, undefined, signal ? { signal } : {}).catch(() => undefined);
    } catch (error) {
      report(error);
      if (ending) return;
      await setTimeout(delayMs * (0.75 + Math.random() / 2), undefined, signal ? { signal } : {}).catch(() => undefined);
      delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS);
    }
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

async function* none(): AsyncGenerator<never> {}

/** Reads the next batch while the one before is being stored. */
async function* readAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = source.next();
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await next.catch(() => undefined);
    await source.return(undefined);
  }
}
