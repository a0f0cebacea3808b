import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { exclusively } from './exclusive.ts';

/** Who did what, when and from where. */
export interface Deed {
  readonly who: string;
  readonly action: string;
  readonly what: string;
  readonly from: string;
}
export interface Entry extends Deed {
  readonly seq: number;
  readonly timeMs: number;
  /** SHA-256 of the entry before and of this one. */
  readonly sha256: string;
}

const START = '0'.repeat(64);

/**
 * The trail: JSON lines that are only ever appended, each with a digest over the one before and itself, so that a line changed, taken
 * out or put in shows.
 */
export class Trail {
  readonly #path: string;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Settles once the entry is on disk. */
  add(deed: Deed): Promise<void> {
    const added = this.#queue.then(() => exclusively(`${this.#path}.lock`, () => this.#append(deed)));
    this.#queue = added.catch(() => undefined);
    return added;
  }

  /** The newest entries before a place in the file (default: its end), oldest first, and whether the whole chain holds. */
  async read(limit: number, before?: number): Promise<{ entries: Entry[]; total: number; next: string | null; intact: boolean }> {
    const { entries, intact } = chained(await this.#lines());
    const end = Math.min(before ?? entries.length, entries.length);
    const start = Math.max(0, end - limit);
    return { entries: entries.slice(start, end), total: entries.length, next: start > 0 ? String(start) : null, intact };
  }

  async #append(deed: Deed): Promise<void> {
    const file = await open(this.#path, 'a+', 0o600);
    try {
      const before = (await lastEntry(file)) ?? { seq: 0, sha256: START };
      const entry = { seq: before.seq + 1, timeMs: Date.now(), ...deed };
      const sha256 = digest(before.sha256, entry);
      await file.writeFile(`${JSON.stringify({ ...entry, sha256 })}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  async #lines(): Promise<string[]> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').filter((line) => line !== '');
  }
}

/** The last whole entry. A line torn by a crash is closed first; it stays, and breaks the chain where it stands. */
async function lastEntry(file: Awaited<ReturnType<typeof open>>): Promise<Entry | null> {
  const { size } = await file.stat();
  const length = Math.min(size, 64 * 1024);
  if (length === 0) return null;
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
  const text = buffer.toString('utf8');
  if (!text.endsWith('\n')) await file.writeFile('\n');
  for (const line of text.trimEnd().split('\n').reverse()) {
    const entry = parsed(line);
    if (entry !== null) return entry;
  }
  return null;
}

function chained(lines: readonly string[]): { entries: Entry[]; intact: boolean } {
  const entries: Entry[] = [];
  let chain = START;
  let intact = true;
  for (const line of lines) {
    const entry = parsed(line);
    if (entry === null) {
      intact = false;
      continue;
    }
    const { sha256, ...rest } = entry;
    if (digest(chain, rest) !== sha256 || entry.seq !== entries.length + 1) intact = false;
    chain = sha256;
    entries.push(entry);
  }
  return { entries, intact };
}

function parsed(line: string): Entry | null {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return null;
  }
}

function digest(before: string, { seq, timeMs, who, action, what, from }: Omit<Entry, 'sha256'>): string {
  return createHash('sha256')
    .update(JSON.stringify([before, seq, timeMs, who, action, what, from]))
    .digest('hex');
}
