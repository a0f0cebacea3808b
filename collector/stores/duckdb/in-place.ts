import { rename, rm, stat } from 'node:fs/promises';
import { Fault } from '../../../config/words/fault.ts';
import type { JournalGroup } from '../../journal/record.ts';
import type { Sample } from '../../sample/sample.ts';
import type { Results } from '../results.ts';
import type { Store, StoreReader } from '../store.ts';
import { type DuckdbFile, openDuckdbStore, type StoreSettings } from './store.ts';

/**
 * The store in the file at a path, which may be deleted or replaced while it is open: DuckDB would go on with what nobody sees any more,
 * and all of it would be gone with the process. Looked for before each write, and at each round of the audit.
 *
 * - Deleted: what the open file holds is written out to its place again, the cursor with it; so also what the journal has let go since.
 * - Replaced: the file that stands there is opened. It has a cursor of its own, from which the journal fills it.
 *
 * The write that finds it is refused, so that whoever follows the journal hears of it and begins again at the cursor.
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

  constructor(path: string, settings: StoreSettings) {
    this.#path = path;
    this.#settings = settings;
    const reader = (): StoreReader => this.#open.reader;
    this.reader = {
      samples: async (...args) => reader().samples(...args),
      samplesOfFirst: async (...args) => reader().samplesOfFirst!(...args),
      exportTo: async (...args) => reader().exportTo!(...args),
      span: async (...args) => reader().span!(...args),
      latest: async (...args) => reader().latest(...args),
      partials: async (...args) => reader().partials(...args),
      counts: async () => reader().counts(),
    };
    this.results = {
      write: (results) => this.#written((store) => store.results!.write(results)),
      read: async (...args) => this.#open.results!.read(...args),
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
    const turn = this.#turn.then(() => this.#putRight());
    this.#turn = turn.catch(() => undefined);
    await turn;
    return write(this.#open);
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

const gone = (path: string): Fault =>
  new Fault({
    code: 'store.file-gone',
    place: path,
    zh: '数据库文件在使用中被删除；内容已由仍打开的文件在原处重新写出，读数没有丢失',
    en: 'the database file was deleted while in use; what it held has been written out to its place again from the open file, and no reading is lost',
  });

const replaced = (path: string): Fault =>
  new Fault({
    code: 'store.file-replaced',
    place: path,
    zh: '数据库文件在使用中被换成另一个文件；现改用该文件，其中缺少的读数由日志补写',
    en: 'the database file was replaced by another while in use; that one is used from now on, and what it lacks is filled in from the journal',
  });

const missing = (path: string): Fault =>
  new Fault({
    code: 'store.file-missing',
    place: path,
    zh: '数据库文件被换掉后未能打开；读数保存在日志中，文件可用后自动补写',
    en: 'the database file was replaced and the new one could not be opened; readings stay in the journal and are filled in once it can be',
  });
