import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Journal, openJournal } from '../collector/journal/journal.ts';
import { databasePath, openReader, openRemoteStore, openStores } from '../collector/stores/open.ts';
import { setBack } from '../collector/stores/set-back.ts';
import type { Plant } from '../config/plant/plant.ts';

/**
 * Opens a plant's journal to write to it where nothing follows it meanwhile: stores that know of more than it holds are set back first.
 *
 * @throws Fault as `openJournal`
 */
export async function openPlantJournal(plant: Plant): Promise<Journal> {
  const journal = await openJournal(join(plant.dataDir, 'journal'), { plant: plant.id });
  try {
    await setStoresBack(plant, journal.head().seq);
    return journal;
  } catch (error) {
    await journal.close();
    throw error;
  }
}

async function setStoresBack(plant: Plant, headSeq: number): Promise<void> {
  for (const definition of plant.file.stores) {
    if (definition.engine === 'duckdb') continue;
    const store = await openRemoteStore(plant, definition);
    await setBack(store, headSeq);
    await store.close();
  }
  const local = plant.file.stores.filter(({ engine }) => engine === 'duckdb').slice(0, 1);
  const exists = local.length > 0 && (await stat(databasePath(plant)).catch(() => null)) !== null;
  if (!exists || (await localCursor(plant)) <= headSeq) return;
  const [store] = await openStores({ ...plant, file: { ...plant.file, stores: local } }, { owner: true });
  await setBack(store!, headSeq);
  await store!.close();
}

/** 0 where it cannot be known: a file that is damaged, or that someone else owns and sets back. */
async function localCursor(plant: Plant): Promise<number> {
  const reader = await openReader(plant).catch(() => null);
  const cursor = (await reader?.cursor?.()) ?? 0;
  await reader?.close();
  return cursor;
}
