import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What a run leaves for the next one, for the case that it comes to no end. */
const lastWordsSchema = z.strictObject({
  run: z.iso.datetime(),
  /** When it last said what it had counted, UTC ms. */
  countedMs: z.int(),
  /** Newest time of a record that the journal then held, null where it held none. Times ahead of the clock are not among them. */
  newestMs: z.int().nullable(),
  /** Last group that the journal then held. */
  seq: z.int().nonnegative(),
  /** Groups that hold the last statements of hours that are not over. */
  open: z.array(z.int().positive()),
});
export type LastWords = z.infer<typeof lastWordsSchema>;

const pathIn = (dataDir: string): string => join(dataDir, 'intake.json');

/** Null where the run before ended as it should, or never began, or nobody can read what it left. */
export async function readLastWords(dataDir: string): Promise<LastWords | null> {
  try {
    return lastWordsSchema.parse(JSON.parse(await readFile(pathIn(dataDir), 'utf8')));
  } catch {
    return null;
  }
}

/** Replaces them as a whole, on disk. */
export async function writeLastWords(dataDir: string, words: LastWords): Promise<void> {
  const path = pathIn(dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const handle = await open(`${path}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(words)}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
}

export const removeLastWords = (dataDir: string): Promise<void> => rm(pathIn(dataDir), { force: true });
