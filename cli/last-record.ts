import type { Journal } from '../collector/journal/journal.ts';
import { isBatch, type JournalGroup, type JournalRecord } from '../collector/journal/record.ts';
import { readLastWords } from '../collector/recorder/last-words.ts';
import { INTAKE, INTAKE_BROKEN } from '../collector/sample/intake-statement.ts';

/**
 * Up to when the journal holds readings, null for an empty one: the newest time of a record since the run before last said what it had
 * counted, or what it said then. The last group alone does not tell: what a logger, a broker or an import brings late is of hours ago, and
 * what was read meanwhile is no gap.
 *
 * Of a run that ended in order the last group tells: it says that it ended. Statements of what was counted are passed over: they are made
 * while a reading is waited for, and say nothing of up to when there are readings.
 */
export async function lastRecordMs(journal: Pick<Journal, 'head' | 'groups'>, dataDir: string): Promise<number | null> {
  const { seq } = journal.head();
  const words = await readLastWords(dataDir);
  // What a journal that lost its end held is no longer there.
  if (words !== null && words.seq <= seq) {
    const since = await newestSince(journal, words.seq);
    if (since !== null || words.newestMs !== null) return Math.max(since ?? words.newestMs!, words.newestMs ?? since!);
  }
  for (let back = 1; back < 2 * seq; back *= 2) {
    const newest = await newestSince(journal, Math.max(0, seq - back));
    if (newest !== null) return newest;
  }
  return null;
}

async function newestSince(journal: Pick<Journal, 'groups'>, afterSeq: number): Promise<number | null> {
  let newest = Number.NEGATIVE_INFINITY;
  for await (const group of journal.groups(afterSeq)) newest = Math.max(newest, newestIn(group));
  return newest === Number.NEGATIVE_INFINITY ? null : newest;
}

function newestIn({ entries, records }: JournalGroup): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const entry of entries ?? [records]) {
    if (isBatch(entry)) newest = Math.max(newest, entry.timeMs);
    else for (const record of entry) if (!isStatement(record)) newest = Math.max(newest, timeOf(record));
  }
  return newest;
}

const timeOf = (record: JournalRecord): number => (record.kind === 'sample' ? record.sample.timeMs : record.timeMs);

const isStatement = (record: JournalRecord): boolean =>
  record.kind === 'event' && (record.event === INTAKE || record.event === INTAKE_BROKEN);
