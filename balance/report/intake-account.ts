import { differenceOf, type IntakeCounts } from '../../collector/sample/intake.ts';
import type { Result, Results } from '../../collector/stores/results.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { HOUR_MS, type Window } from '../window/window.ts';

/** Records by what became of them: polled = journalled + quarantined + returned + within the dead-band + difference. */
export interface IntakeAccount extends IntakeCounts {
  /** What was polled and is nowhere. Anything but 0 was lost between the source and the journal, or is still on its way. */
  readonly difference: number;
}

/** What the sources of a plant took in a window, and what became of it. */
export interface IntakeAccounts {
  readonly sources: readonly (IntakeAccount & {
    readonly source: string;
    /** Of the window, those in which records of the source have their times. */
    readonly hours: number;
  })[];
  readonly total: IntakeAccount;
  /** Whole hours of the window, and those of them of which any record was counted. */
  readonly hours: { readonly window: number; readonly counted: number };
  /** Minutes, rounded up, at whose end a run was killed and had not said what it had counted: what it polled in them is not known. */
  readonly uncountedMinutes: number;
  /** Sources of the plant file of which no record was counted. */
  readonly notCounted: readonly string[];
}

/** Where results are read. */
export interface CountedReader {
  readonly results?: Pick<Results, 'read'>;
}

/**
 * The conservation of what was polled in the hours of a window, as runs of the collector stated it in the journal.
 *
 * @param throughSeq statements of later groups of the journal are left out, so that the same journal gives the same account again.
 * @returns null where nothing was counted: the readings were not collected by this program (simulated, imported), or by a version that
 * did not count.
 */
export async function intakeAccounts(
  plant: Plant,
  { results }: CountedReader,
  window: Window,
  throughSeq = Number.POSITIVE_INFINITY,
): Promise<IntakeAccounts | null> {
  const [fromMs, toMs] = [Math.floor(window.fromMs / HOUR_MS) * HOUR_MS, Math.ceil(window.toMs / HOUR_MS) * HOUR_MS];
  const stated = async (kind: 'intake' | 'uncounted'): Promise<readonly Result[]> =>
    ((await results?.read(kind, fromMs, toMs)) ?? []).filter(({ fields }) => fields.seq! <= throughSeq);
  const rows = lastTurns(await stated('intake'));
  const broken = await stated('uncounted');
  if (rows.length === 0 && broken.length === 0) return null;
  const ids = [...new Set(rows.map(({ tags }) => tags.source!))].sort();
  const read = new Set([...plant.channels.values()].flatMap((channel) => (channel.read === undefined ? [] : [channel.read.device])));
  return {
    sources: ids.map((source) => {
      const own = rows.filter(({ tags }) => tags.source === source);
      return { source, ...accountOf(own), hours: hoursOf(own) };
    }),
    total: accountOf(rows),
    hours: { window: (toMs - fromMs) / HOUR_MS, counted: hoursOf(rows) },
    uncountedMinutes: Math.ceil(broken.reduce((sum, { fields }) => sum + fields.ms!, 0) / 60_000),
    notCounted: [...read].filter((id) => !ids.includes(id)).sort((a, b) => (a < b ? -1 : 1)),
  };
}

const hoursOf = (rows: readonly Result[]): number => new Set(rows.map(({ timeMs }) => timeMs)).size;

/** Of one source, run and hour the statement that was made last. */
function lastTurns(rows: readonly Result[]): Result[] {
  const last = new Map<string, Result>();
  for (const row of rows) {
    const key = `${row.timeMs} ${row.tags.run} ${row.tags.source}`;
    const known = last.get(key);
    if (known === undefined || Number(known.tags.turn) < Number(row.tags.turn)) last.set(key, row);
  }
  return [...last.values()];
}

function accountOf(rows: readonly Result[]): IntakeAccount {
  const sum = (of: keyof IntakeCounts): number => rows.reduce((total, { fields }) => total + (fields[of] ?? 0), 0);
  const counts = { polled: sum('polled'), journalled: sum('journalled'), quarantined: sum('quarantined'), returned: sum('returned') };
  const within = sum('within');
  const all = within === 0 ? counts : { ...counts, within };
  return { ...all, difference: differenceOf(all) };
}
