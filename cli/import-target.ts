import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyInbox, handedIn, handIn } from '../collector/import/inbox.ts';
import type { Journal } from '../collector/journal/journal.ts';
import { lockFolder } from '../collector/journal/lock.ts';
import { openJournalReader } from '../collector/journal/reader.ts';
import type { JournalGroup, JournalRecord } from '../collector/journal/record.ts';
import { absenceRecords } from '../collector/recorder/absence.ts';
import type { Plant } from '../config/plant/plant.ts';
import { Fault } from '../config/words/fault.ts';
import { journalDir } from './collecting.ts';
import { lastRecordMs } from './last-record.ts';
import { openPlantJournal } from './plant-journal.ts';

/** Where an import goes: into the journal itself, or to the collector that is running and writes it. */
export interface ImportTarget {
  /** A collector is running: the records go through it. */
  readonly throughCollector: boolean;
  groups(): AsyncIterable<JournalGroup>;
  /** Settles once the groups of records are on disk in the journal. */
  write(groups: readonly (readonly JournalRecord[])[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the plant's journal for an import. One import at a time.
 *
 * @throws Fault import.another while another import is under way.
 */
export async function openImportTarget(plant: Plant): Promise<ImportTarget> {
  const folder = join(plant.dataDir, 'imports');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(folder).catch((cause: unknown) => {
    if (!(cause instanceof Fault)) throw cause;
    throw new Fault({
      code: 'import.another',
      place: cause.place,
      zh: '另一个导入正在进行，请等它结束',
      en: 'another import is under way; wait for its end',
      cause,
    });
  });
  try {
    const journal = await journalOf(plant);
    return journal === null ? await through(plant, unlock) : into(plant, journal, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Null where a collector holds the journal. */
async function journalOf(plant: Plant): Promise<Journal | null> {
  try {
    return await openPlantJournal(plant);
  } catch (error) {
    if (error instanceof Fault && error.code === 'journal.locked') return null;
    throw error;
  }
}

function into(plant: Plant, journal: Journal, unlock: () => Promise<void>): ImportTarget {
  return {
    throughCollector: false,
    groups: () => journal.groups(0),
    async write(groups) {
      // What the collector missed until now goes first: afterwards the import is the journal's latest entry.
      const lastMs = groups.length > 0 ? await lastRecordMs(journal, plant.dataDir) : null;
      if (lastMs !== null) for (const batch of absenceRecords(plant.channels.values(), lastMs, Date.now())) await journal.append(batch);
      for (const records of groups) await journal.append(records);
    },
    async close() {
      await journal.close();
      await unlock();
    },
  };
}

async function through(plant: Plant, unlock: () => Promise<void>): Promise<ImportTarget> {
  const reader = await openJournalReader(journalDir(plant));
  return {
    throughCollector: true,
    groups: () => reader.groups(0),
    async write(groups) {
      const files = await handIn(plant.dataDir, groups);
      let left: Journal | null = null;
      const collecting = async (): Promise<boolean> => {
        left = await journalOf(plant);
        return left === null;
      };
      if (await handedIn(files, collecting)) return;
      // The collector ended meanwhile.
      const journal = left as Journal | null;
      if (journal === null) return;
      try {
        await emptyInbox(plant.dataDir, journal);
      } finally {
        await journal.close();
      }
    },
    close: unlock,
  };
}
