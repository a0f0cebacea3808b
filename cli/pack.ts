import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { scoreSheets } from '../balance/audit/sheet-facts.ts';
import { journalFiles } from '../balance/report/pack/journal-part.ts';
import { commitmentOf, FORMAT, MANIFEST, type Manifest, type PackFiles, PUBLIC_KEY, SIGNATURE } from '../balance/report/pack/manifest.ts';
import { signed } from '../balance/report/pack/signature.ts';
import { createZipFile } from '../balance/report/pack/zip-file.ts';
import type { Results } from '../balance/report/results.ts';
import type { CoverageReport } from '../collector/coverage/coverage.ts';
import { exportReadings } from '../collector/stores/duckdb/export.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import { readPlantText } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { instantMs } from '../config/plant/time.ts';
import { loadRules } from '../config/rules/load.ts';
import { Fault } from '../config/words/fault.ts';
import type { Lang } from '../config/words/word.ts';
import { keptVersions } from './plant-history.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
/** What recomputing starts from: kept back, nothing could be proved. */
const NEEDED = new Set(['plant.yaml', 'rules.json', 'results.json']);

/** @throws Fault pack.leave-out where a file that recomputing starts from is to be kept back: told before any work is done */
export function refuseNeeded(leaveOut: readonly string[]): void {
  for (const path of leaveOut) if (NEEDED.has(path)) throw notLeftOut(path, '缺了它无法复算', 'nothing can be recomputed without it');
}

export interface WrittenPack {
  /** JSON with the salts of what was kept back, to be kept by the plant; null where nothing was. */
  readonly salts: string | null;
}

/**
 * Writes an evidence pack: plant file and its history, rules used, journal up to the report's head, the window's readings as Parquet,
 * results, documents, and a manifest of hashes, signed where a key is given. Files that `leaveOut` names (a path, or a folder with its /)
 * are not in it; the manifest binds them by salted hashes.
 *
 * @param written files of the report by name, which are still being written
 */
export async function writePack(
  file: string,
  plant: Plant,
  reader: StoreReader,
  results: Results,
  written: Promise<PackFiles>,
  { lang, key, leaveOut = [] }: { readonly lang: Lang; readonly key?: string; readonly leaveOut?: readonly string[] },
): Promise<WrittenPack> {
  const { balances, program, coverage } = results;
  if (balances.journal === null) {
    const [zh, en] = ['没有日志，不能编制证据包', 'there is no journal to pack as evidence'];
    throw new Fault({ code: 'pack.no-journal', place: plant.dataDir, zh, en });
  }
  const zip = createZipFile(file);
  const withheld: Record<string, { readonly commitment: string; readonly bytes: number }> = {};
  const salts: Record<string, string> = {};
  const unused = new Set(leaveOut);
  const add = async (path: string, bytes: Uint8Array) => {
    const named = leaveOut.find((each) => path === each || (each.endsWith('/') && path.startsWith(each)));
    if (named === undefined) return zip.add(path, bytes);
    unused.delete(named);
    const salt = randomBytes(32).toString('hex');
    salts[path] = salt;
    withheld[path] = { commitment: commitmentOf(salt, bytes), bytes: bytes.length };
  };
  await add('plant.yaml', bytesOf((await readPlantText(plant.path)).text));
  await add('rules.json', bytesOf(`${JSON.stringify(await rulesUsed(coverage), null, 2)}\n`));
  for await (const [path, bytes] of historyFiles(plant)) await add(path, bytes);
  for await (const [path, bytes] of journalFiles(join(plant.dataDir, 'journal'), balances.journal.to)) await add(path, bytes);
  for await (const [path, bytes] of sampleFiles(plant, reader, results)) await add(path, bytes);
  for (const [path, bytes] of Object.entries(await written)) await add(path, bytes);
  const [missing] = unused;
  if (missing !== undefined) throw notLeftOut(missing, '证据包中没有这个文件', 'the pack has no such file');
  const { window, revision, journal } = balances;
  const manifest: Manifest = {
    format: FORMAT,
    program: program.version,
    plant: plant.id,
    lang,
    window,
    revision,
    journal,
    files: zip.hashes(),
    ...(Object.keys(withheld).length > 0 ? { withheld } : {}),
  };
  const text = bytesOf(`${JSON.stringify(manifest, null, 2)}\n`);
  await zip.add(MANIFEST, text);
  for (const [path, bytes] of Object.entries(key === undefined ? {} : await proofOf(text, key))) await zip.add(path, bytes);
  await zip.close();
  return { salts: Object.keys(salts).length === 0 ? null : `${JSON.stringify({ plant: plant.id, window, revision, salts }, null, 2)}\n` };
}

/** The rules that a coverage report names, and the score sheets whose facts a report answers. */
export async function rulesUsed({ rules, depth, acceptance }: CoverageReport): Promise<readonly unknown[]> {
  const all = await loadRules();
  const used = new Set([...rules.map(({ id }) => id), depth?.rule, acceptance?.rule, ...scoreSheets(all).map(({ id }) => id)]);
  return all.filter(({ id }) => used.has(id));
}

/** Earlier versions of the plant file, as the data folder keeps them. */
async function* historyFiles(plant: Plant): AsyncGenerator<readonly [string, Uint8Array]> {
  for (const { path } of await keptVersions(plant)) yield [`plant-history/${basename(path)}`, await readFile(path)];
}

/** The readings of the window and an hour around it, as Parquet. */
async function* sampleFiles(plant: Plant, reader: StoreReader, { balances }: Results): AsyncGenerator<readonly [string, Uint8Array]> {
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-samples-'));
  try {
    for (const { path } of await exportWindow(plant, reader, balances.window, folder))
      yield [`samples/${path}`, await readFile(join(folder, path))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the readings of a window and an hour around it as Parquet files into a folder. */
export function exportWindow(
  plant: Plant,
  reader: StoreReader,
  { from, to }: { readonly from: string; readonly to: string },
  folder: string,
) {
  const channels = [...plant.channels.values()].map(({ id, unit }) => ({ id, unit }));
  const at = (text: string) => instantMs(text, plant.offsetMinutes);
  return exportReadings(reader, channels, at(from) - 3_600_000, at(to) + 3_600_000, folder, 'parquet');
}

async function proofOf(manifest: Uint8Array, keyFile: string): Promise<PackFiles> {
  try {
    const { signature, publicKey } = signed(manifest, await readFile(keyFile, 'utf8'));
    return { [SIGNATURE]: bytesOf(signature), [PUBLIC_KEY]: bytesOf(publicKey) };
  } catch (cause) {
    const [zh, en] = [
      '不能用这个密钥签名；需要 PEM 格式的 Ed25519 或 SM2 私钥',
      'cannot sign with this key; an Ed25519 or SM2 private key in PEM is needed',
    ];
    throw new Fault({ code: 'pack.key', place: keyFile, zh, en, cause });
  }
}

function notLeftOut(place: string, zh: string, en: string): Fault {
  return new Fault({ code: 'pack.leave-out', place, zh, en });
}
