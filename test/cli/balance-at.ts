import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, vi } from 'vitest';
import { define } from '../../cli/balance.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import type { JournalRecord } from '../../collector/journal/record.ts';
import { twoMeters } from './two-meters.ts';

/** The command `balance` in this process, its data in a folder of its own for each test; `plant` is the file in it, where one plant will do. */
export function balanceAt(plant: string | null = twoMeters()) {
  let dir = '';
  let printed = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'liangheng-balance-'));
    if (plant !== null) await writeFile(join(dir, 'plant.yaml'), plant);
    vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    process.exitCode = undefined;
    await rm(dir, { recursive: true, force: true });
  });
  return {
    dir: () => dir,
    /** What the last run wrote on standard output. */
    printed: () => printed,
    async journal(records: readonly JournalRecord[], id = 'two-meters'): Promise<void> {
      const log = await openJournal(join(dir, 'data', id, 'journal'), { plant: id });
      await log.append(records);
      await log.close();
    },
    /** @returns the exit status. */
    async run(...args: readonly string[]): Promise<number> {
      printed = '';
      process.exitCode = undefined;
      const program = new Command().exitOverride();
      define(program);
      await program.parseAsync(['node', 'liangheng', 'balance', ...args]);
      return Number(process.exitCode ?? 0);
    },
  };
}
