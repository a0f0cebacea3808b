import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { type Called, called } from './called.ts';
import { twoMeters } from './two-meters.ts';

/** The command `balance` in this process, its data in a folder of its own for each test; `plant` is the file in it, where one plant will do. */
export function balanceAt(plant: string | null = twoMeters()) {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'liangheng-balance-'));
    if (plant !== null) await writeFile(join(dir, 'plant.yaml'), plant);
    vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(dir, { recursive: true, force: true });
  });
  return {
    dir: () => dir,
    async journal(records: readonly JournalRecord[], id = 'two-meters'): Promise<void> {
      const log = await openJournal(join(dir, 'data', id, 'journal'), { plant: id });
      await log.append(records);
      await log.close();
    },
    run: (...args: readonly string[]): Promise<Called> => called('balance', ...args),
  };
}
