import type { JournalGroup } from '../collector/journal/record.ts';
import type { Sample } from '../collector/sample/sample.ts';
import { samplesOf } from '../collector/stores/rows.ts';
import type { Store } from '../collector/stores/store.ts';

/**
 * Sends what an engine had refused once more, each reading as the journal says it last: one that was corrected, or came again, since it was
 * refused is not put back to what it was.
 *
 * @param groups of the journal from its start.
 * @returns how many were sent.
 */
export async function replayRefused(store: Store, groups: AsyncIterable<JournalGroup>): Promise<number> {
  if (store.quarantine === undefined) return 0;
  const { replayed } = await store.quarantine.replay(async (refused) => {
    if (refused.length === 0) return;
    const wanted = new Map(refused.map((sample) => [keyOf(sample), sample]));
    const untilSeq = await store.cursor();
    for await (const group of groups) {
      if (group.seq > untilSeq) break;
      for (const sample of samplesOf([group])) if (wanted.has(keyOf(sample))) wanted.set(keyOf(sample), sample);
    }
    await store.restore(wanted.values());
  });
  return replayed;
}

const keyOf = ({ channel, timeMs }: Sample): string => `${timeMs} ${channel}`;
