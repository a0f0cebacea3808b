import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BalanceReport } from './result.ts';

/**
 * Keeps a report under the plant's data folder: `balances/<from>_<to>/revision-N.json`.
 *
 * The same figures keep the revision they have; figures that changed, as late data or a corrected ledger make them, get the next one.
 * Old revisions stay as they were written. Figures are everything but the position in the journal, equal to 1e-12 of their size.
 */
export async function keepRevision(dataDir: string, report: BalanceReport): Promise<BalanceReport> {
  const folder = join(dataDir, 'balances', `${stamp(report.window.from)}_${stamp(report.window.to)}`);
  await mkdir(folder, { recursive: true });
  const last = await lastRevision(folder);
  if (last !== null && same(figures(last), figures(report))) return { ...report, revision: last.revision };
  const next = { ...report, revision: (last?.revision ?? 0) + 1 };
  const path = join(folder, `revision-${next.revision}.json`);
  await writeFile(`${path}.${process.pid}.new`, `${JSON.stringify(next, null, 2)}\n`);
  await rename(`${path}.${process.pid}.new`, path);
  return next;
}

/** The revisions that are kept of a window, ascending; none where it was never computed. */
export async function revisionsOf(dataDir: string, from: string, to: string): Promise<readonly BalanceReport[]> {
  const folder = join(dataDir, 'balances', `${stamp(from)}_${stamp(to)}`);
  return Promise.all((await numbers(folder)).map((n) => read(folder, n)));
}

/** The last revision of the window that is kept with the latest end; null where none is kept. */
export async function newestKept(dataDir: string): Promise<BalanceReport | null> {
  const folders = await readdir(join(dataDir, 'balances')).catch(() => []);
  const newest = folders.sort((a, b) => (a.split('_')[1] ?? '').localeCompare(b.split('_')[1] ?? '')).at(-1);
  return newest === undefined ? null : lastRevision(join(dataDir, 'balances', newest));
}

async function lastRevision(folder: string): Promise<BalanceReport | null> {
  const last = (await numbers(folder)).at(-1);
  return last === undefined ? null : read(folder, last);
}

async function numbers(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name) => /^revision-(\d+)\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

async function read(folder: string, revision: number): Promise<BalanceReport> {
  return JSON.parse(await readFile(join(folder, `revision-${revision}.json`), 'utf8')) as BalanceReport;
}

/** Readable and legal in every file system: `20260301T080000+0800`. */
function stamp(instant: string): string {
  return instant.replace(/[-:](?=\d)/g, (sign, at: number) => (sign === '-' && at > 10 ? '-' : ''));
}

function figures({ plant, window, balances, depth, completeness }: BalanceReport): unknown {
  return JSON.parse(JSON.stringify({ plant, window, balances, depth, completeness }));
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => right.has(key) && same(value, right.get(key)));
}

/** The windows of which a report is kept, as they are stamped, oldest first: `from` and `to` as ISO 8601. */
export async function keptWindows(dataDir: string): Promise<readonly { readonly from: string; readonly to: string }[]> {
  const names = await readdir(join(dataDir, 'balances')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.sort().flatMap((name) => {
    const [from, to] = name.split('_').map(unstamped);
    return from && to ? [{ from, to }] : [];
  });
}

function unstamped(text: string): string | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)$/.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, zone = ''] = match;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`;
}
