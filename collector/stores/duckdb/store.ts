import type { JournalGroup } from '../../journal/record.ts';
import { HOUR_MS, hourOf } from '../../sample/hour.ts';
import type { HourPartials } from '../../sample/hour-partials.ts';
import type { ChannelSpec } from '../../sample/partial.ts';
import type { Sample } from '../../sample/sample.ts';
import type { Results } from '../results.ts';
import type { SampleColumns, Store, StoreReader } from '../store.ts';
import { type Channels, lastSample, newestOf } from './channels.ts';
import { copyDatabase, type Settings } from './database.ts';
import type { ExportedFile } from './export.ts';
import { exportTable } from './export-table.ts';
import { Heads, readChannels } from './heads.ts';
import { keepDays } from './kept.ts';
import { readMonths, tidyOne } from './months.ts';
import { OpenFile } from './open-file.ts';
import { type Computed, Partials } from './partials.ts';
import { rows } from './query.ts';
import { readColumns, readFirstColumns } from './read.ts';
import { readResults, writeResults } from './results.ts';
import { Staged } from './staged.ts';
import { type Written, writeGroups } from './write.ts';

export interface StoreSettings extends Settings {
  /** Channels whose hour partials are computed as the hours pass, in idle moments and on closing; those of others when asked for. */
  readonly specs?: readonly ChannelSpec[];
}

/** What the owner of the file can do beside what any store does. */
export interface DuckdbFile extends Store {
  /** Writes all that is stored to a new file. */
  copyTo(path: string): Promise<void>;
  /** Closes the file once every question is answered: nothing more is computed for it. */
  abandon(): Promise<void>;
}

/**
 * The samples in one DuckDB file, for one process. Writing has a connection, and each question one of its own: a second query on a
 * connection would silently empty the one that is being read there. A reader sees what was committed when its query began.
 *
 * @throws Fault store.locked, store.format
 */
export async function openDuckdbStore(path: string, settings: StoreSettings): Promise<DuckdbFile> {
  const file = await OpenFile.open(path, settings);
  const { writing } = file;
  const [row] = await rows(writing, 'SELECT seq FROM cursor');
  const [newest] = await rows(writing, 'SELECT max(day)::DOUBLE FROM partials');
  const [{ channels, exact }, months] = [await readChannels(writing, settings.memory), await readMonths(writing)];
  const heads = new Heads();
  if (!exact)
    heads.stored(
      Array.from({ length: channels.size }, (_, id) => id),
      0,
      true,
    );
  return new DuckdbStore(file, channels, heads, months, Number(row?.[0] ?? 0), settings, Number(newest?.[0] ?? 0));
}

/** So long without a write is an idle moment. */
const IDLE_MS = 50;
/** So long after a write it is waited for. */
const LATEST_MS = 2_000;
/** Hours whose partials are computed in one go. */
const STEP_MS = 4 * HOUR_MS;
/** More than a row group: it goes into its place in the file at once, and not through the log first. */
const BATCH_RECORDS = 150_000;
/** Days of partials that wait for an idle moment. */
const MOST_COMPLETED = 20_000;
/** Hours further back are computed when they are asked for. */
const LONGEST_MS = 31 * 24 * HOUR_MS;

class DuckdbStore implements DuckdbFile, StoreReader {
  readonly engine = 'duckdb';
  readonly batchRecords = BATCH_RECORDS;
  readonly reader: StoreReader = this;
  readonly #file: OpenFile;
  readonly #channels: Channels;
  readonly #staged: Staged;
  readonly #heads: Heads;
  readonly #keeps: boolean;
  readonly #specs: readonly ChannelSpec[];
  readonly #specOf: ReadonlyMap<string, ChannelSpec>;
  readonly #partials = new Partials();
  /** Computed while writing, not yet in the file. */
  readonly #completed: Computed[] = [];
  #months: ReadonlySet<string>;
  #cursor: number;
  #turn: Promise<unknown> = Promise.resolve();
  /** Partials of hours before this one are in the file, as far as late data did not take them away. */
  #keptToMs: number;
  #idle: NodeJS.Timeout | null = null;
  #settling: Promise<void> = Promise.resolve();

  constructor(
    file: OpenFile,
    channels: Channels,
    heads: Heads,
    months: ReadonlySet<string>,
    cursor: number,
    settings: StoreSettings,
    keptToMs: number,
  ) {
    this.#file = file;
    this.#channels = channels;
    this.#staged = new Staged(channels);
    this.#heads = heads;
    this.#months = months;
    this.#cursor = cursor;
    this.#keeps = settings.readOnly !== true;
    this.#specs = (this.#keeps && settings.specs) || [];
    this.#specOf = new Map(this.#specs.map((spec) => [spec.channel, spec]));
    this.#keptToMs = keptToMs;
  }

