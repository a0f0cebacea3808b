import type { DuckDBConnection } from '@duckdb/node-api';
import { rows } from './query.ts';

/** A table of samples: those of one month (UTC), or of all times at which no plant was running. */
export interface Month {
  readonly table: string;
  /** [fromMs, toMs) holds its samples. */
  readonly fromMs: number;
  readonly toMs: number;
}

const COLUMNS = 'channel INTEGER, time BIGINT, value DOUBLE, quality UTINYINT, reason UTINYINT, origin UTINYINT';
const NO_SAMPLES = `SELECT ${COLUMNS.split(', ')
  .map((column) => column.split(' '))
  .map(([name, type]) => `NULL::${type} AS ${name}`)
  .join(', ')} WHERE false`;

/** Devices whose clocks are wrong by decades must not fill the file with tables. */
const [FIRST_YEAR, END_YEAR] = [2000, 2100];
const ELSEWHEN: Month = { table: 'samples_elsewhen', fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

/** Says of each month's table whether it is in order: sorted, without the room that replaced rows left. */
export const TIDY_TABLE = 'CREATE TABLE IF NOT EXISTS tidy(month VARCHAR)';

export function monthOf(timeMs: number): Month {
  const date = new Date(timeMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (!(year >= FIRST_YEAR && year < END_YEAR)) return ELSEWHEN;
  return {
    table: `samples_${year}_${String(month + 1).padStart(2, '0')}`,
    fromMs: Date.UTC(year, month),
    toMs: Date.UTC(year, month + 1),
  };
}

/** The months in which times lie, ascending by their tables' names. */
export function monthsOf(times: Float64Array): Month[] {
  const found = new Map<string, Month>();
  let month: Month | null = null;
  for (const timeMs of times) {
    if (month !== null && month !== ELSEWHEN && timeMs >= month.fromMs && timeMs < month.toMs) continue;
    month = monthOf(timeMs);
    found.set(month.table, month);
  }
  return [...found.values()].sort((a, b) => (a.table < b.table ? -1 : 1));
}

/** Tables of months that stand in a file. */
export async function readMonths(connection: DuckDBConnection): Promise<Set<string>> {
  const found = await rows(
    connection,
    "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'samples\\_%' ESCAPE '\\' AND NOT temporary",
  );
  return new Set(found.map(([name]) => String(name)));
}

/**
 * Creates the tables that are not there, in the caller's transaction, and the view `samples` over all of them.
 *
 * @param known tables that stand in the file; stays as it is, for the transaction may yet fail.
 * @returns them and the new ones.
 */
export async function createMonths(connection: DuckDBConnection, known: ReadonlySet<string>, due: readonly Month[]): Promise<Set<string>> {
  const fresh = new Set(due.map(({ table }) => table).filter((table) => !known.has(table)));
  const all = new Set([...known, ...fresh]);
  for (const table of fresh) await connection.run(`CREATE TABLE ${table}(${COLUMNS})`);
  if (fresh.size > 0) await viewMonths(connection, all);
  return all;
}

export async function viewMonths(connection: DuckDBConnection, tables: ReadonlySet<string>): Promise<void> {
  const union = [...tables].sort().map((table) => `SELECT * FROM ${table}`);
  await connection.run(`CREATE OR REPLACE VIEW samples AS ${union.join(' UNION ALL ') || NO_SAMPLES}`);
}

/** Divides the one table of samples of formats up to 4 into months. */
export async function divideByMonth(connection: DuckDBConnection): Promise<void> {
  await connection.run('ALTER TABLE samples RENAME TO undivided');
  const days = await rows(connection, 'SELECT DISTINCT (time // 86400000)::DOUBLE FROM undivided');
  const due = monthsOf(Float64Array.from(days, ([day]) => Number(day) * 86_400_000));
  const all = await createMonths(connection, new Set(), due);
  const inMonths = due.filter(({ fromMs }) => Number.isFinite(fromMs));
  for (const { table, fromMs, toMs } of inMonths) {
    await connection.run(`INSERT INTO ${table} FROM undivided WHERE time >= ${fromMs} AND time < ${toMs}`);
  }
  if (due.length > inMonths.length) {
    const [first, end] = [Date.UTC(FIRST_YEAR, 0), Date.UTC(END_YEAR, 0)];
    await connection.run(`INSERT INTO ${ELSEWHEN.table} FROM undivided WHERE time < ${first} OR time >= ${end}`);
  }
  await connection.run('DROP TABLE undivided');
  await viewMonths(connection, all);
}

/** So long after its end a month counts as over: late data mostly have come by then. */
const LATE_MS = 3 * 86_400_000;

/**
 * Puts the first month in order that is over and is not.
 *
 * @param newestMs when it is, by the samples.
 */
export async function tidyOne(connection: DuckDBConnection, tables: ReadonlySet<string>, newestMs: number): Promise<void> {
  const month = await untidyMonth(connection, tables, newestMs);
  if (month !== null) await tidyMonth(connection, month);
}

async function untidyMonth(connection: DuckDBConnection, tables: ReadonlySet<string>, newestMs: number): Promise<Month | null> {
  const tidy = new Set((await rows(connection, 'SELECT month FROM tidy')).map(([name]) => String(name)));
  for (const table of [...tables].sort()) {
    const [, year, month] = /^samples_(\d{4})_(\d\d)$/.exec(table) ?? [];
    if (year === undefined || tidy.has(table)) continue;
    const found = monthOf(Date.UTC(Number(year), Number(month) - 1));
    if (found.toMs + LATE_MS <= newestMs) return found;
  }
  return null;
}

const DAY_MS = 86_400_000;

/**
 * Writes a month's table anew, in one transaction, sorted by day, channel and time: questions of one channel then read little, it
 * compresses better, and rows that were replaced give their room back.
 */
async function tidyMonth(connection: DuckDBConnection, { table, fromMs, toMs }: Month): Promise<void> {
  await connection.run('BEGIN');
  try {
    await connection.run(`CREATE TABLE tidied(${COLUMNS})`);
    for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS) {
      await connection.run(
        `INSERT INTO tidied SELECT * FROM ${table} WHERE time >= ${dayMs} AND time < ${dayMs + DAY_MS} ORDER BY channel, time`,
      );
    }
    await connection.run(`DROP TABLE ${table}`);
    await connection.run(`ALTER TABLE tidied RENAME TO ${table}`);
    await connection.run('INSERT INTO tidy VALUES (?)', [table]);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
  await connection.run('CHECKPOINT').catch(() => undefined);
}
