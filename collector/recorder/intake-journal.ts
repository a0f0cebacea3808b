import type { JournalGroup, JournalRecord } from '../journal/record.ts';
import { IntakeBook, type IntakeStatement } from '../sample/intake.ts';
import { brokenText, INTAKE, INTAKE_BROKEN, statementOf, statementText } from '../sample/intake-statement.ts';
import type { Clock } from '../sources/clock.ts';
import type { Appendable } from './journalled.ts';
import { type LastWords, readLastWords, removeLastWords, writeLastWords } from './last-words.ts';

/** What telling needs of a journal. */
export interface ToldJournal extends Pick<Appendable, 'append'> {
  head(): { readonly seq: number };
  groups(afterSeq: number): AsyncIterable<JournalGroup>;
}

/** What is said at the beginning of a minute is of the minute before. */
const EVERY_MS = 60_000;
const AFTER_MS = 2_000;

/** The counts of one run, which go into the journal. */
export interface IntakeJournal {
  readonly book: IntakeBook;
  /**
   * Journals what has changed since it did so last, as one group. Rejects where the disk refuses: the same is due again.
   *
   * @param final nothing will be counted any more, see `IntakeBook.due`.
   */
  tell(nowMs: number, final?: boolean): Promise<void>;
  /** Ends the telling with what was counted to the end: the run has said all that it has to say. */
  stop(): Promise<void>;
}

/**
 * Counts what sources take, and journals the counts, so that who changes them later breaks the chain: each minute what has changed, at an
 * hour's end and at the orderly end of the run the last of it. Counts that a run before could not state, as it was killed, are unknown
 * and are said to be: the last it had said is stated again, as `broken`, and from when to when nobody counted.
 *
 * @param journal of the plant; nothing else of this run is in it yet.
 * @param dir data folder, in which a file tells the next run where to look.
 * @param lastMs UTC ms of the newest record in the journal, null where there is none.
 */
export async function keepIntake(
  journal: ToldJournal,
  dir: string,
  clock: Pick<Clock, 'nowMs' | 'after'>,
  lastMs: number | null,
): Promise<IntakeJournal> {
  const startMs = clock.nowMs();
  const before = await readLastWords(dir);
  if (before !== null) await tellOfBroken(journal, before, lastMs, startMs);
  const run = new Date(startMs).toISOString();
  const book = new IntakeBook(run, () => clock.nowMs());
  /** Of each hour that is not over, the group that holds its last statement. */
  const open = new Map<string, number>();
  await writeLastWords(dir, { run, countedMs: startMs, newestMs: lastMs, seq: journal.head().seq, open: [] });

  const tell = async (atMs: number, final: boolean): Promise<void> => {
    // The journal confirms in the order in which it was given: what is in its groups up to here has been counted once it has the statements.
    const { seq: counted } = journal.head();
    const due = book.due(atMs, final);
    if (due.length > 0) {
      const seq = await journal.append(due.map(({ statement }) => eventOf(statement, atMs)));
      for (const { statement, told } of due) {
        told();
        if (statement.state === 'open') open.set(keyOf(statement), seq);
        else open.delete(keyOf(statement));
      }
    }
    const newestMs = Math.max(lastMs ?? Number.NEGATIVE_INFINITY, book.newestMs);
    const words = { run, countedMs: atMs, newestMs: Number.isFinite(newestMs) ? newestMs : null, seq: counted };
    if (!final) await writeLastWords(dir, { ...words, open: [...new Set(open.values())] });
    book.forget(atMs);
  };
  /** One after the other: two at once would both tell the same. */
  let telling: Promise<void> = Promise.resolve();
  const inTurn = (atMs: number, final = false): Promise<void> => {
    const told = telling.then(() => tell(atMs, final));
    telling = told.catch(() => undefined);
    return told;
  };
  let cancel = (): void => {};
  const wait = (): void => {
    cancel = clock.after(EVERY_MS - ((clock.nowMs() - AFTER_MS) % EVERY_MS), () => {
      wait();
      inTurn(clock.nowMs()).catch(() => undefined);
    });
  };
  wait();
  return {
    book,
    tell: inTurn,
    async stop() {
      cancel();
      await inTurn(clock.nowMs(), true);
      await removeLastWords(dir);
    },
  };
}

const keyOf = ({ run, source, hourMs }: IntakeStatement): string => `${run} ${hourMs} ${source}`;

const eventOf = (statement: IntakeStatement, timeMs: number): JournalRecord => ({
  kind: 'event',
  timeMs,
  source: statement.source,
  event: INTAKE,
  detail: statementText(statement),
});

/** Says of a run that was killed what it had counted, and from when on nobody knows. */
async function tellOfBroken(journal: ToldJournal, before: LastWords, lastMs: number | null, nowMs: number): Promise<void> {
  const statements = await openStatements(journal, before);
  const untilMs = Math.max(before.countedMs, Math.min(lastMs ?? before.countedMs, nowMs));
  const detail = brokenText({ run: before.run, countedMs: before.countedMs, untilMs });
  await journal.append([
    ...statements.map((statement) => eventOf({ ...statement, state: 'broken' }, nowMs)),
    { kind: 'event', timeMs: nowMs, source: 'collector', event: INTAKE_BROKEN, detail },
  ]);
}

/** The last statement of each hour that was not over. */
async function openStatements(journal: ToldJournal, { run, open }: LastWords): Promise<readonly IntakeStatement[]> {
  const found = new Map<string, IntakeStatement>();
  for (const seq of open.filter((one) => one <= journal.head().seq).sort((a, b) => a - b)) {
    for await (const { records } of journal.groups(seq - 1)) {
      for (const record of records) {
        const statement = record.kind === 'event' && record.event === INTAKE ? statementOf(record.source, record.detail) : null;
        if (statement?.state === 'open' && statement.run.startsWith(run)) found.set(keyOf(statement), statement);
      }
      break;
    }
  }
  return [...found.values()];
}
