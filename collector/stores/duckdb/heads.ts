import { DOUBLE, type DuckDBConnection, DuckDBDataChunk, INTEGER } from '@duckdb/node-api';
import { Channels } from './channels.ts';
import { withMemoryToCount } from './memory.ts';
import { eachNumberRow, rows } from './query.ts';
import { appendTo } from './table-rows.ts';

const CHUNK_ROWS = 2048;

/**
 * One row a channel that says what `StoredChannel` does, so that opening a file does not count what is in it.
 *
 * To bring a hundred thousand rows up to date costs more than to store a sample of each; so they are kept once in a while, and fall
 * behind between. `headed` says by how much: the cursor's place when they were last kept. What came since is newer than what they say and
 * counted on opening; where that does not hold, for late rows, `headed` says so and everything is counted.
 */
export const HEADS_TABLE = `CREATE TABLE IF NOT EXISTS heads(channel INTEGER, first DOUBLE, last DOUBLE, count DOUBLE,
  value DOUBLE, quality INTEGER, reason INTEGER, origin INTEGER);
  CREATE TABLE IF NOT EXISTS headed(seq BIGINT)`;
const TYPES = [INTEGER, DOUBLE, DOUBLE, DOUBLE, DOUBLE, INTEGER, INTEGER, INTEGER];
const IN_DOUBT = -1;

const counted = (samples: string): string => `SELECT channel, min(time)::DOUBLE, max(time)::DOUBLE, count(*)::DOUBLE,
  coalesce(arg_max(coalesce(value, 'nan'::DOUBLE), time), 'nan'), arg_max(quality, time)::INTEGER, arg_max(reason, time)::INTEGER,
  arg_max(origin, time)::INTEGER FROM ${samples} GROUP BY channel`;

/** Counts every channel's samples: what a file of format 1 does not keep. */
export async function countHeads(connection: DuckDBConnection): Promise<void> {
  await connection.run(`INSERT INTO heads ${counted('samples')}`);
}

/** The channels of a file. @param memory that DuckDB was granted. @returns also whether their heads say the same. */
export async function readChannels(
  connection: DuckDBConnection,
  memory: string,
): Promise<{ readonly channels: Channels; readonly exact: boolean }> {
  const channels = new Channels();
  for (const [, name] of await rows(connection, 'SELECT id, name FROM channels ORDER BY id')) channels.add(String(name));
  const [headed] = await rows(connection, 'SELECT seq FROM headed');
  const [cursor] = await rows(connection, 'SELECT seq FROM cursor');
  const visit = ([id, firstMs, lastMs, count, value, quality, reason, origin]: Float64Array): void => {
    channels.counted(id!, count!, firstMs!, lastMs!);
    channels.took(id!, lastMs!, value!, quality!, reason!, origin!);
  };
  const inDoubt = headed !== undefined && Number(headed[0]) === IN_DOUBT;
  const count = (samples: string) => withMemoryToCount(connection, memory, () => eachNumberRow(connection, counted(samples), visit));
  if (inDoubt) await count('samples');
  else await eachNumberRow(connection, 'FROM heads', visit);
  const behind = headed !== undefined && !inDoubt && headed[0] !== cursor?.[0];
  if (behind) await count(SINCE);
  return { channels, exact: !inDoubt && !behind };
}

/** Samples that came after the heads were kept, unless some were late. */
const SINCE = `(SELECT samples.* FROM samples LEFT JOIN heads ON heads.channel = samples.channel
  WHERE heads.last IS NULL OR samples.time > heads.last)`;

/** Says of a file whose heads have been kept with each write, or were just counted, that they are. */
export async function beginHeads(connection: DuckDBConnection): Promise<void> {
  await connection.run('INSERT INTO headed SELECT seq FROM cursor WHERE NOT EXISTS (FROM headed)');
}

const headedAt = (seq: number): string => `DELETE FROM headed; INSERT INTO headed VALUES (${seq})`;

/** Within a transaction that stores what is not newer than everything in its channel: until the heads are kept again they are wrong. */
export const DOUBT_HEADS = headedAt(IN_DOUBT);

/** So many times as many rows as channels are stored until the heads are kept again. */
const ROWS_A_HEAD = 20;

/** Which heads are behind, and whether it is time to keep them. */
export class Heads {
  readonly #behind = new Set<number>();
  #rows = 0;
  #inDoubt = false;

  /** @param inDoubt the rows were not all newer than everything in their channels. */
  stored(touched: readonly number[], rowCount: number, inDoubt: boolean): void {
    for (const id of touched) this.#behind.add(id);
    this.#rows += rowCount;
    this.#inDoubt ||= inDoubt;
  }

  get due(): boolean {
    return this.#inDoubt || this.#rows >= ROWS_A_HEAD * this.#behind.size;
  }

  /** Brings the heads in the file up to date, in a transaction of its own. */
  async keep(connection: DuckDBConnection, channels: Channels, seq: number): Promise<void> {
    if (this.#behind.size === 0) return;
    try {
      await connection.run('BEGIN; CREATE OR REPLACE TEMP TABLE touched AS FROM heads LIMIT 0');
      await append(connection, channels, [...this.#behind]);
      await connection.run(`${KEEP}; ${headedAt(seq)}; COMMIT`);
    } catch (error) {
      await connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
    this.#behind.clear();
    this.#rows = 0;
    this.#inDoubt = false;
  }
}

/** Brings the heads of the channels in `touched` up to date. */
const KEEP = `UPDATE heads SET first = t.first, last = t.last, count = t.count, value = t.value, quality = t.quality,
    reason = t.reason, origin = t.origin FROM touched AS t WHERE heads.channel = t.channel;
  INSERT INTO heads FROM touched AS t WHERE NOT EXISTS (FROM heads WHERE heads.channel = t.channel)`;

async function append(connection: DuckDBConnection, channels: Channels, touched: readonly number[]): Promise<void> {
  await appendTo(connection, 'touched', (appender) => {
    for (let from = 0; from < touched.length; from += CHUNK_ROWS) {
      const part = touched.slice(from, from + CHUNK_ROWS);
      const chunk = DuckDBDataChunk.create(TYPES, part.length);
      chunk.setRows(
        part.map((id) => {
          const { firstMs, lastMs, count, last } = channels.at(id);
          return [id, firstMs, lastMs, count, last.value, last.quality, last.reason, last.origin];
        }),
      );
      appender.appendDataChunk(chunk);
    }
  });
}
