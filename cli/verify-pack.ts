import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { strFromU8 } from 'fflate';
import { computeBalances } from '../balance/media/compute.ts';
import { factsText } from '../balance/report/evidence.ts';
import { reportHtml } from '../balance/report/html.ts';
import { figureDifferences, officeDifferences } from '../balance/report/pack/compare.ts';
import {
  commitmentOf,
  differences,
  MANIFEST,
  type Manifest,
  type PackFiles,
  type PackFinding,
  PUBLIC_KEY,
  SIGNATURE,
} from '../balance/report/pack/manifest.ts';
import { sampleDifferences } from '../balance/report/pack/samples.ts';
import { isSignedBy } from '../balance/report/pack/signature.ts';
import type { Results } from '../balance/report/results.ts';
import { programVersion } from '../balance/report/version.ts';
import { reportWord } from '../balance/report/word/word.ts';
import { reportWorkbook } from '../balance/report/workbook/workbook.ts';
import { windowOf } from '../balance/window/window.ts';
import { SegmentReader } from '../collector/journal/reader.ts';
import { verifyJournal } from '../collector/journal/verify.ts';
import { parsePlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { instantMs } from '../config/plant/time.ts';
import { Fault, Faults } from '../config/words/fault.ts';
import { openCaughtUpReader } from './caught-up.ts';
import { exportWindow, rulesUsed } from './pack.ts';
import { readPack } from './pack-content.ts';
import { reportResults } from './report-results.ts';

export interface PackVerification {
  readonly plant: string;
  readonly window: Manifest['window'];
  readonly revision: number;
  /** unsigned, signed by the key that lies in the pack, or by the key that was asked for. */
  readonly signature: 'none' | 'own-key' | 'given-key';
  /** Whether this program, being the version that wrote the documents, wrote them again to compare. */
  readonly documentsCompared: boolean;
  /** Whether every figure was recomputed: the journal was not kept back. */
  readonly recomputed: boolean;
  /** Paths that the plant kept back; those in `shown` were laid beside the pack and are what it binds. */
  readonly withheld: readonly string[];
  readonly shown: readonly string[];
  /** Documents that no program writes twice alike (PDF): only their hashes were checked. */
  readonly unproven: readonly string[];
  readonly findings: readonly PackFinding[];
}

/**
 * Proves an evidence pack: every file against the manifest, the manifest against its signature, the journal against its chain and the
 * root that the report bears, the rules against this program's, every figure recomputed from the raw readings, the documents written
 * again. Nothing but the pack is read.
 *
 * @param keyFile public key (PEM) that must have signed it
 * @param reveal folder with withheld.json and, by their paths, files that were kept back
 * @throws Fault pack.file for what is no evidence pack
 */
export async function verifyPack(zip: string, keyFile?: string, reveal?: string): Promise<PackVerification> {
  const { files, archive } = await readPack(zip);
  const manifest = JSON.parse(strFromU8(files[MANIFEST]!)) as Manifest;
  const broken: readonly PackFinding[] = archive === 'broken' ? [{ what: 'archive', place: basename(zip) }] : [];
  const findings: PackFinding[] = [...differences(manifest, files), ...broken, ...(await signatureFindings(files, keyFile))];
  const { plant: id, window, revision, withheld = {} } = manifest;
  const shown = reveal === undefined ? {} : await revealed(reveal, withheld, findings);
  const all = { ...files, ...shown };
  const recomputed = !Object.keys(withheld).some((path) => path.startsWith('journal/') && all[path] === undefined);
  const documentsCompared = recomputed && manifest.program === programVersion();
  const signature = files[SIGNATURE] === undefined ? 'none' : keyFile === undefined ? 'own-key' : 'given-key';
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-pack-'));
  try {
    if (recomputed && ['plant.yaml', 'results.json', 'rules.json'].every((name) => files[name] !== undefined)) {
      try {
        findings.push(...(await recomputedFindings(all, manifest, folder, documentsCompared)));
      } catch (error) {
        // What was changed may be no plant file, no results any more: the finding says so.
        if (findings.length === 0) throw error;
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const names = { withheld: Object.keys(withheld), shown: Object.keys(shown) };
  const unproven = Object.keys(files).filter((path) => path.endsWith('.pdf'));
  return { plant: id, window, revision, signature, documentsCompared, recomputed, ...names, unproven, findings };
}

/** Files that were kept back and are shown now, those that are what the manifest binds; the others are findings. */
async function revealed(folder: string, withheld: NonNullable<Manifest['withheld']>, findings: PackFinding[]): Promise<PackFiles> {
  const text = await readFile(join(folder, 'withheld.json'), 'utf8').catch((cause: unknown) => {
    const [zh, en] = [
      '读不到 withheld.json（内含被保留文件的盐值）',
      'cannot read withheld.json, which holds the salts of what was kept back',
    ];
    throw new Fault({ code: 'pack.reveal', place: folder, zh, en, cause });
  });
  const { salts } = JSON.parse(text) as { salts: Readonly<Record<string, string>> };
  const shown: Record<string, Uint8Array> = {};
  for (const [path, { commitment }] of Object.entries(withheld)) {
    const bytes = await readFile(join(folder, path)).catch(() => null);
    if (bytes === null) continue;
    if (commitmentOf(salts[path] ?? '', bytes) === commitment) shown[path] = bytes;
    else findings.push({ what: 'commitment', place: path });
  }
  return shown;
}

async function signatureFindings(files: PackFiles, keyFile: string | undefined): Promise<readonly PackFinding[]> {
  const [signature, own] = [files[SIGNATURE], files[PUBLIC_KEY]];
  if (signature === undefined && own === undefined && keyFile === undefined) return [];
  const key = keyFile === undefined ? own && strFromU8(own) : await readFile(keyFile, 'utf8');
  const good = signature !== undefined && key !== undefined && isSignedBy(files[MANIFEST]!, strFromU8(signature), key);
  return good ? [] : [{ what: 'signature', place: SIGNATURE }];
}

async function recomputedFindings(
  files: PackFiles,
  manifest: Manifest,
  folder: string,
  withDocuments: boolean,
): Promise<readonly PackFinding[]> {
  for (const [path, bytes] of Object.entries(files)) {
    if (!/^(journal\/\d+\.lhj(\.gz)?|samples\/month=\d{4}-\d\d\/part-\d+\.parquet)$/.test(path)) continue;
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

  let parsed: Plant;
  try {
    parsed = parsePlant(strFromU8(files['plant.yaml']!), 'plant.yaml');
  } catch (error) {
    const faults = error instanceof Faults ? error.faults : error instanceof Fault ? [error] : [];
    if (faults.length === 0) throw error;
    return faults.map(({ place, en }) => ({ what: 'plant', place: `${place}: ${en}` }));
  }
  const stores = [{ engine: 'duckdb' as const, threads: 1, memory: '512MB' }];
  const plant: Plant = { ...parsed, file: { ...parsed.file, stores }, dataDir: folder };
  const { results: again, channels } = await resultsAgain(plant, told);
  const rules = JSON.parse(JSON.stringify(await rulesUsed(again.coverage)));
  return [
    ...ruleFindings(JSON.parse(strFromU8(files['rules.json']!)), rules),
    ...(await rootFindings(join(folder, 'journal'), told)),
    ...meterFindings(told, again),
    ...channels.map((channel): PackFinding => ({ what: 'samples', place: `samples: ${channel}` })),
    ...figureDifferences(without(told), without(JSON.parse(JSON.stringify(again)) as Results)).map(
      (place): PackFinding => ({ what: 'figure', place: `results.json: ${place}` }),
    ),
    ...(withDocuments ? await documentFindings(plant, files, again, manifest) : []),
  ];
}

/** The results of the told window from the pack's journal and plant file alone, and the readings that the pack tells beside them. */
async function resultsAgain(plant: Plant, { balances, dailyRoots = [] }: Results): Promise<Again> {
  const at = (text: string) => instantMs(text, plant.offsetMinutes);
  const window = windowOf(at(balances.window.from), at(balances.window.to));
  const reader = await openCaughtUpReader(plant);
  try {
    const computed = await computeBalances(plant, reader, window, balances.journal);
    const results = await reportResults(plant, reader, { ...computed, revision: balances.revision }, dailyRoots);
    const [told, made] = [join(plant.dataDir, 'samples'), join(plant.dataDir, 'made')];
    if (!existsSync(told)) return { results, channels: [] };
    await exportWindow(plant, reader, balances.window, made);
    return { results, channels: await sampleDifferences(told, made) };
  } finally {
    await reader.close();
  }
}

interface Again {
  readonly results: Results;
  /** Channels whose readings in the pack are not those of its journal. */
  readonly channels: readonly string[];
}

/** Daily roots that the journal of the pack does not hold. */
async function rootFindings(journal: string, { dailyRoots = [] }: Results): Promise<readonly PackFinding[]> {
  const due = new Map(dailyRoots.map(({ seq, sha256 }) => [seq, sha256]));
  if (due.size === 0) return [];
  for await (const { closing } of new SegmentReader(journal).found(0)) {
    if (due.get(closing.seq) === closing.sha256) due.delete(closing.seq);
  }
  return [...due.keys()].map((seq) => ({ what: 'journal', place: `results.json: dailyRoots ${seq}` }));
}

/** Figures alone: which version of the program wrote them is said apart. */
const without = ({ program: _program, ...figures }: Results) => figures;

function ruleFindings(told: readonly { readonly id: string }[], held: readonly { readonly id: string }[]): readonly PackFinding[] {
  const ids = new Set([...told, ...held].map(({ id }) => id));
  const by = (rules: readonly { readonly id: string }[], id: string) => rules.find((rule) => rule.id === id) ?? null;
  return [...ids]
    .filter((id) => figureDifferences(by(told, id), by(held, id), 1).length > 0)
    .map((id) => ({ what: 'rule', place: `rules.json: ${id}` }));
}

/** Meters that are gone from the plant file, or from where they stood. */
function meterFindings({ meters: told = {} }: Results, { meters: held = {} }: Results): readonly PackFinding[] {
  const ids = [...new Set([...Object.keys(told), ...Object.keys(held)])];
  return ids
    .filter((id) => figureDifferences(told[id] ?? null, held[id] ?? null, 1).length > 0)
    .map((id) => ({ what: 'meter', place: `plant.yaml: ${id}` }));
}

/** The documents as this program writes them from the recomputed results. */
async function documentFindings(
  plant: Plant,
  files: PackFiles,
  { program: _program, adjustments: _adjustments, balances, coverage, ...further }: Results,
  { lang }: Manifest,
): Promise<readonly PackFinding[]> {
  const findings: PackFinding[] = [];
  const facts = files['facts.json'];
  if (facts && strFromU8(facts) !== factsText({ plant, balances, coverage, lang, ...further }))
    findings.push({ what: 'document', place: 'facts.json' });
  const html = files['report.html'];
  if (html && strFromU8(html) !== (await reportHtml(plant, balances, coverage, lang, further)))
    findings.push({ what: 'document', place: 'report.html' });
  for (const [name, write] of [
    ['report.docx', reportWord],
    ['report.xlsx', reportWorkbook],
  ] as const) {
    const told = files[name];
    if (told === undefined) continue;
    for (const part of officeDifferences(told, await write(plant, balances, coverage, lang, further)))
      findings.push({ what: 'document', place: `${name}: ${part}` });
  }
  return findings;
}
