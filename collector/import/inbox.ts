import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Fault } from '../../config/words/fault.ts';
import { bindLines, UNBOUND } from '../journal/chain.ts';
import { encodeRecord } from '../journal/codec.ts';
import type { Journal } from '../journal/journal.ts';
import { decodeLines } from '../journal/reader.ts';
import type { JournalRecord } from '../journal/record.ts';

/**
 * The way of an import into the journal of a collector that is running, which alone writes it: the importing process puts the records
 * into files of this folder, each a group as it shall stand in the journal, and the collector appends them and removes the file. A file is
 * there as a whole or not at all, and is removed after its records are on disk. One that is not whole all the same (a disk that had not kept
 * it) is never taken and stays; it holds up no other.
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
    await keepOnDisk(join(dir, `${name}.new`), bindLines([...lines, ''].join(UNBOUND)));
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

/** A name must not outlive a power cut where its content does not. */
async function keepOnDisk(path: string, content: string | Buffer): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/**
 * Takes what waits, once: for a process that found no collector running any more.
 *
 * @throws Fault import.not-whole for a file that cannot be taken, after the others are.
 */
export async function emptyInbox(dataDir: string, journal: Pick<Journal, 'append' | 'groups'>): Promise<void> {
  const dir = inboxDir(dataDir);
  await dropTaken(dir, journal);
  const broken: Fault[] = [];
  for (const name of await waitingIn(dir)) {
    const records = await recordsIn(dir, name);
    if (records instanceof Fault) broken.push(records);
    else await takeFile(join(dir, name), records, journal);
  }
  if (broken[0] !== undefined) throw broken[0];
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
        const records = await recordsIn(dir, name);
        if (records instanceof Fault) {
          if (!told.has(name)) onProblem(join(dir, name), records);
          told.add(name);
          continue;
        }
        await takeFile(join(dir, name), records, journal);
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

/** The records of a file, or that it is not whole. */
async function recordsIn(dir: string, name: string): Promise<readonly JournalRecord[] | Fault> {
  const bytes = await readFile(join(dir, name));
  try {
    const records = decodeLines(bytes);
    const last = records.at(-1);
    if (last?.kind === 'event' && last.detail === name) return records;
  } catch {
    // Cut within a line.
  }
  return new Fault({
    code: 'import.not-whole',
    place: join(dir, name),
    zh: '交来的这个文件不完整，其中的读数没有写入日志；请删去它并重新导入原文件',
    en: 'what was handed in is not whole and was not journalled; delete it and import again what it came from',
    exitStatus: 1,
  });
}

async function takeFile(file: string, records: readonly JournalRecord[], journal: Pick<Journal, 'append'>): Promise<void> {
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
