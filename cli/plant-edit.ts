import { rename, writeFile } from 'node:fs/promises';
import { checkPlant, type PlantCheck } from '../config/plant/check.ts';
import { type Difference, differencesOf } from '../config/plant/diff.ts';
import { readPlantText } from '../config/plant/load.ts';
import type { PlantFile } from '../config/plant/schema.ts';
import { Faults } from '../config/words/fault.ts';

/** A plant file that passed its check, as text and as what it says. */
export interface PlantText {
  readonly text: string;
  readonly path: string;
  readonly file: PlantFile;
}

/** @throws Faults with everything that is wrong with the plant file. */
export async function readPlantFile(plant: string): Promise<PlantText> {
  const { text, path } = await readPlantText(plant);
  return { text, path, file: fileOf(checkPlant(text, path, Date.now())) };
}

/**
 * Puts another text in the place of a plant file, as a whole, and only where it passes the check.
 *
 * @throws Faults with everything that is wrong with it; then the file stays as it is.
 */
export async function replacePlantFile(
  before: PlantText,
  text: string,
  { dryRun = false }: { readonly dryRun?: boolean | undefined },
): Promise<{ readonly differences: readonly Difference[]; readonly written: boolean }> {
  const differences = differencesOf(before.file, fileOf(checkPlant(text, before.path, Date.now())));
  const written = differences.length > 0 && !dryRun;
  if (written) {
    await writeFile(`${before.path}.new`, text);
    await rename(`${before.path}.new`, before.path);
  }
  return { differences, written };
}

function fileOf({ file, faults }: PlantCheck): PlantFile {
  if (file === null || faults.length > 0) throw new Faults(faults);
  return file;
}
