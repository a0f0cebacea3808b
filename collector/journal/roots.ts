import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal } from './journal.ts';
import { listSegments } from './segment.ts';
import type { Head } from './writer.ts';

/** The chain value after the last group of a day: whoever keeps it can prove later that nothing up to then was changed or cut. */
export interface DailyRoot extends Head {
  /** YYYY-MM-DD at the plant's fixed offset. */
  readonly day: string;
}

const FILE = 'daily-roots.txt';

/** A line a day: the day, the sequence and the chain value, as `verify --root SEQ:SHA256` takes them. */
const lineOf = ({ day, seq, sha256 }: DailyRoot): string => `${day}\t${seq}:${sha256}\n`;

/** Roots of a plant's data folder, oldest first; none where there is no file. Lines that are no roots are left out. */
export async function readDailyRoots(dataDir: string): Promise<DailyRoot[]> {
  const text = await readFile(join(dataDir, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    const match = /^(\d{4}-\d\d-\d\d)\t([1-9]\d*):([0-9a-f]{64})$/.exec(line);
    return match ? [{ day: match[1]!, seq: Number(match[2]), sha256: match[3]! }] : [];
  });
}

/**
 * Adds a line to `daily-roots.txt` whenever the journal's first group of a new day is on disk: the root of the day before. Days without
 * a group have none; one that a clock which was set back begins twice may have two, of which the later reaches further. A line that cannot be written is written with the next one that can.
 *
 * @param offsetMinutes of the plant, east of UTC.
 * @returns ends it.
 */
export async function keepDailyRoots(
  journal: Pick<Journal, 'dir' | 'head' | 'subscribe'>,
  dataDir: string,
  offsetMinutes: number,
  now: () => number = Date.now,
): Promise<() => Promise<void>> {
  const dayOf = (timeMs: number): string => new Date(timeMs + offsetMinutes * 60_000).toISOString().slice(0, 10);
  const last = (await listSegments(journal.dir)).at(-1);
  let day = last === undefined ? dayOf(now()) : dayOf((await stat(last.path)).mtimeMs);
  const known = (await readDailyRoots(dataDir)).at(-1);
  let before = journal.head();
  let writing: Promise<void> = Promise.resolve();
  let unwritten = '';
  const stop = journal.subscribe((head) => {
    const today = dayOf(now());
    if (today > day && before.seq > (known?.seq ?? 0)) {
      unwritten += lineOf({ day, ...before });
      writing = writing.then(async () => {
        const lines = unwritten;
        await appendFile(join(dataDir, FILE), lines, { mode: 0o600 }).then(
          () => {
            unwritten = unwritten.slice(lines.length);
          },
          () => undefined,
        );
      });
    }
    // Also back: a clock that was in 2036 for a while must not keep the roots of the years until then.
    day = today;
    before = head;
  });
  return () => {
    stop();
    return writing;
  };
}
