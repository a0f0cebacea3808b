import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openDatabase, type Settings } from './database.ts';
import { replaced } from './file-faults.ts';
import { bytesOf } from './memory.ts';
import { rows } from './query.ts';

/**
 * What DuckDB 1.5 keeps in memory of each row that was written, and gives up only when the file is closed: 0.40 to 0.43 bytes were seen at
 * a hundred thousand values a second.
 */
const KEPT_BYTES_A_ROW = 0.5;
/** Share of its memory that it may keep so. */
const MOST_KEPT = 1 / 4;

/**
 * A store's file as DuckDB has it open: one connection that writes, and one for each question, as a second query on a connection would
 * silently empty the one that is being read there.
 */
export class OpenFile {
  readonly #path: string;
  readonly #settings: Settings;
  #instance: DuckDBInstance;
  #writing: DuckDBConnection;
  #isOpen = true;
  /** Written since it was opened. */
  #rows = 0;
  /** Questions under way; none of them rejects. */
  readonly #asked = new Set<Promise<unknown>>();
  #renewing: Promise<void> | null = null;

  private constructor(path: string, settings: Settings, instance: DuckDBInstance, writing: DuckDBConnection) {
    this.#path = path;
    this.#settings = settings;
    this.#instance = instance;
    this.#writing = writing;
  }

  /** @throws Fault as `openDatabase` */
  static async open(path: string, settings: Settings): Promise<OpenFile> {
    const instance = await openDatabase(path, settings);
    return new OpenFile(path, settings, instance, await instance.connect());
  }

  get writing(): DuckDBConnection {
    return this.#writing;
  }

  get isAsked(): boolean {
    return this.#asked.size > 0;
  }

  wrote(rows: number): void {
    this.#rows += rows;
  }

  /** Whether so much was written that DuckDB holds a good part of its memory for nothing. */
  get isWorn(): boolean {
    return this.#rows * KEPT_BYTES_A_ROW > MOST_KEPT * bytesOf(this.#settings.memory);
  }

  /** Answers a question on a connection of its own. */
  async ask<T>(question: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    while (this.#renewing !== null) await this.#renewing;
    const answering = this.#answer(question);
    const settled = answering.catch(() => undefined);
    this.#asked.add(settled);
    try {
      return await answering;
    } finally {
      this.#asked.delete(settled);
    }
  }

  async #answer<T>(question: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      return await question(connection);
    } finally {
      connection.closeSync();
    }
  }

  /**
   * Closes the file once every question is answered, and opens it again; between two writes. Questions that come meanwhile wait.
   *
   * @param cursor that the file is known to hold.
   * @throws Fault store.file-replaced where another file stands there; as `openDatabase`. It can be tried again.
   */
  async renew(cursor: number): Promise<void> {
    const renewing = (async () => {
      await this.close();
      this.#instance = await openDatabase(this.#path, this.#settings);
      this.#writing = await this.#instance.connect();
      this.#isOpen = true;
      const [row] = await rows(this.#writing, 'SELECT seq FROM cursor');
      if (Number(row?.[0] ?? 0) !== cursor) throw replaced(this.#path);
      this.#rows = 0;
    })();
    this.#renewing = renewing.catch(() => undefined);
    try {
      await renewing;
    } finally {
      this.#renewing = null;
    }
  }

  /** Once every question is answered. */
  async close(): Promise<void> {
    while (this.#asked.size > 0) await Promise.all(this.#asked);
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#writing.closeSync();
    this.#instance.closeSync();
  }
}
