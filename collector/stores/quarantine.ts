import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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
  /** Lying there now; what was refused again after a crash counts once more. */
  held(): Promise<number>;
  /** A sample that is refused once more before `settled` stays in it once. */
  add(sample: Sample, reason: string): Promise<void>;
  /** What was being stored is stored or lies here: none of it will be sent again. */
  settled(): void;
  list(): Promise<Quarantined[]>;
  /** The same one by one, however many there are. */
  each(): AsyncIterable<Quarantined>;
  /**
   * Sends all of them again, for when what was wrong has been put right. Those that are refused again are in the file again; where
   * `send` rejects all of them stay in it.
   */
  replay(send: (samples: readonly Sample[]) => Promise<void>): Promise<{ readonly replayed: number; readonly left: number }>;
}

const keyOf = ({ channel, timeMs, value }: Sample): string => `${timeMs} ${value} ${channel}`;

export function quarantineFile(dataDir: string, name: string): QuarantineFile {
  const dir = join(dataDir, 'quarantine');
  const path = join(dir, `${name}.jsonl`);
  const taken = join(dir, `${name}.replaying`);
  const lines = [lineCount(path), lineCount(taken)];
  let count = 0;
  /** Of what is being stored: a batch that fails elsewhere is sent again, and refused again. */
  const known = new Set<string>();
  const put = (one: Quarantined): Promise<void> => appendFile(path, `${JSON.stringify(one)}\n`, { mode: 0o600 });
  async function* each(): AsyncGenerator<Quarantined> {
    yield* linesOf(taken);
    yield* linesOf(path);
  }
  return {
    path,
    get count() {
      return count;
    },
    async held() {
      return (await lines[0]!()) + (await lines[1]!());
    },
    async add(sample, reason) {
      const key = keyOf(sample);
      if (known.has(key)) return;
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await put({ at: new Date().toISOString(), reason, sample });
      known.add(key);
      count += 1;
    },
    settled: () => known.clear(),
    async list() {
      const all: Quarantined[] = [];
      for await (const one of each()) all.push(one);
      return all;
    },
    each,
    async replay(send) {
      const before = await read(path);
      if (before.length > 0 && (await read(taken)).length === 0) await rename(path, taken);
      const all = await read(taken);
      known.clear();
      await send(all.map(({ sample }) => sample));
      await rm(taken, { force: true });
      const left = (await read(path)).length;
      return { replayed: all.length, left };
    },
  };
}

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** A line that a crash cut short is left out. */
function parsed(line: string): Quarantined[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as Quarantined];
  } catch {
    return [];
  }
}

async function read(path: string): Promise<Quarantined[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isAbsent(error)) return '';
    throw error;
  });
  return text.split('\n').flatMap(parsed);
}

async function* linesOf(path: string): AsyncGenerator<Quarantined> {
  const file = createReadStream(path);
  try {
    for await (const line of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) yield* parsed(line);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  } finally {
    file.destroy();
  }
}

/** Lines of a file that grows: what was counted is not read again. */
function lineCount(path: string): () => Promise<number> {
  let known = { ino: -1, bytes: 0, lines: 0 };
  return async () => {
    const handle = await open(path, 'r').catch((error: unknown) => {
      if (isAbsent(error)) return null;
      throw error;
    });
    if (handle === null) return 0;
    try {
      const { ino, size } = await handle.stat();
      let { bytes, lines } = ino === known.ino && size >= known.bytes ? known : { bytes: 0, lines: 0 };
      const chunk = Buffer.allocUnsafe(1 << 16);
      while (bytes < size) {
        const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, size - bytes), bytes);
        if (bytesRead === 0) break;
        for (let at = chunk.indexOf(10); at >= 0 && at < bytesRead; at = chunk.indexOf(10, at + 1)) lines += 1;
        bytes += bytesRead;
      }
      known = { ino, bytes, lines };
      return lines;
    } finally {
      await handle.close();
    }
  };
}
