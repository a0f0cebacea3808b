import { differencesOf } from '../../../config/plant/diff.ts';
import { parsePlant } from '../../../config/plant/load.ts';
import type { PlantFile } from '../../../config/plant/schema.ts';
import { Faults } from '../../../config/words/fault.ts';

/** What an edited text changes of a plant file, `id field after`. */
export function changesOf(file: PlantFile, edited: string): string[] {
  return differencesOf(file, parsePlant(edited, 'plant.yaml').file).flatMap(({ id, fields }) =>
    fields.map(({ path, after }) => `${id} ${path} ${JSON.stringify(after)}`),
  );
}

/** `code place` of every fault that some work ends with; none where it is done. */
export function faultsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof Faults) return error.faults.map(({ code, place }) => `${code} ${place}`);
    throw error;
  }
  return [];
}
