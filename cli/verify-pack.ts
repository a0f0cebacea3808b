import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { carriedIn } from '../balance/audit/carried.ts';
import { computeBalances } from '../balance/media/compute.ts';
import { reportHtml } from '../balance/report/html.ts';
import { figureDifferences, officeDifferences } from '../balance/report/pack/compare.ts';
import {
  differences,
  FORMAT,
  isSignedBy,
  MANIFEST,
  type Manifest,
  type PackFiles,
  type PackFinding,
  PUBLIC_KEY,
  SIGNATURE,
} from '../balance/report/pack/manifest.ts';
import { type Results, resultsOf } from '../balance/report/results.ts';
import { programVersion } from '../balance/report/version.ts';
import { reportWord } from '../balance/report/word/word.ts';
import { reportWorkbook } from '../balance/report/workbook/workbook.ts';
import { windowOf } from '../balance/window/window.ts';
import { coverageOf } from '../collector/coverage/coverage.ts';
import { verifyJournal } from '../collector/journal/verify.ts';
import { parsePlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { instantMs } from '../config/plant/time.ts';
import { loadRules } from '../config/rules/load.ts';
import { Fault } from '../config/words/fault.ts';
import { openCaughtUpReader } from './caught-up.ts';
import { liveFrom } from './live.ts';
import { rulesUsed } from './pack.ts';

export interface PackVerification {
  readonly plant: string;
  readonly window: Manifest['window'];
  readonly revision: number;
  /** unsigned, signed by the key that lies in the pack, or by the key that was asked for. */
  readonly signature: 'none' | 'own-key' | 'given-key';
  /** Whether this program, being the version that wrote the documents, wrote them again to compare. */
  readonly documentsCompared: boolean;
  readonly findings: readonly PackFinding[];
}

/**
 * Proves an evidence pack: every file against the manifest, the manifest against its signature, the journal against its chain and the
 * root that the report bears, the rules against this program's, every figure recomputed from the raw readings, the documents written
 * again. Nothing but the pack is read.
 *
 * @param keyFile public key (PEM) that must have signed it
 * @throws Fault pack.file for what is no evidence pack
 */
export async function verifyPack(zip: string, keyFile?: string): Promise<PackVerification> {
  const files = await contentOf(zip);
  const manifest = JSON.parse(strFromU8(files[MANIFEST]!)) as Manifest;
  const findings: PackFinding[] = [...differences(manifest, files), ...(await signatureFindings(files, keyFile))];
  const { plant: id, window, revision } = manifest;
  const documentsCompared = manifest.program === programVersion();
  const signature = files[SIGNATURE] === undefined ? 'none' : keyFile === undefined ? 'own-key' : 'given-key';
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-pack-'));
  try {
    if (['plant.yaml', 'results.json', 'rules.json'].every((name) => files[name] !== undefined)) {
      findings.push(...(await recomputed(files, manifest, folder, documentsCompared)));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { plant: id, window, revision, signature, documentsCompared, findings };
}

async function contentOf(zip: string): Promise<PackFiles> {
  try {
    const files = unzipSync(await readFile(zip));
    const manifest = JSON.parse(strFromU8(files[MANIFEST]!)) as { format?: unknown };
    if (manifest.format !== FORMAT) throw new Error(`format ${String(manifest.format)}`);
    return files;
  } catch (cause) {
    const [zh, en] = ['不是可读的证据包', 'this is no readable evidence pack'];
    throw new Fault({ code: 'pack.file', place: zip, zh, en, exitStatus: 1, cause });
  }
}

async function signatureFindings(files: PackFiles, keyFile: string | undefined): Promise<readonly PackFinding[]> {
  const [signature, own] = [files[SIGNATURE], files[PUBLIC_KEY]];
  if (signature === undefined && own === undefined && keyFile === undefined) return [];
  const key = keyFile === undefined ? own && strFromU8(own) : await readFile(keyFile, 'utf8');
  const good = signature !== undefined && key !== undefined && isSignedBy(files[MANIFEST]!, strFromU8(signature), key);
  return good ? [] : [{ what: 'signature', place: SIGNATURE }];
}

async function recomputed(files: PackFiles, manifest: Manifest, folder: string, withDocuments: boolean): Promise<readonly PackFinding[]> {
  for (const [path, bytes] of Object.entries(files)) {
    if (!/^journal\/\d+\.lhj(\.gz)?$/.test(path)) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  const told = JSON.parse(strFromU8(files['results.json']!)) as Results;
  const root = told.balances.journal;
  if (root === null || figureDifferences(root, manifest.journal).length > 0) return [{ what: 'journal', place: 'results.json: journal' }];
  const chain = await verifyJournal(join(folder, 'journal'), { seq: root.to, sha256: root.sha256 }).catch(() => null);
  if (chain === null) return [{ what: 'journal', place: 'journal' }];
  if (chain.finding !== null)
    return [{ what: 'journal', place: `${chain.finding.path.slice(folder.length + 1)}: ${chain.finding.seq} ${chain.finding.what}` }];

  const parsed = parsePlant(strFromU8(files['plant.yaml']!), 'plant.yaml');
  const stores = [{ engine: 'duckdb' as const, threads: 1, memory: '512MB' }];
  const plant: Plant = { ...parsed, file: { ...parsed.file, stores }, dataDir: folder };
  const again = await resultsAgain(plant, told);
  const rules = JSON.parse(JSON.stringify(await rulesUsed(again.coverage)));
  return [
    ...ruleFindings(JSON.parse(strFromU8(files['rules.json']!)), rules),
    ...figureDifferences(
      { balances: told.balances, coverage: told.coverage },
      JSON.parse(JSON.stringify({ balances: again.balances, coverage: again.coverage })),
    ).map((place): PackFinding => ({ what: 'figure', place: `results.json: ${place}` })),
    ...(withDocuments ? await documentFindings(plant, files, again, manifest) : []),
  ];
}

/** The results of the told window from the pack's journal and plant file alone. */
async function resultsAgain(plant: Plant, { balances }: Results): Promise<Results> {
  const at = (text: string) => instantMs(text, plant.offsetMinutes);
  const window = windowOf(at(balances.window.from), at(balances.window.to));
  const reader = await openCaughtUpReader(plant);
  try {
    const computed = await computeBalances(plant, reader, window, balances.journal);
    const atMs = window.toMs - 1;
    const coverage = coverageOf(plant, await loadRules(), atMs, await liveFrom(reader, plant, atMs), carriedIn(plant, computed));
    return resultsOf({ ...computed, revision: balances.revision }, coverage);
  } finally {
    await reader.close();
  }
}

function ruleFindings(told: readonly { readonly id: string }[], held: readonly { readonly id: string }[]): readonly PackFinding[] {
  const ids = new Set([...told, ...held].map(({ id }) => id));
  const by = (rules: readonly { readonly id: string }[], id: string) => rules.find((rule) => rule.id === id) ?? null;
  return [...ids]
    .filter((id) => figureDifferences(by(told, id), by(held, id), 1).length > 0)
    .map((id) => ({ what: 'rule', place: `rules.json: ${id}` }));
}

/** The documents as this program writes them from the recomputed results. */
async function documentFindings(
  plant: Plant,
  files: PackFiles,
  { balances, coverage }: Results,
  { lang }: Manifest,
): Promise<readonly PackFinding[]> {
  const findings: PackFinding[] = [];
  const html = files['report.html'];
  if (html && strFromU8(html) !== (await reportHtml(plant, balances, coverage, lang)))
    findings.push({ what: 'document', place: 'report.html' });
  for (const [name, write] of [
    ['report.docx', reportWord],
    ['report.xlsx', reportWorkbook],
  ] as const) {
    const told = files[name];
    if (told === undefined) continue;
    for (const part of officeDifferences(told, await write(plant, balances, coverage, lang)))
      findings.push({ what: 'document', place: `${name}: ${part}` });
  }
  return findings;
}
