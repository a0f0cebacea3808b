import { setTimeout } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Fault } from '../../../config/words/fault.ts';
import { beginHeads, countHeads, HEADS_TABLE } from './heads.ts';
import { KEPT_TABLE } from './kept.ts';
import { divideByMonth, TIDY_TABLE, viewMonths } from './months.ts';
import { rows } from './query.ts';
import { RESULTS_TABLE } from './results.ts';

/**
 * Tables of a store's file. Channels are numbered in the order in which they first appear. `value` is NULL where a sample is missing.
 * Samples lie in a table a month (see `months.ts`) under the view `samples`. No primary key: a channel and time that comes again replaces the row (see `write.ts`), which costs nothing while time runs forward.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS format(version INTEGER);
  CREATE TABLE IF NOT EXISTS cursor(seq BIGINT);
  CREATE TABLE IF NOT EXISTS channels(id INTEGER, name VARCHAR);
  ${HEADS_TABLE};
  ${KEPT_TABLE};
  ${TIDY_TABLE};
  ${RESULTS_TABLE}`;

/** Step `n` makes a file of format n + 1 one of format n + 2. Beside a change of samples, everything can be computed again. */
const STEPS: readonly ((connection: DuckDBConnection) => Promise<void>)[] = [
  // 2: heads of the channels.
  async (connection) => {
    await connection.run('DELETE FROM heads');
    await countHeads(connection);
  },
  // 3: a row of partials holds a day.
  async (connection) => {
    await connection.run('DROP TABLE partials');
    await connection.run(KEPT_TABLE);
  },
  // 4: results; the table stands there by now.
  () => Promise.resolve(),
  // 5: a table a month.
  divideByMonth,
];
const FORMAT = STEPS.length + 1;

/**
 * DuckDB's log is put into the file whenever it has grown by so much, some 40,000 rows. Where it waits for more than a row group (122,880
 * rows), DuckDB 1.5 keeps a block of each in memory that it never gives up: with its own 16 MB a store of 100,000 values a second took
 * nothing any more after two minutes with 32 MB, until it was opened again; at that rate any would after some 260 million rows with 512 MB.
 */
const CHECKPOINT = '1MB';

export interface Settings {
  readonly threads: number;
  /** As DuckDB spells it, e.g. 512MB. */
  readonly memory: string;
  readonly readOnly?: boolean;
  /** How long to wait for a process that holds the file, default 0. */
  readonly patienceMs?: number;
}

/**
 * Opens a store's file, creating it where there is none, and waits a while where another process has it open.
 *
 * @throws Fault store.locked while another process holds it; store.format for a file of a newer release; store.damaged.
 */
export async function openDatabase(path: string, settings: Settings): Promise<DuckDBInstance> {
  const options = {
    threads: String(settings.threads),
    memory_limit: settings.memory,
    preserve_insertion_order: 'false',
    checkpoint_threshold: CHECKPOINT,
    ...(settings.readOnly ? { access_mode: 'READ_ONLY' } : {}),
  };
  const giveUpMs = Date.now() + (settings.patienceMs ?? 0);
  for (;;) {
    try {
      const instance = await DuckDBInstance.create(path, options);
      const connection = await instance.connect();
      if (!settings.readOnly) await connection.run(TABLES);
      const format = await formatOf(connection, path);
      if (!settings.readOnly && format !== FORMAT) await bringForward(connection, format);
      if (!settings.readOnly) await beginHeads(connection);
      connection.closeSync();
      if (!settings.readOnly || format === FORMAT) return instance;
      instance.closeSync();
      (await openDatabase(path, { ...settings, readOnly: false })).closeSync();
    } catch (cause) {
      if (!(cause instanceof Error) || cause instanceof Fault) throw cause;
      if (DAMAGED.test(cause.message)) throw damaged(path, cause);
      if (!/lock/i.test(cause.message)) throw cause;
      if (Date.now() >= giveUpMs) {
        throw new Fault({
          code: 'store.locked',
          place: path,
          zh: '另一个进程占用着这个数据库文件',
          en: 'another process holds this database file',
          cause,
        });
      }
      await setTimeout(100 + 100 * Math.random());
    }
  }
}

/** Copies everything in a connection's database to a new file, which is whole once this settles. */
export async function copyDatabase(connection: DuckDBConnection, path: string): Promise<void> {
  const [row] = await rows(connection, 'SELECT current_database()');
  const own = String(row![0]).replaceAll('"', '""');
  await connection.run(`ATTACH '${path.replaceAll("'", "''")}' AS copied`);
  try {
    await connection.run(`COPY FROM DATABASE "${own}" TO copied`);
  } finally {
    await connection.run('DETACH copied');
  }
}

/** How DuckDB speaks of a file that is not what it wrote. */
const DAMAGED = /not a valid DuckDB|checksum|corrupt|deserializ|serialization|Could not read enough bytes|replaying WAL|INTERNAL Error/i;

const damaged = (path: string, cause: Error): Fault =>
  new Fault({
    code: 'store.damaged',
    place: path,
    zh: '数据库文件已损坏；停止采集后运行 liangheng stores <企业> --rebuild，由日志重建',
    en: 'the database file is damaged; stop collecting and run liangheng stores PLANT --rebuild, which fills a new one from the journal',
    exitStatus: 1,
    cause,
  });

async function formatOf(connection: DuckDBConnection, path: string): Promise<number | null> {
  const [row] = await rows(connection, 'SELECT version FROM format');
  if (row !== undefined && Number(row[0]) > FORMAT) {
    throw new Fault({
      code: 'store.format',
      place: path,
      zh: `数据库文件的格式为第 ${row[0]} 版，本程序只认到第 ${FORMAT} 版；请升级程序，或移走该文件后由日志重建`,
      en: `the database file has format ${row[0]}, this program knows up to ${FORMAT}; upgrade, or move the file away and it is rebuilt from the journal`,
    });
  }
  return row === undefined ? null : Number(row[0]);
}

/** A new file, or one of an earlier format, becomes one of today's in a single transaction. */
async function bringForward(connection: DuckDBConnection, format: number | null): Promise<void> {
  await connection.run('BEGIN');
  if (format === null) {
    await connection.run('INSERT INTO cursor VALUES (0)');
    await viewMonths(connection, new Set());
  } else {
    for (const step of STEPS.slice(format - 1)) await step(connection);
    await connection.run('DELETE FROM format');
  }
  await connection.run('INSERT INTO format VALUES (?)', [FORMAT]);
  await connection.run('COMMIT');
}
