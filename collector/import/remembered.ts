import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Plant } from '../../config/plant/plant.ts';
import { type Mapping, mappingSchema } from './mapping.ts';

const fileSchema = z.record(z.string(), mappingSchema);

/** Where the meaning of columns is remembered, by the set of headings that a file has. */
export const mappingsPath = (plant: Plant): string => join(plant.dataDir, 'imports', 'mappings.json');

/** What a file with these headings was said to mean before; their order does not matter. */
export async function remembered(plant: Plant, headings: readonly string[]): Promise<Mapping | null> {
  return (await all(plant))[signOf(headings)] ?? null;
}

/** Replaces the file as a whole. */
export async function remember(plant: Plant, headings: readonly string[], mapping: Mapping): Promise<void> {
  const path = mappingsPath(plant);
  const next = { ...(await all(plant)), [signOf(headings)]: mapping };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, `${JSON.stringify(next, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** A file that is not there, or that nobody can read any more, remembers nothing. */
async function all(plant: Plant): Promise<Record<string, Mapping>> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(mappingsPath(plant), 'utf8')));
  } catch {
    return {};
  }
}

const signOf = (headings: readonly string[]): string =>
  createHash('sha256')
    .update([...headings].sort().join('\u0000'))
    .digest('hex');
