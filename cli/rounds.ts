import type { Journal } from '../collector/journal/journal.ts';
import { writtenBefore } from '../collector/journal/segment.ts';
import type { Recorder } from '../collector/recorder/recorder.ts';
import { type Round, startRounds } from '../collector/stores/rounds.ts';
import type { Store } from '../collector/stores/store.ts';
import type { Fault } from '../config/words/fault.ts';

/** Compares every store with the journal every few hours, repairs it, and journals what was found. Ends when the function is called. */
export function auditStores(
  journal: Journal,
  stores: readonly Store[],
  recorder: Recorder,
  lost: (store: Store, fault: Fault) => Promise<void>,
): () => Promise<void> {
  const followed = {
    head: () => journal.head(),
    groups: (seq: number) => journal.groups(seq),
    waitFor: (seq: number, signal?: AbortSignal) => journal.waitFor(seq, signal),
    afterSeq: (fromMs: number) => writtenBefore(journal.dir, fromMs),
  };
  const report = (round: Round): Promise<void> =>
    recorder.event({ timeMs: Date.now(), source: `store ${round.found.engine}`, event: 'audit', detail: textOf(round) });
  return startRounds(followed, stores, report, lost);
}

function textOf({ found, restored, left }: Round): string {
  const differed = `${found.differences.length} of ${found.hours} channel-hours differed from the journal`;
  return `${differed}, ${restored} samples stored again, ${left} channel-hours differ still`;
}
