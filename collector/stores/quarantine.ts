import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sample } from '../sample/sample.ts';

/** Samples that an engine refused for good, one JSON document a line with the engine's reason; the journal holds them as well. */
export interface QuarantineFile {
  readonly path: string;
  /** Since start. */
  readonly count: number;
  add(sample: Sample, reason: string): Promise<void>;
}

export function quarantineFile(dataDir: string, name: string): QuarantineFile {
  const dir = join(dataDir, 'quarantine');
  const path = join(dir, `${name}.jsonl`);
  let count = 0;
  return {
    path,
    get count() {
      return count;
    },
    async add(sample, reason) {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await appendFile(path, `${JSON.stringify({ at: new Date().toISOString(), reason, sample })}\n`, { mode: 0o600 });
      count += 1;
    },
  };
}
