import type { Store } from './store.ts';

/**
 * Sets the cursor of a store that knows of groups which the journal does not have (a disk that lost what it had confirmed, a journal begun
 * anew) back to where the journal ends.
 *
 * Before anything is appended: what comes next gets the sequences of the groups that were lost, and once the journal has grown past the
 * cursor nothing tells that the store has never seen it.
 *
 * @param foundSeq the journal's head as it was found.
 */
export async function setBack(store: Store, foundSeq: number): Promise<void> {
  const span = (await store.ahead?.span()) ?? null;
  const cursor = await store.cursor();
  if (Math.max(cursor, span?.throughSeq ?? 0) > foundSeq) await store.rewind(Math.min(cursor, foundSeq));
}
