import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { factsText } from '../balance/report/evidence.ts';
import { reportHtml } from '../balance/report/html.ts';
import { headerText } from '../balance/report/names.ts';
import type { PackFiles } from '../balance/report/pack/manifest.ts';
import type { Results } from '../balance/report/results.ts';
import { reportWord } from '../balance/report/word/word.ts';
import { reportWorkbook } from '../balance/report/workbook/workbook.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import type { Plant } from '../config/plant/plant.ts';
import type { Lang } from '../config/words/word.ts';
import { writePack } from './pack.ts';
import type { Printer } from './pdf.ts';

export interface ReportOptions {
  readonly out: string;
  readonly lang: Lang;
  readonly pdf?: boolean;
  readonly pack?: boolean;
  /** Private key, PEM. */
  readonly key?: string;
  /** Files of the pack that are kept back. */
  readonly leaveOut?: readonly string[];
}

export interface WrittenReport {
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly results: Results;
}

/**
 * Writes report.html, .docx, .xlsx and results.json, their numbers (and .pdf and evidence.zip where asked), into a folder that is made
 * where it is missing. The PDF is printed by a process of its own, and the pack filled with readings, while the others are written.
 *
 * @param printer prints report.pdf; null: there is none
 * @param onFile told of each file as it is done, with how many are done of how many
 */
export async function writeReport(
  plant: Plant,
  reader: StoreReader,
  results: Results,
  options: ReportOptions,
  printer: Printer | null,
  onFile: (path: string, done: number, of: number) => void = () => undefined,
): Promise<WrittenReport> {
  const { lang, pack = false } = options;
  const { balances, coverage, program: _program, adjustments: _adjustments, ...further } = results;
  const folder = resolve(options.out);
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  const of = 5 + Number(printer !== null) + Number(pack);
  const contents: Record<string, Uint8Array> = {};
  const done = (path: string) => {
    files.push(path);
    onFile(path, files.length, of);
  };
  const write = async (name: string, content: string | Uint8Array) => {
    contents[name] = typeof content === 'string' ? Buffer.from(content) : content;
    done(await writeWhole(join(folder, name), content));
  };
  const documents = async (): Promise<PackFiles> => {
    const html = await reportHtml(plant, balances, coverage, lang, further);
    const printing = printer?.print(html, headerText({ plant, balances, coverage, lang }));
    // Awaited below; what is written meanwhile may fail first.
    printing?.catch(() => undefined);
    // Its pictures are drawn in the second thread while the workbook is made.
    const document = reportWord(plant, balances, coverage, lang, further);
    document.catch(() => undefined);
    await write('report.html', html);
    await write('facts.json', factsText({ plant, balances, coverage, lang, ...further }));
    await write('results.json', `${JSON.stringify(results, null, 2)}\n`);
    await write('report.xlsx', await reportWorkbook(plant, balances, coverage, lang, further));
    await write('report.docx', await document);
    if (printing !== undefined) await write('report.pdf', await printing);
    return contents;
  };
  const draft = join(folder, `evidence.zip.${process.pid}.new`);
  try {
    const writing = documents();
    // The pack begins with what the documents are made of, and waits for them.
    const packing = pack ? writePack(draft, plant, reader, results, writing, options) : null;
    await Promise.allSettled([packing, writing]);
    const [packed] = await Promise.all([packing, writing]);
    if (packed !== null) {
      await rename(draft, join(folder, 'evidence.zip'));
      done(join(folder, 'evidence.zip'));
      if (packed.salts !== null) done(await writeWhole(join(folder, 'withheld.json'), packed.salts));
    }
  } finally {
    await rm(draft, { force: true });
  }
  return { files, results };
}

/** Whole or not at all: a reader never sees half a file. */
async function writeWhole(path: string, data: string | Uint8Array): Promise<string> {
  const draft = `${path}.${process.pid}.new`;
  await writeFile(draft, data);
  await rename(draft, path);
  return path;
}
