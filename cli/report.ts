import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { withDrawingThread } from '../balance/report/drawing-thread.ts';
import type { Plant } from '../config/plant/plant.ts';
import type { Lang } from '../config/words/word.ts';
import { optimiseLate } from './optimise-late.ts';
import { printJson, say } from './output.ts';
import { openPrinter } from './pdf.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly out: string;
  readonly lang: Lang;
  readonly pdf?: boolean;
  readonly pack?: boolean;
  readonly key?: string;
  readonly leaveOut?: readonly string[];
  readonly json?: boolean;
  readonly every?: string;
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
    .option('--key <file>', '为证据包签名的 Ed25519 或 SM2 私钥（PEM）/ Ed25519 or SM2 private key (PEM) that signs the pack')
    .option(
      '--leave-out <path...>',
      '证据包中保留不出示的文件或文件夹（以 / 结尾），清单以加盐散列绑定 / files or folders (with a /) that the pack keeps back, bound by salted hashes',
    )
    .option('--every <schedule>', '按五个 cron 字段定时编写，直到 Ctrl-C / write one by five cron fields until Ctrl-C, e.g. "30 8 * * 1"')
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (path: string, options: Options) => {
      optimiseLate();
      if (options.every !== undefined) return repeated(path, options.every, options);
      const { plant, files, results } = await once(path, options);
      const [{ isOpen }, { falls }] = await Promise.all([import('./balance.ts'), import('./coverage.ts')]);
      if (options.json) printJson({ files, ...results });
      else process.stdout.write(`${files.join('\n')}\n`);
      say(`报告已写入 ${resolve(options.out)}`, `The report is in ${resolve(options.out)}`);
      process.exitCode = isOpen(plant, results.balances) || falls(results.coverage) ? 1 : 0;
    });
}

/** Browser and drawing thread start first; what reads and computes is loaded meanwhile. */
async function once(path: string, options: Options) {
  const printer = options.pdf ? await openPrinter() : null;
  try {
    return await withDrawingThread(async () => {
      const { reportOf } = await import('./report-of.ts');
      const plant = await plantOf(path);
      const told = (file: string, done: number, of: number) => say(`${done}/${of} ${file}`, `${done}/${of} ${file}`);
      return { plant, ...(await reportOf(plant, options, printer, told)) };
    });
  } finally {
    await printer?.close();
  }
}

async function plantOf(path: string): Promise<Plant> {
  return (await import('../config/plant/load.ts')).loadPlant(path);
}

/** Writes a report into a folder of its own whenever it is due, until the program is told to stop. @throws Fault report.schedule */
async function repeated(path: string, at: string, { out, lang, pdf = false, pack = false }: Options): Promise<void> {
  const plant = await plantOf(path);
  const [{ reportFindings }, { Fault }, { untilToldToStop }, { scheduleReports }] = await Promise.all([
    import('../config/plant/checks/reports.ts'),
    import('../config/words/fault.ts'),
    import('./collecting.ts'),
    import('./scheduled-reports.ts'),
  ]);
  const schedule = { at, lang, pdf, pack };
  const [finding] = reportFindings({ reports: [{ item: schedule, path: ['--every'] }] });
  if (finding) throw new Fault({ code: finding.code, place: '--every', zh: finding.zh, en: finding.en });
  const stop = scheduleReports(plant, [schedule], resolve(out));
  say(`按“${at}”定时编写报告（按 Ctrl-C 结束）`, `Writing a report by "${at}" (Ctrl-C ends it)`);
  await untilToldToStop();
  stop();
}
