import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { journalFiles } from '../balance/report/pack/journal-part.ts';
import {
  FORMAT,
  hashesOf,
  MANIFEST,
  type Manifest,
  type PackFiles,
  PUBLIC_KEY,
  SIGNATURE,
  signed,
} from '../balance/report/pack/manifest.ts';
import type { Results } from '../balance/report/results.ts';
import type { CoverageReport } from '../collector/coverage/coverage.ts';
import { readPlantText } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { loadRules } from '../config/rules/load.ts';
import { Fault } from '../config/words/fault.ts';
import type { Lang } from '../config/words/word.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/**
 * An evidence pack: plant file, rules used, journal up to the report's head, results, documents, and a manifest of hashes, signed where
 * a key is given. Held in memory while it is made.
 *
 * @param written files of the report by name
 * @param keyFile Ed25519 private key, PEM
 */
export async function evidencePack(plant: Plant, results: Results, written: PackFiles, lang: Lang, keyFile?: string): Promise<Uint8Array> {
  const { balances, program, coverage } = results;
  if (balances.journal === null) {
    const [zh, en] = ['没有日志，不能编制证据包', 'there is no journal to pack as evidence'];
    throw new Fault({ code: 'pack.no-journal', place: plant.dataDir, zh, en });
  }
  const files: PackFiles = {
    ...written,
    'plant.yaml': bytesOf((await readPlantText(plant.path)).text),
    'rules.json': bytesOf(`${JSON.stringify(await rulesUsed(coverage), null, 2)}\n`),
    ...(await journalFiles(join(plant.dataDir, 'journal'), balances.journal.to)),
  };
  const { window, revision, journal } = balances;
  const manifest: Manifest = {
    format: FORMAT,
    program: program.version,
    plant: plant.id,
    lang,
    window,
    revision,
    journal,
    files: hashesOf(files),
  };
  const text = bytesOf(`${JSON.stringify(manifest, null, 2)}\n`);
  const proof = keyFile === undefined ? {} : await proofOf(text, keyFile);
  return zipSync({ ...files, [MANIFEST]: text, ...proof }, { level: 6 });
}

/** The rules that a coverage report names. */
export async function rulesUsed({ rules, depth, acceptance }: CoverageReport): Promise<readonly unknown[]> {
  const used = new Set([...rules.map(({ id }) => id), depth?.rule, acceptance?.rule]);
  return (await loadRules()).filter(({ id }) => used.has(id));
}

async function proofOf(manifest: Uint8Array, keyFile: string): Promise<PackFiles> {
  try {
    const { signature, publicKey } = signed(manifest, await readFile(keyFile, 'utf8'));
    return { [SIGNATURE]: bytesOf(signature), [PUBLIC_KEY]: bytesOf(publicKey) };
  } catch (cause) {
    const [zh, en] = [
      '不能用这个密钥签名；需要 PEM 格式的 Ed25519 私钥',
      'cannot sign with this key; an Ed25519 private key in PEM is needed',
    ];
    throw new Fault({ code: 'pack.key', place: keyFile, zh, en, cause });
  }
}
