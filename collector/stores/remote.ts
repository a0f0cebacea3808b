import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Fault } from '../../config/words/fault.ts';
import type { JournalGroup } from '../journal/record.ts';
import type { Sample } from '../sample/sample.ts';
import { type Batch, batchesAmong, batchesOf } from './batch.ts';
import { type CursorFile, cursorFile } from './cursor.ts';
import { BATCH_POINTS, Reach, type Sender, sendAll } from './halve.ts';
import { type QuarantineFile, quarantineFile } from './quarantine.ts';
import { type Result, type Results, resultLines } from './results.ts';
import { SchemaKeeper } from './schema.ts';
import type { Ahead, Store, StoreReader } from './store.ts';

/** What an engine behind HTTP adds to the rest of a store. */
export interface RemoteEngine extends Sender {
  readonly engine: string;
  readonly reader: StoreReader;
  /** Reads what `post` wrote; absent where this process only writes. */
  readonly readResults?: Results['read'];
  /** Plant of the results, '' for what belongs to none. */
  readonly plant?: string;
  /** Name of this process, where several write to one place: each knows by a mark of its own whether what it stored is still there. */
  readonly process?: string;
  /** What the plant's channels are at an instant, see `channelResults`. */
  describe?(timeMs: number): readonly Result[];
  /** What replaces must come after what it replaces: a backlog cannot wait behind live data. */
  readonly inOrder?: true;
  /** Samples a second at which a backlog is drained while live data go first. */
  readonly backlogPerSecond?: number | undefined;
  /**
   * Called before the first write and again after a failure: creates what is absent, checks how the server is set.
   *
   * @returns whether it created the place of all readings.
   */
  prepare(): Promise<boolean>;
}

/** So long a server may take to answer. */
export const TIMEOUT_MS = 30_000;

/** After so long a mark that was written is seen, also in a cluster; acknowledged is not stored. */
const SEEN_MS = 60_000;

/** So often the server is looked at though nothing fails: somebody else may have emptied it and begun to fill it again. */
const LOOK_EVERY_MS = 10 * 60_000;

const LOOK_NOW = { fromMs: Number.NEGATIVE_INFINITY, sinceMs: Number.NEGATIVE_INFINITY } as const;

/** Unless the plant file says otherwise: more than a plant makes, less than a server takes. */
const BACKLOG_PER_SECOND = 50_000;

/**
 * A store on a server: its cursor and its quarantine are files in the plant's data folder.
 *
 * @param place what tells this store from another of the same engine: its address and database.
 */
export function remoteStore(engine: RemoteEngine, dataDir: string, place: string): Store {
  const name = `${engine.engine}-${createHash('sha256').update(place).digest('hex').slice(0, 12)}`;
  return new RemoteStore(engine, place, quarantineFile(dataDir, name), cursorFile(join(dataDir, 'cursors', `${name}.json`)));
}

class RemoteStore implements Store {
  readonly engine: string;
  readonly reader: StoreReader;
  readonly quarantine: QuarantineFile;
  readonly ahead?: Ahead;
  readonly results?: Results;
  readonly #engine: RemoteEngine;
  readonly #cursor: CursorFile;
  readonly #schema: SchemaKeeper;
  readonly #reach = new Reach();
  readonly #place: string;
  /** When the server is to be looked at before something is written: from an instant on, or once the clock was set back behind another. */
  #look: { readonly fromMs: number; readonly sinceMs: number } = LOOK_NOW;
  /** What was stored is gone, and the cursor does not say so yet. */
  #emptied = false;

  constructor(engine: RemoteEngine, place: string, quarantine: QuarantineFile, cursor: CursorFile) {
    this.engine = engine.engine;
    this.reader = engine.reader;
    this.quarantine = quarantine;
    this.#engine = engine;
    this.#cursor = cursor;
    this.#place = place;
    this.#schema = new SchemaKeeper(engine, place);
    if (!engine.inOrder)
      this.ahead = {
        perSecond: engine.backlogPerSecond ?? BACKLOG_PER_SECOND,
        span: () => cursor.span(),
        write: async (groups, afterSeq) => {
          const span = (await cursor.span()) ?? { afterSeq, throughSeq: afterSeq };
          const fresh = groups.filter(({ seq }) => seq > span.throughSeq);
          if (fresh.length === 0) return;
          await this.#follow(fresh);
          await cursor.writeSpan({ ...span, throughSeq: fresh.at(-1)!.seq });
        },
        join: async () => {
          const span = await cursor.span();
          if (span !== null) await cursor.write(span.throughSeq);
        },
      };
    const { readResults, plant } = engine;
    if (readResults && plant !== undefined) {
      this.results = {
        read: readResults,
        write: async (results) => {
          if (results.length > 0) await this.#prepared(() => engine.post(resultLines(plant, results)));
        },
      };
    }
  }