  readonly results: Results = {
    write: (results) => this.#inTurn(() => writeResults(this.#file.writing, results)),
    read: (measurement, fromMs, toMs) => this.#file.ask((connection) => readResults(connection, measurement, fromMs, toMs)),
  };

  cursor(): Promise<number> {
    return Promise.resolve(this.#cursor);
  }

  write(groups: readonly JournalGroup[]): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    return this.#inTurn(async () => {
      const fresh = groups.filter(({ seq }) => seq > this.#cursor);
      if (fresh.length === 0) return;
      await this.#store(fresh, false);
      if (this.#completed.length > MOST_COMPLETED) await this.#keepCompleted();
      this.#settleWhenIdle(Date.now() + LATEST_MS);
    });
  }

  /** Not while a question is answered, unless there is always one. */
  #settleWhenIdle(latestMs: number): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#file.isAsked && Date.now() < latestMs) return this.#settleWhenIdle(latestMs);
      this.#settling = this.#settling
        .then(() => this.#settle(false))
        .then(() => this.#inTurn(() => tidyOne(this.#file.writing, this.#months, newestOf(this.#channels.newestTimes()))))
        .catch(() => undefined);
    }, IDLE_MS).unref();
  }

  restore(samples: Iterable<Sample>): Promise<void> {
    return this.#inTurn(async () => {
      const records = Array.from(samples, (sample) => ({ kind: 'sample', sample }) as const);
      if (records.length === 0) return;
      await this.#store([{ seq: this.#cursor, records, sha256: '' }], true);
    });
  }

  rewind(seq: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#file.writing.run('UPDATE cursor SET seq = ?', [BigInt(seq)]);
      this.#cursor = seq;
    });
  }

  async samples(channel: string, fromMs: number, toMs: number): Promise<SampleColumns> {
    const known = this.#channels.get(channel);
    return { channel, ...(await this.#file.ask((connection) => readColumns(connection, known?.id ?? -1, fromMs, toMs))) };
  }

  samplesOfFirst(channels: readonly string[], fromMs: number, toMs: number, most: number): Promise<readonly SampleColumns[]> {
    const asked = channels.map((channel) => ({ channel, id: this.#channels.get(channel)?.id ?? -1 }));
    const ids = asked.map(({ id }) => id);
    return this.#file.ask(async (connection) => {
      const found = await readFirstColumns(connection, ids, fromMs, toMs, most);
      return found.map((readings, at) => ({ channel: asked[at]!.channel, ...readings }));
    });
  }

  exportTo(...[channels, ...where]: Parameters<NonNullable<StoreReader['exportTo']>>): Promise<readonly ExportedFile[]> {
    const stored = channels.flatMap(({ id, unit }) => {
      const known = this.#channels.get(id);
      return known === undefined ? [] : [{ id, unit, number: known.id }];
    });
    return this.#file.ask((connection) => exportTable(connection, stored, ...where));
  }

  latest(channels: readonly string[]): Promise<ReadonlyMap<string, Sample>> {
    const found = channels.map((name) => this.#channels.get(name)).filter((channel) => channel !== undefined);
    return Promise.resolve(new Map(found.map((channel) => [channel.name, lastSample(channel)])));
  }

  async partials(specs: readonly ChannelSpec[], fromMs: number, toMs: number): Promise<ReadonlyMap<string, HourPartials>> {
    const { partials, computed } = await this.#file.ask((connection) =>
      this.#partials.read(connection, this.#channels, specs, fromMs, toMs),
    );
    // Nobody waits for it; what is not kept is computed again.
    if (this.#keeps && computed.length > 0) this.#keep(computed).catch(() => undefined);
    return partials;
  }

  span(channels: readonly string[]): ReturnType<NonNullable<StoreReader['span']>> {
    const found = channels.map((name) => this.#channels.get(name)).filter((known) => known !== undefined && known.count > 0);
    if (found.length === 0) return Promise.resolve(null);
    const fromMs = found.reduce((least, known) => Math.min(least, known!.firstMs), Number.POSITIVE_INFINITY);
    const toMs = found.reduce((most, known) => Math.max(most, known!.lastMs), Number.NEGATIVE_INFINITY) + 1;
    return Promise.resolve({ fromMs, toMs });
  }

  counts(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map([...this.#channels.values()].map(({ name, count }) => [name, count])));
  }

  async close(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    await this.#turn;
    await this.#settling;
    await this.#settle(true).catch(() => undefined);
    await this.#inTurn(() => (this.#keeps ? this.#heads.keep(this.#file.writing, this.#channels, this.#cursor) : Promise.resolve())).catch(
      () => undefined,
    );
    await this.#file.close();
  }

  copyTo(path: string): Promise<void> {
    return this.#inTurn(() => copyDatabase(this.#file.writing, path));
  }

  async abandon(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    await this.#turn;
    await this.#settling;
    await this.#file.close();
  }

  /** @param again the samples were stored before. */
  async #store(groups: readonly JournalGroup[], again: boolean): Promise<void> {
    // A reader that is never done would hold up everything; sooner or later none is reading.
    if (this.#file.isWorn && !this.#file.isAsked) await this.#file.renew(this.#cursor);
    const written = await writeGroups(this.#file.writing, this.#staged, groups, this.#months, again);
    this.#months = written.months;
    this.#cursor = groups.at(-1)!.seq;
    this.#file.wrote(written.fresh.length);
    this.#heads.stored(written.touched, written.fresh.length, again || written.reopened.size > 0);
    this.#complete(written);
    if (this.#heads.due) await this.#heads.keep(this.#file.writing, this.#channels, this.#cursor).catch(() => undefined);
  }

  /** Hands what was written to those who compute the partials of the hours that it completed. */
  #complete({ fresh, before, touched, reopened }: Written): void {
    if (this.#specOf.size === 0) return;
    const { recent } = this.#partials;
    const wanted = new Set<number>();
    for (const id of touched) {
      if (reopened.has(id)) recent.forget(id);
      else if (this.#specOf.has(this.#channels.nameOf(id))) wanted.add(id);
    }
    for (let i = 0; i < fresh.length; i += 1) {
      const id = fresh.channel[i]!;
      if (!wanted.has(id)) continue;
      recent.add(id, before[id]!, fresh.time[i]!, fresh.value[i]!, fresh.quality[i]!, fresh.reason[i]!, fresh.origin[i]!);
    }
    for (const id of touched) {
      const spec = this.#specOf.get(this.#channels.nameOf(id));
      if (spec) for (const one of this.#partials.complete(this.#channels.at(id), spec)) this.#completed.push(one);
    }
  }

  /** Within a turn. */
  async #keepCompleted(): Promise<void> {
    const completed = new Map(this.#completed.splice(0).map((one) => [one.day, one]));
    await this.#keepValid([...completed.values()]);
  }

  #keep(computed: readonly Computed[]): Promise<void> {
    return this.#inTurn(() => this.#keepValid(computed));
  }

  /** Not those of channels that a late sample has reached since. */
  async #keepValid(computed: readonly Computed[]): Promise<void> {
    const valid = computed.filter(({ stored }) => this.#channels.get(stored.name)?.revision === stored.revision);
    if (valid.length > 0) await keepDays(this.#file.writing, valid);
  }

  /**
   * Computes and keeps the partials of the hours that have passed since it last did, a few hours at a time.
   *
   * @param closing also those of the newest hours, which hold until the next sample.
   */
  async #settle(closing: boolean): Promise<void> {
    const known = this.#specs.map(({ channel }) => this.#channels.get(channel)).filter((channel) => channel !== undefined);
    if (known.length === 0) return;
    await this.#inTurn(() => this.#keepCompleted());
    const firstMs = known.reduce((least, channel) => Math.min(least, channel.firstMs), Number.POSITIVE_INFINITY);
    const lastMs = newestOf(Float64Array.from(known, (channel) => channel.lastMs));
    const settledMs = hourOf(lastMs) - 2 * HOUR_MS;
    const endMs = closing ? hourOf(lastMs) + HOUR_MS : settledMs;
    for (let from = Math.max(hourOf(firstMs), this.#keptToMs, endMs - LONGEST_MS); from < endMs; from += STEP_MS) {
      const to = Math.min(from + STEP_MS, endMs);
      const { computed } = await this.#file.ask((connection) =>
        this.#partials.read(connection, this.#channels, this.#specs, from, to, closing),
      );
      if (computed.length > 0) await this.#keep(computed);
      this.#keptToMs = Math.max(this.#keptToMs, Math.min(to, settledMs));
    }
  }

  /** One transaction at a time on the writing connection. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
