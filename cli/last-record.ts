import type { Journal } from '../collector/journal/journal.ts';
import type { JournalRecord } from '../collector/journal/record.ts';
import { INTAKE, INTAKE_BROKEN } from '../collector/sample/intake-statement.ts';

/**
 * Time of the newest record in the journal's last group, null for an empty journal. Statements of what was counted are passed over: they
 * are made while a reading is waited for, and say nothing of up to when there are readings.
 */
export async function lastRecordMs(journal: Journal): Promise<number | null> {
  const { seq } = journal.head();
  for (let back = 1; back < 2 * seq; back *= 2) {
    let newest: number | null = null;
    for await (const { records } of journal.groups(Math.max(0, seq - back))) {
      const times = records.flatMap((record) =>
        isStatement(record) ? [] : [record.kind === 'sample' ? record.sample.timeMs : record.timeMs],
      );
      if (times.length > 0) newest = times.reduce((most, timeMs) => Math.max(most, timeMs));
    }
    if (newest !== null) return newest;
  }
  return null;
}

const isStatement = (record: JournalRecord): boolean =>
  record.kind === 'event' && (record.event === INTAKE || record.event === INTAKE_BROKEN);
