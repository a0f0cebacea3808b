import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SegmentReader } from '../collector/journal/reader.ts';
import { listSegments } from '../collector/journal/segment.ts';
import { type Followed, follow } from '../collector/stores/follow.ts';
import { type OpenReader, openReader, openStores } from '../collector/stores/open.ts';
import type { Store } from '../collector/stores/store.ts';
import type { Plant } from '../config/plant/plant.ts';
import { Fault } from '../config/words/fault.ts';
import { specsAhead } from './hours-ahead.ts';

/** Where a journal ends. */
export interface JournalHead {
  readonly seq: number;
  readonly sha256: string;
}

/** Heads that were found, by the last file of their journal as it was: one that did not change ends where it did. */
const found = new Map<string, { readonly state: string; readonly head: JournalHead | null }>();

/** The last whole group of a plant's journal; null where there is none yet. */
export async function journalHead(plant: Plant): Promise<JournalHead | null> {
  const dir = journalDir(plant);
  const segments = await listSegments(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const last = segments.at(-1);
  if (last === undefined) return null;
  // Sealed meanwhile it has another name; then it is read, whatever its state.
  const state = await stat(last.path).then(
    ({ size, mtimeMs }) => `${last.path} ${size} ${mtimeMs}`,
    () => null,
  );
  const known = found.get(dir);
  if (known !== undefined && known.state === state) return known.head;
  let head: JournalHead | null = null;
  for await (const { closing } of new SegmentReader(dir).found(last.firstSeq - 1)) head = { seq: closing.seq, sha256: closing.sha256 };
  if (state !== null) found.set(dir, { state, head });
  return head;
}

/**
 * A reader of everything that the plant's journal holds. Where a process owns the local store it keeps up by itself; where none runs,
 * what the journal holds and the store does not (a past just written, a crash) is stored first.
 */
export async function openCaughtUpReader(plant: Plant): Promise<OpenReader> {
  const reader = await openReader(plant);
  const local = plant.file.stores.filter(({ engine }) => engine === 'duckdb').slice(0, 1);
  if (local.length === 0 || reader.cursor === undefined) return reader;
  const head = await journalHead(plant);
  if (head === null || (await reader.cursor()) === head.seq) return reader;
  await reader.close();
  await catchUp(plant, local, head);
  return openReader(plant);
}

async function catchUp(plant: Plant, local: Plant['file']['stores'], head: JournalHead): Promise<void> {
  const journal = new SegmentReader(journalDir(plant));
  try {
    const specs = specsAhead(plant);
    const stores = await openStores({ ...plant, file: { ...plant.file, stores: local } }, { owner: true, specs });
    try {
      const followed = {
        head: () => head,
        groups: (seq: number) => journal.groups(seq),
        waitFor: () => Promise.reject(new Error('at its end')),
      };
      for (const store of stores) await toHead(followed, store);
    } finally {
      for (const store of stores) await store.close();
    }
  } catch (error) {
    // Another process took the store meanwhile: it does the same.
    if (!(error instanceof Fault) || error.code !== 'store.locked') throw error;
  }
}

/** Refusals in a row after which a command gives up, where a process that goes on would try for ever. */
const MOST_REFUSALS = 3;

/** @throws whatever the store refused with, several times in a row. */
export async function toHead(journal: Followed, store: Store): Promise<void> {
  const giveUp = new AbortController();
  let refused: unknown = null;
  let refusals = 0;
  await follow(journal, store, {
    untilHead: true,
    signal: giveUp.signal,
    onProgress({ error }) {
      refusals = error === null ? 0 : refusals + 1;
      refused = error;
      if (refusals === MOST_REFUSALS) giveUp.abort();
    },
  });
  if (refused !== null) throw refused;
}

function journalDir(plant: Plant): string {
  return join(plant.dataDir, 'journal');
}
