import { Fault } from '../../config/words/fault.ts';
import { HOUR_MS, hourOf } from '../sample/hour.ts';
import { type Audit, auditStore, repairStore } from './audit.ts';
import type { Followed } from './follow.ts';
import type { Store } from './store.ts';

/** What a round found in one store, and what was left of it after the repair. */
export interface Round {
  readonly found: Audit;
  readonly restored: number;
  /** Hours that still differ. */
  readonly left: number;
}

const EVERY_MS = 6 * HOUR_MS;
const SPAN_MS = 26 * HOUR_MS;

/**
 * One round: the last day of each store against the journal, repaired where it differs.
 *
 * @param afterSeq gives a group before which no sample from `fromMs` on was journalled.
 */
export async function auditRound(
  journal: Followed & { afterSeq(fromMs: number): Promise<number> },
  stores: readonly Store[],
  nowMs: number,
): Promise<Round[]> {
  const toMs = hourOf(nowMs);
  const fromMs = toMs - SPAN_MS;
  const since = async () => ({ groups: (seq: number) => journal.groups(seq), afterSeq: await journal.afterSeq(fromMs) });
  const rounds: Round[] = [];
  for (const store of stores) {
    if (store.sendsOnly) continue;
    const found = await auditStore(store, await since(), fromMs, toMs);
    if (found.differences.length === 0) {
      rounds.push({ found, restored: 0, left: 0 });
      continue;
    }
    const { restored } = await repairStore(store, await since(), found.differences);
    const after = await auditStore(store, await since(), fromMs, toMs);
    rounds.push({ found, restored, left: after.differences.length });
  }
  return rounds;
}

/**
 * Rounds every six hours until the function returned is called. A store that is away is left for the next round.
 *
 * @param report what differed, one call a store and round.
 * @param lost what a store said that found gone what it had stored.
 */
export function startRounds(
  journal: Parameters<typeof auditRound>[0],
  stores: readonly Store[],
  report: (round: Round) => Promise<void>,
  lost: (store: Store, fault: Fault) => Promise<void>,
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let ended = false;
  const round = async (): Promise<void> => {
    for (const store of stores) {
      if (ended) return;
      try {
        await store.check?.();
        for (const one of await auditRound(journal, [store], Date.now())) if (one.found.differences.length > 0) await report(one);
      } catch (error) {
        if (error instanceof Fault) await lost(store, error);
      }
    }
  };
  const timer = setInterval(() => {
    running = running.then(round).catch(() => undefined);
  }, EVERY_MS);
  timer.unref();
  return () => {
    ended = true;
    clearInterval(timer);
    return running;
  };
}
