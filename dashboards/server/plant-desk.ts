import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { checkPlant } from '../../config/plant/check.ts';
import { type Edit, editYaml } from '../../config/plant/edit.ts';
import { importLedger, ledgerSheets } from '../../config/plant/ledger.ts';
import { readLedgerFile, writeLedgerFile } from '../../config/plant/ledger-file.ts';
import { type Fault, Faults } from '../../config/words/fault.ts';
import type { SaidFault } from './documents/refusal.ts';
import { Refusal } from './refusal.ts';
import type { Services } from './services.ts';
import { exclusively } from './users/exclusive.ts';

/** The plant file as a text, with the digest by which a change is known to rest on it. */
export interface FileText {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
export const said = ({ code, place, zh, en }: Fault): SaidFault => ({ code, place: basename(place), zh, en });

export async function readFileText({ plant }: Services): Promise<FileText> {
  const text = await readFile(plant.path, 'utf8');
  return { name: basename(plant.path), text, sha256: digest(text) };
}

/**
 * Puts a text in the place of the plant file, whole or not at all, and keeps the one that stood there under the plant's data.
 *
 * @param sha256 digest of the text that the change rests on
 * @throws Refusal 409 where the file has changed meanwhile, 422 with its faults where the text does not pass the check
 */
export async function saveFileText(services: Services, text: string, sha256: string): Promise<FileText> {
  const { path, dataDir } = services.plant;
  const folder = join(dataDir, 'plant-files');
  await mkdir(folder, { recursive: true });
  return exclusively(join(folder, '.lock'), async () => {
    const before = await readFileText(services);
    if (before.sha256 !== sha256) throw new Refusal(409, 'file-changed');
    const { faults } = await services.check(text, before.text);
    if (faults.length > 0) throw new Refusal(422, 'refused', {}, faults);
    const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    await writeFile(join(folder, `${stamp}-${before.sha256.slice(0, 12)}.yaml`), before.text);
    const draft = `${path}.${process.pid}.new`;
    await writeFile(draft, text);
    await rename(draft, path);
    return { name: before.name, text, sha256: digest(text) };
  });
}

/** The ledger as a workbook. @throws Refusal 422 where the file on disk does not pass its check. */
export async function ledgerWorkbook(services: Services): Promise<Buffer> {
  const { text, name } = await readFileText(services);
  const { file, faults } = checkPlant(text, name, Date.now());
  if (file === null || faults.length > 0) throw new Refusal(422, 'refused', {}, faults.map(said));
  return inFolder(async (folder) => {
    const path = join(folder, 'ledger.xlsx');
    await writeLedgerFile(path, ledgerSheets(file));
    return readFile(path);
  });
}

/** The plant file with the values of a ledger in it; nothing is written. @throws Refusal 422 with the cells that cannot be read */
export async function withLedger(services: Services, workbook: Uint8Array) {
  const { text, name } = await readFileText(services);
  const { file, faults } = checkPlant(text, name, Date.now());
  if (file === null || faults.length > 0) throw new Refusal(422, 'refused', {}, faults.map(said));
  try {
    return await inFolder(async (folder) => {
      const path = join(folder, 'ledger.xlsx');
      await writeFile(path, workbook);
      return importLedger(text, file, await readLedgerFile(path), 'ledger.xlsx');
    });
  } catch (error) {
    if (error instanceof Faults) throw new Refusal(422, 'refused', {}, error.faults.map(said));
    throw error;
  }
}

/** How a Modbus register turned out to be read, and the face beside it. */
export interface Commissioning {
  readonly meter: string;
  readonly face: number;
  readonly reading: number;
  readonly by: string;
  readonly at: string;
  readonly read: Readonly<Record<string, unknown>> | null;
}

/** The plant file with a signed commissioning of a meter. @throws Refusal 404, or 422 where its read is written as an alias */
export async function withCommissioning(services: Services, { meter, read, ...signed }: Commissioning): Promise<FileText> {
  const { text, name, sha256 } = await readFileText(services);
  const { file } = checkPlant(text, name, Date.now());
  const index = file?.meters.findIndex(({ id }) => id === meter) ?? -1;
  if (index < 0) throw new Refusal(404, 'not-found');
  const edits: Edit[] = [{ path: ['meters', index, 'commissioned'], value: signed }];
  for (const [key, value] of Object.entries(read ?? {})) edits.push({ path: ['meters', index, 'read', key], value });
  try {
    return { name, text: editYaml(text, edits), sha256 };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const [zh, en] = ['这块表的写法是 YAML 引用（*名称），请先改为直接书写', 'this meter is written as a YAML alias: write it out first'];
    throw new Refusal(422, 'refused', {}, [{ code: 'commission.alias', place: meter, zh, en }]);
  }
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-desk-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
