import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { bindLines, UNBOUND } from '../journal/chain.ts';
import { encodeRecord } from '../journal/codec.ts';
import type { Journal } from '../journal/journal.ts';
import { decodeLines } from '../journal/reader.ts';
import type { JournalRecord } from '../journal/record.ts';

/**
 * The way of an import into the journal of a collector that is running, which alone writes it: the importing process puts the records
 * into files of this folder, each a group as it shall stand in the journal, and the collector appends them and removes the file. A file is
 * there as a whole or not at all, and is removed after its records are on disk.
 */
export const inboxDir = (dataDir: string): string => join(dataDir, 'imports', 'inbox');

const LOOK_MS = 500;
const SUFFIX = '.records';

/** Event that each file ends with: by it a collector that starts knows whether the one before it had taken the file. */
export const TAKEN = 'taken';
const takenEvent = (name: string): JournalRecord => ({ kind: 'event', timeMs: Date.now(), source: 'import', event: TAKEN, detail: name });

/** Hands records over, group by group. @returns the files that now wait. */
export async function handIn(dataDir: string, groups: readonly (readonly JournalRecord[])[]): Promise<string[]> {
  const dir = inboxDir(dataDir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const stamp = `${Date.now()}-${process.pid}`;
  const files: string[] = [];
  for (const [index, records] of groups.entries()) {
    const name = `${stamp}-${String(index + 1).padStart(5, '0')}${SUFFIX}`;
    const lines = [...records, takenEvent(name)].map(encodeRecord);
    await writeFile(join(dir, `${name}.new`), bindLines([...lines, ''].join(UNBOUND)), { mode: 0o600 });
    files.push(join(dir, name));
  }
  for (const file of files) await rename(`${file}.new`, file);
  return files;
}

/**
 * Settles when the collector has taken the files.
 *
 * @param collecting whether a collector runs still; where none does, the files that wait are taken back.
 * @returns true where all were taken.
 */
export async function handedIn(files: readonly string[], collecting: () => Promise<boolean>): Promise<boolean> {
  const dir = files[0] === undefined ? null : join(files[0], '..');
  for (;;) {
    const waiting = dir === null ? [] : (await readdir(dir)).filter((name) => files.includes(join(dir, name)));
    if (waiting.length === 0) return true;
    if (!(await collecting())) return false;
    await setTimeout(LOOK_MS / 2);
  }
}

/** Takes what waits, once: for a process that found no collector running any more. */
export async function emptyInbox(dataDir: string, journal: Pick<Journal, 'append' | 'groups'>): Promise<void> {
  const dir = inboxDir(dataDir);
  await dropTaken(dir, journal);
  for (const name of await waitingIn(dir)) await takeFile(dir, name, journal);
}

/**
 * Takes what importing processes hand in, what waits from before first.
 *
 * @param onProblem is told what could not be taken; it is tried again.
 * @returns what ends it, after the file that is being taken.
 */
export async function watchInbox(
  dataDir: string,
  journal: Pick<Journal, 'append' | 'groups'>,
  onProblem: (file: string, error: Error) => void,
): Promise<() => Promise<void>> {
  const dir = inboxDir(dataDir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const ending = new AbortController();
  await dropTaken(dir, journal);
  const told = new Set<string>();
  const take = async (): Promise<void> => {
    for (const name of await waitingIn(dir)) {
      if (ending.signal.aborted) return;
      try {
        await takeFile(dir, name, journal);
      } catch (error) {
        if (!told.has(name)) onProblem(join(dir, name), error instanceof Error ? error : new Error(String(error)));
        told.add(name);
        return;
      }
    }
  };
  const ended = (async () => {
    while (!ending.signal.aborted) {
      await take().catch((error: unknown) => onProblem(dir, error instanceof Error ? error : new Error(String(error))));
      await setTimeout(LOOK_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    ending.abort();
    await ended;
  };
}

async function takeFile(dir: string, name: string, journal: Pick<Journal, 'append'>): Promise<void> {
  const file = join(dir, name);
  const records = decodeLines(await readFile(file));
  const last = records.at(-1);
  if (last?.kind !== 'event' || last.detail !== name) throw new Error('the file is not whole');
  await journal.append(records);
  await rm(file);
}

/** A collector that ended between appending a file and removing it leaves one behind that the journal already holds. */
async function dropTaken(dir: string, journal: Pick<Journal, 'groups'>): Promise<void> {
  const waiting = new Set(await waitingIn(dir));
  if (waiting.size === 0) return;
  for await (const { records } of journal.groups(0)) {
    for (const record of records) {
      if (record.kind === 'event' && record.event === TAKEN && waiting.has(record.detail))
        await rm(join(dir, record.detail), { force: true });
    }
  }
}

const waitingIn = async (dir: string): Promise<string[]> => (await readdir(dir)).filter((name) => name.endsWith(SUFFIX)).sort();
