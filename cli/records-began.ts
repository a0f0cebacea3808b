import { openJournalReader } from '../collector/journal/reader.ts';
import { Fault } from '../config/words/fault.ts';

/** When the readings of a journal begin, by the first group that has any; null where there are none yet. UTC milliseconds. */
export async function recordsBeganMs(dir: string): Promise<number | null> {
  try {
    const journal = await openJournalReader(dir);
    for await (const { records } of journal.groups(0)) {
      const times = records.flatMap((record) => (record.kind === 'sample' ? [record.sample.timeMs] : []));
      if (times.length > 0) return times.reduce((a, b) => Math.min(a, b));
    }
    return null;
  } catch (error) {
    if (error instanceof Fault && error.code === 'journal.absent') return null;
    throw error;
  }
}
