import { setTimeout } from 'node:timers/promises';
import { countOf, isBatch, type JournalGroup } from '../journal/record.ts';
import { ByChannel } from './by-channel.ts';
import { writeCounted } from './intake.ts';
import { sampleOf } from './rows.ts';
import type { Ahead, Store } from './store.ts';

/** What following needs of a journal. */
export interface Followed {
  head(): { readonly seq: number };
  groups(afterSeq: number): AsyncIterable<JournalGroup>;
  waitFor(seq: number, signal?: AbortSignal): Promise<void>;
}

/** Groups that follow each other, together as many records as one write is to have. */
export async function* batches(groups: AsyncIterable<JournalGroup>, records: number): AsyncGenerator<JournalGroup[]> {
  let batch: JournalGroup[] = [];
  let count = 0;
  for await (const group of groups) {
    batch.push(group);
    count += countOf(group);
    if (count < records) continue;
    yield batch;
    batch = [];
    count = 0;
  }
  if (batch.length > 0) yield batch;
}

export const recordsIn = (batch: readonly JournalGroup[]): number => batch.reduce((sum, group) => sum + countOf(group), 0);

/** At most so many records of the backlog in one write: live data wait no longer than for it. */
const BACKLOG_RECORDS = 10_000;
/** Live groups that follow each other closely are stored together. */
const GATHER_MS = 200;

/**
 * Writes what the journal takes in now as it comes, and between that the backlog behind it, in order, at the rate that the store sets.
 *
 * Two cursors: the store's own moves through the backlog and, where that may have spoken of a reading that was stored ahead of it, then
 * over what was stored ahead, which is written once more; so the last record of a reading in the journal holds in the end. Settles once the
 * first has met the second, when told to stop (with what is live stored and the backlog left for the next start), or once the journal is
 * closed.
 *
 * @param onBacklog called with the store's cursor after each write of the backlog.
 * @returns whether they have met.
 */
export async function liveFirst(
  journal: Followed,
  store: Store,
  ahead: Ahead,
  onBacklog: (seq: number) => void,
  { signal, batchRecords }: { readonly signal?: AbortSignal | undefined; readonly batchRecords: number },
): Promise<boolean> {
  const records = Math.min(batchRecords, BACKLOG_RECORDS);
  const known = await ahead.span();
  const afterSeq = known?.afterSeq ?? journal.head().seq;
  let through = known?.throughSeq ?? afterSeq;
  let seq = await store.cursor();
  let backlog = batches(journal.groups(seq), records);
  const begunMs = performance.now();
  let [dueMs, liveRecords] = [begunMs, 0];
  /** Of a channel, the first time that was stored ahead. */
  const firsts = new ByChannel<{ timeMs: number }>(() => ({ timeMs: Number.POSITIVE_INFINITY }));
  /** Whether no record of the backlog that came after a live one can have spoken of the same reading. */
  let apart = known === null && ahead.join !== undefined;
  try {
    for (;;) {
      for await (const batch of batches(journal.groups(through), batchRecords)) {
        if (apart) {
          eachTime(batch, (channel, timeMs) => {
            const first = firsts.of(channel);
            if (timeMs < first.timeMs) first.timeMs = timeMs;
          });
        }
        await writeCounted(store, batch, () => ahead.write(batch, afterSeq));
        through = batch.at(-1)!.seq;
        liveRecords += recordsIn(batch);
      }
      if (signal?.aborted) return false;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) {
        if (!(await waitForLive(journal, through + 1, waitMs, signal))) return false;
        continue;
      }
      if (apart && seq >= afterSeq) {
        await ahead.join?.();
        onBacklog(through);
        return true;
      }
      const { done, value: next } = await backlog.next();
      if (done) {
        if (seq >= through) return true;
        backlog = batches(journal.groups(seq), records);
        continue;
      }
      const batch = apart ? next.filter((group) => group.seq <= afterSeq) : next;
      if (apart) {
        eachTime(batch, (channel, timeMs) => {
          if (timeMs >= firsts.of(channel).timeMs) apart = false;
        });
      }
      await writeCounted(store, batch, () => store.write(batch));
      seq = batch.at(-1)!.seq;
      onBacklog(seq);
      if (batch.length < next.length) {
        await backlog.return(undefined);
        backlog = batches(journal.groups(seq), records);
      }
      // Once more over what goes on growing: faster than it grows, or there is no end to it.
      const growing = seq < afterSeq ? 0 : (liveRecords / (performance.now() - begunMs)) * 1000;
      dueMs = performance.now() + (recordsIn(batch) / Math.max(ahead.perSecond, 2 * growing)) * 1000;
    }
  } finally {
    await backlog.return(undefined);
  }
}

/** Channel and time of each sample of groups. */
function eachTime(groups: readonly JournalGroup[], take: (channel: string, timeMs: number) => void): void {
  for (const group of groups) {
    for (const entry of group.entries ?? [group.records]) {
      if (isBatch(entry)) for (const channel of entry.channels) take(channel, entry.timeMs);
      else {
        for (const record of entry) {
          const sample = sampleOf(record);
          if (sample !== null) take(sample.channel, sample.timeMs);
        }
      }
    }
  }
}

/** Until the journal holds a group or the time is over; false once the journal is closed. */
async function waitForLive(journal: Followed, seq: number, ms: number, signal?: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const either = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const time = setTimeout(ms, undefined, { signal: either }).then(
    () => 'over' as const,
    () => 'over' as const,
  );
  const live = journal.waitFor(seq, either).then(
    () => 'live' as const,
    () => (either.aborted ? ('over' as const) : ('closed' as const)),
  );
  const first = await Promise.race([time, live]);
  if (first === 'live') await setTimeout(Math.min(GATHER_MS, ms), undefined, { signal: either }).catch(() => undefined);
  over.abort();
  return first !== 'closed';
}
