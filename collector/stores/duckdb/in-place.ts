import { rename, rm, stat } from 'node:fs/promises';
import type { JournalGroup } from '../../journal/record.ts';
import type { Sample } from '../../sample/sample.ts';
import type { Results } from '../results.ts';
import type { Store, StoreReader } from '../store.ts';
import { gone, missing, replaced } from './file-faults.ts';
import { type DuckdbFile, openDuckdbStore, type StoreSettings } from './store.ts';

/**
 * The store in the file at a path, which may be deleted or replaced while it is open: DuckDB would go on with what nobody sees any more,
 * and all of it would be gone with the process. Looked for before each write, and at each round of the audit.
 *
 * - Deleted: what the open file holds is written out to its place again, the cursor with it; so also what the journal has let go since.
 * - Replaced: the file that stands there is opened. It has a cursor of its own, from which the journal fills it.
 *
 * The write that finds it is refused, so that whoever follows the journal hears of it and begins again at the cursor. Where DuckDB itself
 * can go no further, for want of memory or after what it calls a fatal error, the file is closed, opened again and written to once more.
 *
 * @throws Fault as `openDuckdbStore`; later, by what writes: store.file-gone, store.file-replaced
 */
export async function openStoreInPlace(path: string, settings: StoreSettings): Promise<Store> {
  const store = new StoreInPlace(path, settings);
  await store.open();
  return store;
}

/** What stands where a file was opened. */
type Found = 'same' | 'nothing' | 'another';
interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
}

class StoreInPlace implements Store {
  readonly engine = 'duckdb';
  readonly reader: StoreReader;
  readonly results: Results;
  readonly #path: string;
  readonly #settings: StoreSettings;
  #file: { readonly store: DuckdbFile; readonly identity: Identity } | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  /** Questions wait for it. */
  #reopening: Promise<unknown> | null = null;

  constructor(path: string, settings: StoreSettings) {
    this.#path = path;
    this.#settings = settings;
    const opened = async (): Promise<DuckdbFile> => {
      await this.#reopening;
      return this.#open;
    };
    this.reader = {
      samples: async (...args) => (await opened()).reader.samples(...args),
      samplesOfFirst: async (...args) => (await opened()).reader.samplesOfFirst!(...args),
      exportTo: async (...args) => (await opened()).reader.exportTo!(...args),
      span: async (...args) => (await opened()).reader.span!(...args),
      latest: async (...args) => (await opened()).reader.latest(...args),
      partials: async (...args) => (await opened()).reader.partials(...args),
      counts: async () => (await opened()).reader.counts(),
    };
    this.results = {
      write: (results) => this.#written((store) => store.results!.write(results)),
      read: async (...args) => (await opened()).results!.read(...args),
    };
  }

  get batchRecords(): number | undefined {
    return this.#file?.store.batchRecords;
  }

  async open(): Promise<void> {
    const store = await openDuckdbStore(this.#path, this.#settings);
    const { dev, ino } = await stat(this.#path, { bigint: true });
    this.#file = { store, identity: { dev, ino } };
  }

  async cursor(): Promise<number> {
    await this.#reopening;
    return this.#open.cursor();
  }

  write(groups: readonly JournalGroup[]): Promise<void> {
    return this.#written((store) => store.write(groups));
  }

  restore(samples: Iterable<Sample>): Promise<void> {
    return this.#written((store) => store.restore(samples));
  }

  rewind(seq: number): Promise<void> {
    return this.#written((store) => store.rewind(seq));
  }

  check(): Promise<void> {
    return this.#written(() => Promise.resolve());
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#file?.store.close();
  }

  get #open(): DuckdbFile {
    if (this.#file === null) throw missing(this.#path);
    return this.#file.store;
  }

  /** Looks whether the file is in its place, one after another, and then writes. */
  async #written<T>(write: (store: DuckdbFile) => Promise<T>): Promise<T> {
    await this.#inTurn(() => this.#putRight());
    const store = this.#open;
    try {
      return await write(store);
    } catch (error) {
      if (!isExhausted(error)) throw error;
      await this.#inTurn(() => this.#openAgain(store));
      return write(this.#open);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** What was committed stands in the file and its log; questions under way are answered before, others wait. */
  async #openAgain(exhausted: DuckdbFile): Promise<void> {
    if (this.#file?.store !== exhausted) return;
    const reopening = (async () => {
      await exhausted.abandon();
      this.#file = null;
      await this.open();
    })();
    this.#reopening = reopening.catch(() => undefined);
    try {
      await reopening;
    } finally {
      this.#reopening = null;
    }
  }

  async #putRight(): Promise<void> {
    if (this.#file === null) return this.open();
    const found = await this.#look(this.#file.identity);
    if (found === 'same') return;
    const { store, identity } = this.#file;
    if (found === 'nothing') await this.#putBack(store, identity);
    this.#file = null;
    await store.abandon();
    await this.open();
    throw found === 'nothing' ? gone(this.#path) : replaced(this.#path);
  }

  async #look({ dev, ino }: Identity): Promise<Found> {
    const now = await stat(this.#path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (now === null) return 'nothing';
    return now.dev === dev && now.ino === ino ? 'same' : 'another';
  }

  /** A file that meanwhile came to stand there is left alone. */
  async #putBack(store: DuckdbFile, identity: Identity): Promise<void> {
    const part = `${this.#path}.part`;
    for (const end of ['', '.wal']) await rm(part + end, { force: true });
    try {
      await store.copyTo(part);
      if ((await this.#look(identity)) === 'nothing') await rename(part, this.#path);
    } finally {
      await rm(part, { force: true });
    }
  }
}

/**
 * How DuckDB says that it can go no further as it is: it keeps memory that it does not give up until it is closed (see `database.ts`), or
 * something went wrong while it wrote the log into the file, after which it refuses everything.
 */
const EXHAUSTED = /^(FATAL|Out of Memory) Error|failed to (pin|allocate)|could not allocate|has been invalidated/i;

const isExhausted = (error: unknown): boolean => error instanceof Error && EXHAUSTED.test(error.message);
