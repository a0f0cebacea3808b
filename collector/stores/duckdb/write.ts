import {
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBVector,
  INTEGER,
  UTINYINT,
} from '@duckdb/node-api';
import type { JournalGroup } from '../../journal/record.ts';
import { REASON_CODE } from '../../sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE } from '../../sample/sample.ts';
import { samplesOf } from '../rows.ts';
import { keepHeads, newChannel, type StoredChannel } from './channels.ts';
import { dropKept } from './kept.ts';
import { createMonths, type Month, monthOf, monthsOf } from './months.ts';
import { rows } from './query.ts';

/** Times travel as float64, which holds every millisecond exactly, and become BIGINT on their way in: a BigInt a row costs more. */
const TYPES = [INTEGER, DOUBLE, DOUBLE, UTINYINT, UTINYINT, UTINYINT];
const CHUNK_ROWS = 2048;

/** Rows on their way into a table of the samples' form, as columns that grow by doubling. A value that is missing is NaN. */
class Rows {
  length = 0;
  channel = new Int32Array(CHUNK_ROWS);
  time = new Float64Array(CHUNK_ROWS);
  value = new Float64Array(CHUNK_ROWS);
  quality = new Uint8Array(CHUNK_ROWS);
  reason = new Uint8Array(CHUNK_ROWS);
  origin = new Uint8Array(CHUNK_ROWS);

  push(channel: number, time: number, value: number, quality: number, reason: number, origin: number): void {
    const at = this.length;
    if (at === this.time.length) this.#grow();
    this.channel[at] = channel;
    this.time[at] = time;
    this.value[at] = value;
    this.quality[at] = quality;
    this.reason[at] = reason;
    this.origin[at] = origin;
    this.length = at + 1;
  }

  appendTo(appender: DuckDBAppender): void {
    for (let from = 0; from < this.length; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, this.length - from);
      const chunk = DuckDBDataChunk.create(TYPES, count);
      const columns = [this.channel, this.time, this.value, this.quality, this.reason, this.origin];
      for (const [k, column] of columns.entries()) fill(chunk.getColumnVector(k), column, from, count);
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  }

  #grow(): void {
    const double = <T extends Int32Array | Float64Array | Uint8Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    const size = 2 * this.time.length;
    this.channel = double(this.channel, new Int32Array(size));
    this.time = double(this.time, new Float64Array(size));
    this.value = double(this.value, new Float64Array(size));
    this.quality = double(this.quality, new Uint8Array(size));
    this.reason = double(this.reason, new Uint8Array(size));
    this.origin = double(this.origin, new Uint8Array(size));
  }
}

function fill(vector: DuckDBVector, column: Int32Array | Float64Array | Uint8Array, from: number, count: number): void {
  for (let i = 0; i < count; i += 1) {
    const item = column[from + i]!;
    vector.setItem(i, Number.isNaN(item) ? null : item);
  }
  vector.flush();
}

/** What a write did, for whoever remembers more of a channel than the file does. */
export interface Written {
  readonly fresh: Pick<Rows, 'length' | 'channel' | 'time' | 'value' | 'quality' | 'reason' | 'origin'>;
  /** Channels of the samples, by number, as they were before; a new one as a channel without a sample. */
  readonly before: ReadonlyMap<number, StoredChannel>;
  /** As they are now. */
  readonly after: ReadonlyMap<number, StoredChannel>;
  /** The tables of months that stand in the file now. */
  readonly months: ReadonlySet<string>;
}

/**
 * Stores groups in one transaction with the cursor: after a crash either all of them are there or none.
 *
 * A sample newer than its channel's newest is appended. Any other (late, redelivered, imported again) replaces what stands at its
 * channel and time, so the last record in the journal counts, and takes the partials of its hour and of the hours beside it away.
 *
 * @param channels brought up to date once the transaction holds.
 * @param months tables of months that stand in the file.
 */
