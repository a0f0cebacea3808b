import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { carriedIn } from '../balance/audit/carried.ts';
import type { BalanceReport } from '../balance/media/result.ts';
import { reportHtml } from '../balance/report/html.ts';
import { type Results, resultsOf } from '../balance/report/results.ts';
import { reportWord } from '../balance/report/word/word.ts';
import { reportWorkbook } from '../balance/report/workbook/workbook.ts';
import { type CoverageReport, coverageOf } from '../collector/coverage/coverage.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { instantMs } from '../config/plant/time.ts';
import { loadRules } from '../config/rules/load.ts';
import type { Lang } from '../config/words/word.ts';
import { balanceReport, isOpen } from './balance.ts';
import { openCaughtUpReader } from './caught-up.ts';
import { falls } from './coverage.ts';
import { liveFrom } from './live.ts';
import { printJson, say } from './output.ts';
import { evidencePack } from './pack.ts';
import { printPdf } from './pdf.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly out: string;
  readonly lang: Lang;
  readonly pdf?: boolean;
  readonly pack?: boolean;
  readonly key?: string;
  readonly json?: boolean;
}

/** `report PLANT --out DIR`: the report of a window and its numbers, by default of the last complete 72 h. */
export function define(program: Command): void {
  program
    .command('report')
    .description(
      '编写窗口的报告：网页、审核报告 Word、数据表 Excel 与结果 JSON\nWrite the report of a window: page, audit report in Word, workbook, results',
    )
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .requiredOption('--out <dir>', '写入的文件夹 / folder to write to')
    .option('--from <time>', '开始，如 2026-03-01 或 2026-03-01T08:00:00+08:00 / start')
    .option('--to <time>', '结束（不含）；只给一端时另一端相距 72 小时 / end, exclusive; with one end given the other lies 72 h from it')
    .addOption(new Option('--lang <lang>', '语言 / language').choices(['zh', 'en']).default('zh'))
    .option('--pdf', '另用本机的 Chromium 打印 report.pdf / print report.pdf too, with this machine’s Chromium')
    .option('--pack', '另写证据包 evidence.zip / write an evidence pack too')
    .option('--key <file>', '为证据包签名的 Ed25519 私钥（PEM）/ Ed25519 private key (PEM) that signs the pack')
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (path: string, options: Options) => {
      const plant = await loadPlant(path);
      const { balances, coverage } = await numbersOf(plant, options);
      const written = await writeReport(plant, balances, coverage, options);
      if (options.json) printJson({ files: written.files, ...written.results });
      else process.stdout.write(`${written.files.join('\n')}\n`);
      say(`报告已写入 ${resolve(options.out)}`, `The report is in ${resolve(options.out)}`);
      process.exitCode = isOpen(plant, balances) || falls(coverage) ? 1 : 0;
    });
}

export interface WrittenReport {
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly results: Results;
}

/** Writes report.html, .docx, .xlsx and results.json, their numbers (and .pdf and evidence.zip where asked), into a folder that is made where it is missing. */
export async function writeReport(
  plant: Plant,
  balances: BalanceReport,
  coverage: CoverageReport,
  options: Pick<Options, 'out' | 'lang' | 'pdf' | 'pack' | 'key'>,
): Promise<WrittenReport> {
  const { lang } = options;
  const folder = resolve(options.out);
  await mkdir(folder, { recursive: true });
  const results = resultsOf(balances, coverage);
  const contents = {
    'report.html': Buffer.from(await reportHtml(plant, balances, coverage, lang)),
    'report.docx': await reportWord(plant, balances, coverage, lang),
    'report.xlsx': await reportWorkbook(plant, balances, coverage, lang),
    'results.json': Buffer.from(`${JSON.stringify(results, null, 2)}\n`),
  };
  const files: string[] = [];
  for (const [name, content] of Object.entries(contents)) files.push(await write(join(folder, name), content));
  if (options.pdf) files.push(await printPdf(join(folder, 'report.html'), join(folder, 'report.pdf')));
  if (options.pack) files.push(await write(join(folder, 'evidence.zip'), await evidencePack(plant, results, contents, lang, options.key)));
  return { files, results };
}

/** Balances of the window, and coverage as it stood at its end. */
async function numbersOf(plant: Plant, options: Options): Promise<{ balances: BalanceReport; coverage: CoverageReport }> {
  const reader = await openCaughtUpReader(plant);
  try {
    const balances = await balanceReport(plant, reader, options, Date.now());
    return { balances, coverage: await coverageAtEnd(plant, reader, balances) };
  } finally {
    await reader.close();
  }
}

async function coverageAtEnd(plant: Plant, reader: StoreReader, balances: BalanceReport): Promise<CoverageReport> {
  // The window's last instant: its end is the start of the next day where it ends at midnight.
  const atMs = instantMs(balances.window.to, plant.offsetMinutes) - 1;
  return coverageOf(plant, await loadRules(), atMs, await liveFrom(reader, plant, atMs), carriedIn(plant, balances));
}

/** Whole or not at all: a reader never sees half a file. */
async function write(path: string, data: string | Uint8Array): Promise<string> {
  const draft = `${path}.${process.pid}.new`;
  await writeFile(draft, data);
  await rename(draft, path);
  return path;
}