  get place(): string {
    return withoutLogin(this.#place);
  }

  cursor(): Promise<number> {
    return this.#cursor.read();
  }

  async write(groups: readonly JournalGroup[]): Promise<void> {
    const after = await this.#cursor.read();
    const fresh = groups.filter(({ seq }) => seq > after);
    if (fresh.length === 0) return;
    await this.#follow(fresh);
    await this.#cursor.write(fresh.at(-1)!.seq);
  }

  restore(samples: Iterable<Sample>): Promise<void> {
    return this.#send(batchesAmong(samples, BATCH_POINTS));
  }

  async #send(batches: Iterable<Batch>): Promise<void> {
    await this.#prepared(() => sendAll(batches, this.#engine, this.quarantine, this.#reach));
    this.quarantine.settled();
  }

  /** Writes with the server looked at before, and again after a failure. */
  async #prepared(write: () => Promise<void>): Promise<void> {
    try {
      const nowMs = Date.now();
      if (nowMs >= this.#look.fromMs || nowMs < this.#look.sinceMs) {
        const created = await this.#engine.prepare();
        const marked = await this.#schema.check();
        if ((created && (await this.#hasStored())) || (marked === false && (await this.#cursor.marked()))) {
          this.#emptied = true;
          throw emptied(this.#place, this.#engine);
        }
        if (marked) await this.#cursor.mark();
        this.#look = { fromMs: nowMs + LOOK_EVERY_MS, sinceMs: nowMs };
      }
      await write();
      if (await this.#schema.settle(Date.now())) this.#look = { fromMs: Date.now() + SEEN_MS, sinceMs: Date.now() };
    } catch (error) {
      this.#look = LOOK_NOW;
      throw error;
    }
  }

  async #hasStored(): Promise<boolean> {
    return (await this.#cursor.read()) > 0 || (await this.#cursor.span()) !== null;
  }

  /**
   * Stores groups that follow what is stored. Where that is gone the cursor goes back to the start, here and nowhere else: anybody else
   * who finds it may do so while such a write is under way, which sets the cursor to where it ends.
   */
  async #follow(groups: readonly JournalGroup[]): Promise<void> {
    try {
      if (this.#emptied) throw emptied(this.#place, this.#engine);
      await this.#send(batchesOf(groups, BATCH_POINTS));
    } catch (error) {
      if (this.#emptied) await this.#cursor.forget();
      this.#emptied = false;
      throw error;
    }
  }

  /** Before the next write the server is asked. */
  check(): Promise<void> {
    this.#look = LOOK_NOW;
    return Promise.resolve();
  }

  rewind(seq: number): Promise<void> {
    return this.#cursor.write(seq, 'span');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** An address as it may be shown. */
export const withoutLogin = (address: string): string => address.replace(/\/\/[^@/\s]*@/, '//');

const emptied = (place: string, { process }: RemoteEngine): Fault =>
  new Fault({
    code: 'store.emptied',
    place: withoutLogin(place),
    ...(process === undefined
      ? {
          zh: '服务器上本企业已存的数据不见了（数据库被删除或换了服务器）；现由日志从头补写，此前的平衡和配备率结果需重新计算',
          en: 'what the server had stored of this plant is gone (a database dropped, another server); it is filled again from the start of the journal, and results of balances and coverage must be computed again',
        }
      : {
          zh: `服务器上由接收进程“${process}”存入的数据不见了（数据库被删除或换了服务器）；现由本进程的日志从头补写，其他接收进程各自补写自己的`,
          en: `what the ingest process ${process} had stored on the server is gone (a database dropped, another server); it is filled again from the start of this process's journal, and every other process does the same with its own`,
        }),
  });
