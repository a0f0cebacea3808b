import { appendFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sample } from '../sample/sample.ts';

/** A sample that an engine refused for good. */
export interface Quarantined {
  /** When it was refused, ISO 8601. */
  readonly at: string;
  /** What the engine said. */
  readonly reason: string;
  readonly sample: Sample;
}

/** Samples that an engine refused for good, one JSON document a line with the engine's reason; the journal holds them as well. */
export interface QuarantineFile {
  readonly path: string;
  /** Since start. */
  readonly count: number;
  add(sample: Sample, reason: string): Promise<void>;
  list(): Promise<Quarantined[]>;
  /**
   * Sends all of them again, for when what was wrong has been put right. Those that are refused again are in the file again; where
   * `send` rejects all of them stay in it.
   */
  replay(send: (samples: readonly Sample[]) => Promise<void>): Promise<{ readonly replayed: number; readonly left: number }>;
}

export function quarantineFile(dataDir: string, name: string): QuarantineFile {
  const dir = join(dataDir, 'quarantine');
  const path = join(dir, `${name}.jsonl`);
  const taken = join(dir, `${name}.replaying`);
  let count = 0;
  const put = (one: Quarantined): Promise<void> => appendFile(path, `${JSON.stringify(one)}\n`, { mode: 0o600 });
  return {
    path,
    get count() {
      return count;
    },
    async add(sample, reason) {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await put({ at: new Date().toISOString(), reason, sample });
      count += 1;
    },
    async list() {
      return [...(await read(taken)), ...(await read(path))];
    },
    async replay(send) {
      const before = await read(path);
      if (before.length > 0 && (await read(taken)).length === 0) await rename(path, taken);
      const all = await read(taken);
      await send(all.map(({ sample }) => sample));
      await rm(taken, { force: true });
      const left = (await read(path)).length;
      return { replayed: all.length, left };
    },
  };
}

/** A line that a crash cut short is left out. */
async function read(path: string): Promise<Quarantined[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Quarantined];
    } catch {
      return [];
    }
  });
}
