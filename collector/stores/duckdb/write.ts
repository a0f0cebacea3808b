import type { DuckDBConnection } from '@duckdb/node-api';
import type { JournalGroup } from '../../journal/record.ts';
import { DOUBT_HEADS } from './heads.ts';
import { dropKept } from './kept.ts';
import { createMonths, type Month, monthOf, monthsOf } from './months.ts';
import { rows } from './query.ts';
import type { LateRow, Staged } from './staged.ts';
import { appendTo, Rows } from './table-rows.ts';

/** What a write did, for whoever remembers more of a channel than the file does. */
export interface Written extends Pick<Staged, 'fresh' | 'touched' | 'before' | 'reopened'> {
  /** The tables of months that stand in the file now. */
  readonly months: ReadonlySet<string>;
}

/**
 * Stores groups in one transaction with the cursor: after a crash either all of them are there or none.
 *
 * A sample newer than its channel's newest is appended. Any other (late, redelivered, imported again) replaces what stands at its
 * channel and time, so the last record in the journal counts, and takes the partials of its hour and of the hours beside it away.
 *
 * @param staged where they are told apart; once the transaction holds it brings the channels up to date, whose heads in the file fall
 * behind (see `heads.ts`).
 * @param months tables of months that stand in the file.
 * @param again the groups' samples were stored before: the cursor stays.
 */
export async function writeGroups(
  connection: DuckDBConnection,
  staged: Staged,
  groups: readonly JournalGroup[],
  months: ReadonlySet<string>,
  again: boolean,
): Promise<Written> {
  staged.stage(groups);
  const [freshBy, lateBy] = [byMonth(staged.fresh), byMonth(rowsOf(staged.late.values()))];
  const counts = new Map<number, number>();
  let after = months;
  await connection.run('BEGIN');
  try {
    await insertChannels(connection, staged.created);
    after = await createMonths(connection, months, [...freshBy.keys(), ...lateBy.keys()]);
    for (const [{ table }, part] of freshBy) await append(connection, table, part);
    for (const [{ table }, part] of lateBy) await replace(connection, table, part, counts);
    const last = [
      ...untidied([...freshBy.keys(), ...lateBy.keys()]),
      ...(again || staged.late.size > 0 ? [DOUBT_HEADS] : []),
      `UPDATE cursor SET seq = ${groups.at(-1)!.seq}`,
      'COMMIT',
    ];
    // In one call: each waits for its turn on the thread, behind what the journal has to do there.
    await connection.run(last.join('; '));
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
  staged.take(counts);
  const { fresh, touched, before, reopened } = staged;
  return { fresh, touched, before, reopened, months: after };
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

const untidied = (months: readonly Month[]): string[] =>
  months.length === 0 ? [] : [`DELETE FROM tidy WHERE month IN (${months.map(({ table }) => `'${table}'`).join(', ')})`];

/** Appended: as values of statements they would take seconds for a plant of a hundred thousand points. */
async function insertChannels(connection: DuckDBConnection, created: ReadonlyMap<string, number>): Promise<void> {
  if (created.size === 0) return;
  await appendTo(connection, 'channels', (appender) => {
    for (const [name, id] of created) {
      appender.appendInteger(id);
      appender.appendVarchar(name);
      appender.endRow();
    }
  });
}

const append = (connection: DuckDBConnection, table: string, data: Rows): Promise<void> =>
  appendTo(connection, table, (appender) => data.appendTo(appender));

/** Puts rows in the place of those that stand at their channels and times, and counts those that stood nowhere. */
async function replace(connection: DuckDBConnection, table: string, data: Rows, counts: Map<number, number>): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE late AS FROM ${table} LIMIT 0`);
  await append(connection, 'late', data);
  const [times, ids] = [data.time.subarray(0, data.length), data.channel.subarray(0, data.length)];
  const [fromMs, toMs] = times.reduce(
    ([min, max], t) => [Math.min(min, t), Math.max(max, t)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const same = `${table}.channel = late.channel AND ${table}.time = late.time AND ${table}.time BETWEEN ${fromMs} AND ${toMs}`;
  const stood = await rows(connection, `SELECT late.channel, count(*)::INTEGER FROM late JOIN ${table} ON ${same} GROUP BY late.channel`);
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const [id, count] of stood) counts.set(Number(id), (counts.get(Number(id)) ?? 0) - Number(count));
  if (stood.length > 0) await connection.run(`DELETE FROM ${table} USING late WHERE ${same}`);
  await connection.run(`INSERT INTO ${table} FROM late`);
  await dropKept(connection, ids, times);
  await connection.run('DROP TABLE late');
}
