import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { DeviceBudget } from '../collector/sources/budget.ts';
import { checkPlant } from '../config/plant/check.ts';
import { compactedMeters } from '../config/plant/compact.ts';
import { plantOfCompact, readPlantText } from '../config/plant/load.ts';
import { PackedMeters, packed } from '../config/plant/packed.ts';
import type { Plant } from '../config/plant/plant.ts';
import type { PlantFile } from '../config/plant/schema.ts';
import { Fault, Faults } from '../config/words/fault.ts';
import { type BudgetedCheck, withBudgets } from './poll-budget.ts';

/** Texts of so many characters and more are checked by a process of its own, which takes what the check needed with it. */
const LONG_CHARS = 1 << 20;
const MAIN = join(import.meta.dirname, `main${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`);
/** Meters of one line between the two processes. */
const METERS_A_LINE = 500;

/** A check whose file's meters are compact, or packed: those of a long file. */
interface CheckToRead extends BudgetedCheck {
  readonly meters?: PackedMeters;
}

interface Head {
  readonly file: Omit<PlantFile, 'meters'> | null;
  readonly meters: number;
  readonly faults: readonly SaidFault[];
  readonly warnings: readonly SaidFault[];
  readonly budgets: readonly DeviceBudget[];
}
type SaidFault = Pick<Fault, 'code' | 'place' | 'zh' | 'en' | 'exitStatus'>;

const isLong = (content: string): boolean => content.length >= LONG_CHARS;

/**
 * Loads a plant that is to be read for long: what the check of a long file needs does not stay in the memory of this process.
 *
 * @throws Faults with everything that is wrong, each with `file:line:column`.
 */
export async function loadPlantToRead(path: string): Promise<Plant> {
  const { text: content, path: file } = await readPlantText(path);
  const plant = plantChecked(await checkToRead(content, file, { budgets: false }), file);
  loaded.set(plant, sha256Of(content));
  return plant;
}

const loaded = new WeakMap<Plant, string>();

/** SHA-256 of the text that a plant was loaded from: its file may have been saved again meanwhile. Only of plants that are to be read. */
export const hashOfLoaded = (plant: Plant): string | undefined => loaded.get(plant);

export const sha256Of = (content: string): string => createHash('sha256').update(content).digest('hex');

/** The plant of a check. Throws Faults where it found any. */
export function plantChecked({ file, faults, meters }: CheckToRead, path: string): Plant {
  if (file === null || faults.length > 0) throw new Faults(faults);
  return plantOfCompact(file, path, meters);
}

/** Checks a plant file, with the poll budget where asked; a long one in a process of its own. */
export async function checkToRead(content: string, path: string, options: { readonly budgets: boolean }): Promise<CheckToRead> {
  return isLong(content) ? checkApart(content, path, options) : checkHere(content, path, options);
}

function checkHere(content: string, path: string, { budgets }: { readonly budgets: boolean }): BudgetedCheck {
  const check = checkPlant(content, path, Date.now());
  const result = budgets ? withBudgets(check, content, path) : { ...check, budgets: [] };
  const { file } = result;
  return { ...result, file: file && { ...file, meters: compactedMeters(JSON.stringify(file.meters)) } };
}

/** For this program itself: the plant file on standard input is checked, and the check goes out as `linesOfCheck`. */
export function define(program: Command): void {
  program
    .command('check-apart', { hidden: true })
    .argument('<path>')
    .option('--budgets')
    .action(async (path: string, { budgets = false }: { budgets?: boolean }) => {
      for (const line of linesOfCheck(await text(process.stdin), path, { budgets })) {
        if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
      }
    });
}

/** A check as lines of JSON, each a document: all but the meters, then these some at a time. */
export function* linesOfCheck(content: string, path: string, options: { readonly budgets: boolean }): Generator<string, void> {
  const check = checkPlant(content, path, Date.now());
  const { file, faults, warnings, budgets } = options.budgets ? withBudgets(check, content, path) : { ...check, budgets: [] };
  const said = ({ code, place, zh, en, exitStatus }: Fault): SaidFault => ({ code, place, zh, en, exitStatus });
  const { meters = [], ...rest } = file ?? {};
  const head: Head = {
    file: file && (rest as Omit<PlantFile, 'meters'>),
    meters: meters.length,
    faults: faults.map(said),
    warnings: warnings.map(said),
    budgets,
  };
  yield JSON.stringify(head);
  for (let from = 0; from < meters.length; from += METERS_A_LINE) yield JSON.stringify(meters.slice(from, from + METERS_A_LINE));
}

/**
 * The same check by a process of its own.
 *
 * @throws Fault plant.check-ended when the process ends without an answer, with its exit status or signal.
 */
export async function checkApart(content: string, path: string, { budgets }: { readonly budgets: boolean }): Promise<CheckToRead> {
  const child = spawn(process.execPath, [...process.execArgv, MAIN, 'check-apart', path, ...(budgets ? ['--budgets'] : [])], {
    stdio: ['pipe', 'pipe', 'inherit'],
    windowsHide: true,
  });
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  child.stdin.on('error', () => undefined);
  child.stdin.end(content);
  let head: Head | null = null;
  const parts: Buffer[] = [];
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (head === null) head = JSON.parse(line) as Head;
    else parts.push(packed(line));
  }
  const [status, signal] = await closed;
  if (head === null || status !== 0) throw unfinished(path, status ?? signal ?? '?');
  const fault = (said: SaidFault): Fault => new Fault(said);
  const said = { faults: head.faults.map(fault), warnings: head.warnings.map(fault), budgets: head.budgets };
  if (head.file === null) return { file: null, ...said };
  const meters = new PackedMeters(parts, head.meters);
  return { file: meters.in(head.file), meters, ...said };
}

const unfinished = (path: string, how: string | number): Fault =>
  new Fault({
    code: 'plant.check-ended',
    place: path,
    zh: `检查企业文件的进程中途结束（${how}），多半是内存不足；请腾出内存后再试`,
    en: `the process that checks the plant file ended without an answer (${how}), probably for want of memory; free some and try again`,
  });
