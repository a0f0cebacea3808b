import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const rememberedSchema = z.strictObject({
  /** Everything that had arrived was taken when this was written. */
  orderly: z.boolean(),
  /** The broker holds a session for us. */
  session: z.boolean(),
  /** Messages that the broker said it had dropped, by topic under $SYS. */
  dropped: z.record(z.string(), z.number()),
  /** Last number of each publisher; true only where `orderly`. */
  sequences: z.record(z.string(), z.number()),
  nodes: z.record(
    z.string(),
    z.object({
      birth: z.string().nullable(),
      sequence: z.number().nullable(),
      metrics: z.array(
        z.object({
          device: z.string().nullable(),
          name: z.string(),
          alias: z.string().exactOptional(),
          datatype: z.number().exactOptional(),
        }),
      ),
    }),
  ),
});

/** What a broker's source keeps from one run to the next: with it a loss shows although the collector was stopped meanwhile. */
export type Remembered = z.infer<typeof rememberedSchema>;

const NOTHING: Remembered = { orderly: false, session: false, dropped: {}, sequences: {}, nodes: {} };

export const memoryPath = (dataDir: string, device: string): string => join(dataDir, 'mqtt', `${device}.json`);

/** Nothing where there is no such file, or one that nobody can read: then no loss is claimed. */
export async function recall(path: string): Promise<Remembered> {
  try {
    const read = rememberedSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return read.orderly ? read : { ...read, sequences: {} };
  } catch {
    return NOTHING;
  }
}

/** Replaces the file as a whole. Nothing is written where the plant has no data folder: nothing is collected there. */
export async function keep(path: string, state: Remembered): Promise<void> {
  try {
    await mkdir(dirname(path), { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code !== 'EEXIST') throw error;
  }
  await writeFile(`${path}.new`, `${JSON.stringify(state)}\n`);
  await rename(`${path}.new`, path);
}
