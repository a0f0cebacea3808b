import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { JournalGroup } from '../../journal/record.ts';
import type { ChannelSpec, HourPartial } from '../../sample/partial.ts';
import type { Sample } from '../../sample/sample.ts';
import type { SampleColumns, Store, StoreReader } from '../store.ts';
import { lastSample, readChannels, type StoredChannel } from './channels.ts';
import { openDatabase, type Settings } from './database.ts';
import { keepPartials } from './kept.ts';
import { type Computed, Partials } from './partials.ts';
import { rows } from './query.ts';
import { readColumns } from './read.ts';
import { writeGroups } from './write.ts';

/**
 * The samples in one DuckDB file, for one process. Writing has a connection, and each question one of its own: a second query on a
 * connection would silently empty the one that is being read there. A reader sees what was committed when its query began.
 *
 * @throws Fault store.locked, store.format
 */
export async function openDuckdbStore(path: string, settings: Settings): Promise<Store> {
  const instance = await openDatabase(path, settings);
  const writing = await instance.connect();
  const [row] = await rows(writing, 'SELECT seq FROM cursor');
  return new DuckdbStore(instance, writing, await readChannels(writing), Number(row?.[0] ?? 0), settings.readOnly !== true);
}

class DuckdbStore implements Store, StoreReader {
  readonly engine = 'duckdb';
  readonly reader: StoreReader = this;
  readonly #instance: DuckDBInstance;
  readonly #writing: DuckDBConnection;
  readonly #channels: Map<string, StoredChannel>;
  readonly #keeps: boolean;
  readonly #partials = new Partials();
  #cursor: number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(instance: DuckDBInstance, writing: DuckDBConnection, channels: Map<string, StoredChannel>, cursor: number, keeps: boolean) {
    this.#instance = instance;
    this.#writing = writing;
    this.#channels = channels;
    this.#cursor = cursor;
    this.#keeps = keeps;
  }

  cursor(): Promise<number> {
    return Promise.resolve(this.#cursor);
  }

  write(groups: readonly JournalGroup[]): Promise<void> {
    return this.#inTurn(async () => {
      const fresh = groups.filter(({ seq }) => seq > this.#cursor);
      if (fresh.length === 0) return;
      await writeGroups(this.#writing, this.#channels, fresh);
      this.#cursor = fresh.at(-1)!.seq;
    });
  }

  rewind(seq: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#writing.run('UPDATE cursor SET seq = ?', [BigInt(seq)]);
      this.#cursor = seq;
    });
  }

  async samples(channel: string, fromMs: number, toMs: number): Promise<SampleColumns> {
    const known = this.#channels.get(channel);
    return { channel, ...(await this.#ask((connection) => readColumns(connection, known?.id ?? -1, fromMs, toMs))) };
  }

  latest(channels: readonly string[]): Promise<ReadonlyMap<string, Sample>> {
    const found = channels.map((name) => this.#channels.get(name)).filter((channel) => channel !== undefined);
    return Promise.resolve(new Map(found.map((channel) => [channel.name, lastSample(channel)])));
  }

  async partials(specs: readonly ChannelSpec[], fromMs: number, toMs: number): Promise<ReadonlyMap<string, readonly HourPartial[]>> {
    const { partials, computed } = await this.#ask((connection) => this.#partials.read(connection, this.#channels, specs, fromMs, toMs));
    if (this.#keeps && computed.length > 0) await this.#keep(computed);
    return partials;
  }

  counts(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map([...this.#channels.values()].map(({ name, count }) => [name, count])));
  }

  async close(): Promise<void> {
    await this.#turn;
    this.#writing.closeSync();
    this.#instance.closeSync();
  }

  /** Not those of channels that a late sample has reached since. */
  #keep(computed: readonly Computed[]): Promise<void> {
    return this.#inTurn(async () => {
      const valid = computed.filter(({ stored }) => this.#channels.get(stored.name)?.revision === stored.revision);
      if (valid.length > 0) await keepPartials(this.#writing, valid);
    });
  }

  async #ask<T>(question: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      return await question(connection);
    } finally {
      connection.closeSync();
    }
  }

  /** One transaction at a time on the writing connection. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