export async function writeGroups(
  connection: DuckDBConnection,
  channels: Map<string, StoredChannel>,
  groups: readonly JournalGroup[],
  months: ReadonlySet<string>,
): Promise<Written> {
  const fresh = new Rows();
  const late = new Map<string, LateRow>();
  const touched = new Map<string, StoredChannel>();
  const before = new Map<number, StoredChannel>();
  const created: StoredChannel[] = [];
  for (const { channel: name, timeMs, value, quality, reason, origin } of samplesOf(groups)) {
    let channel = touched.get(name);
    if (channel === undefined) {
      const known = channels.get(name) ?? newChannel(channels.size + created.length, name);
      channel = { ...known, last: { ...known.last } };
      if (!channels.has(name)) created.push(channel);
      before.set(known.id, known);
      touched.set(name, channel);
    }
    const { last } = channel;
    const [v, q, r, o] = [value ?? Number.NaN, QUALITY_CODE[quality], REASON_CODE[reason], ORIGIN_CODE[origin]];
    if (timeMs > channel.lastMs) {
      fresh.push(channel.id, timeMs, v, q, r, o);
      channel.count += 1;
    } else {
      late.set(`${channel.id} ${timeMs}`, [channel.id, timeMs, v, q, r, o]);
      channel.revision += 1;
    }
    if (timeMs >= channel.lastMs) {
      channel.lastMs = timeMs;
      last.value = v;
      last.quality = q;
      last.reason = r;
      last.origin = o;
    }
    if (timeMs < channel.firstMs) channel.firstMs = timeMs;
  }

  const [freshBy, lateBy] = [byMonth(fresh), byMonth(rowsOf(late.values()))];
  let after = months;
  await connection.run('BEGIN');
  try {
    await insertChannels(connection, created);
    after = await createMonths(connection, months, [...freshBy.keys(), ...lateBy.keys()]);
    for (const [{ table }, part] of freshBy) await append(connection, table, part);
    const byId = new Map(Array.from(touched.values(), (channel) => [channel.id, channel]));
    for (const [{ table }, part] of lateBy) await replace(connection, table, part, byId);
    await untidied(connection, [...freshBy.keys(), ...lateBy.keys()]);
    await keepHeads(connection, [...touched.values()]);
    await connection.run('UPDATE cursor SET seq = ?', [BigInt(groups.at(-1)!.seq)]);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
  for (const [name, channel] of touched) channels.set(name, channel);
  return { fresh, before, after: new Map([...touched.values()].map((channel) => [channel.id, channel])), months: after };
}

/** Rows by the table that they belong to; nearly always all of them to one. */
function byMonth(all: Rows): Map<Month, Rows> {
  const months = monthsOf(all.time.subarray(0, all.length));
  if (months.length <= 1) return new Map(months.map((month) => [month, all]));
  const parts = new Map(months.map((month) => [month.table, { month, rows: new Rows() }]));
  for (let i = 0; i < all.length; i += 1) {
    const { rows: part } = parts.get(monthOf(all.time[i]!).table)!;
    part.push(all.channel[i]!, all.time[i]!, all.value[i]!, all.quality[i]!, all.reason[i]!, all.origin[i]!);
  }
  return new Map([...parts.values()].map(({ month, rows: part }) => [month, part]));
}

function rowsOf(late: Iterable<LateRow>): Rows {
  const all = new Rows();
  for (const row of late) all.push(...row);
  return all;
}

async function untidied(connection: DuckDBConnection, months: readonly Month[]): Promise<void> {
  await connection.run(`DELETE FROM tidy WHERE month IN (${months.map(({ table }) => `'${table}'`).join(', ')})`);
}

/** Many a statement: a statement each would take minutes for a plant of a hundred thousand points. */
const CHANNELS_A_STATEMENT = 1_000;

async function insertChannels(connection: DuckDBConnection, created: readonly StoredChannel[]): Promise<void> {
  for (let from = 0; from < created.length; from += CHANNELS_A_STATEMENT) {
    const part = created.slice(from, from + CHANNELS_A_STATEMENT);
    await connection.run(
      `INSERT INTO channels VALUES ${part.map(() => '(?, ?)').join(', ')}`,
      part.flatMap(({ id, name }) => [id, name]),
    );
  }
}

type LateRow = readonly [channel: number, time: number, value: number, quality: number, reason: number, origin: number];

async function append(connection: DuckDBConnection, table: string, data: Rows): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    data.appendTo(appender);
  } finally {
    appender.closeSync();
  }
}

/** Puts rows in the place of those that stand at their channels and times, and counts those that stood nowhere. */
async function replace(
  connection: DuckDBConnection,
  table: string,
  data: Rows,
  channels: ReadonlyMap<number, StoredChannel>,
): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE late AS FROM ${table} LIMIT 0`);
  await append(connection, 'late', data);
  const [times, ids] = [data.time.subarray(0, data.length), data.channel.subarray(0, data.length)];
  const [fromMs, toMs] = times.reduce(
    ([min, max], t) => [Math.min(min, t), Math.max(max, t)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const same = `${table}.channel = late.channel AND ${table}.time = late.time AND ${table}.time BETWEEN ${fromMs} AND ${toMs}`;
  const stood = await rows(connection, `SELECT late.channel, count(*)::INTEGER FROM late JOIN ${table} ON ${same} GROUP BY late.channel`);
  for (const id of ids) channels.get(id)!.count += 1;
  for (const [id, count] of stood) channels.get(Number(id))!.count -= Number(count);
  if (stood.length > 0) await connection.run(`DELETE FROM ${table} USING late WHERE ${same}`);
  await connection.run(`INSERT INTO ${table} FROM late`);
  await dropKept(connection, ids, times);
  await connection.run('DROP TABLE late');
}
