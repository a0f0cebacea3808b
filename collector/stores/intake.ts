import { isBatch, type JournalGroup, type JournalRecord } from '../journal/record.ts';
import { brokenOf, INTAKE, INTAKE_BROKEN, statementOf, uncountedHours } from '../sample/intake-statement.ts';
import type { Result } from './results.ts';
import type { Store } from './store.ts';

/**
 * What groups of the journal say of the counting of records, as results. Statements of hours that are not over are left out: their last
 * one comes with the end of the hour, of the run, or from the run after.
 */
export function intakeResults(groups: readonly JournalGroup[]): Result[] {
  return groups.flatMap((group) => [...recordsOf(group)].flatMap((record) => resultsOf(record, group.seq)));
}

/** Those that came in batches are samples. */
function* recordsOf(group: JournalGroup): Generator<JournalRecord> {
  if (group.entries === undefined) yield* group.records;
  else for (const entry of group.entries) if (!isBatch(entry)) yield* entry;
}

function resultsOf(record: JournalRecord, seq: number): Result[] {
  if (record.kind !== 'event') return [];
  if (record.event === INTAKE) {
    const statement = statementOf(record.source, record.detail);
    if (statement === null || statement.state === 'open') return [];
    const { source, run, hourMs, turn, polled, journalled, quarantined, returned, within } = statement;
    const tags = { source, run, turn: String(turn) };
    const counts = { polled, journalled, quarantined, returned, ...(within === undefined ? {} : { within }) };
    return [{ measurement: 'intake', timeMs: hourMs, tags, fields: { ...counts, seq } }];
  }
  const broken = record.event === INTAKE_BROKEN ? brokenOf(record.detail) : null;
  if (broken === null) return [];
  const { run } = broken;
  return uncountedHours(broken).map(({ hourMs, ms }) => ({ measurement: 'uncounted', timeMs: hourMs, tags: { run }, fields: { ms, seq } }));
}

/**
 * Writes groups with what they say of counting, which goes first: after a crash between the two both are written again. A store that
 * takes the groups and refuses the results for good (another program's field of that name) is followed without them.
 *
 * @param write stores the groups and moves a cursor.
 */
export async function writeCounted(store: Store, groups: readonly JournalGroup[], write: () => Promise<void>): Promise<void> {
  const results = store.results === undefined ? [] : intakeResults(groups);
  if (results.length === 0) return write();
  const written = await store.results!.write(results).then(
    () => true,
    () => false,
  );
  await write();
  if (!written) await store.results!.write(results).catch(() => undefined);
}
