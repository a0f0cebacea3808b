import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { type ExportFormat, exportReadings } from '../collector/stores/duckdb/export.ts';
import { loadPlant } from '../config/plant/load.ts';
import { formatInstant, instantMs } from '../config/plant/time.ts';
import { Fault } from '../config/words/fault.ts';
import { journalHead, openCaughtUpReader } from './caught-up.ts';
import { printJson, say } from './output.ts';

interface Options {
  readonly out: string;
  readonly format: ExportFormat;
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
}

export function define(program: Command): void {
  program
    .command('export')
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .requiredOption('--out <dir>', '写入的文件夹，须为空或不存在 / folder to write to, empty or absent')
    .addOption(new Option('--format <format>', '文件格式 / format of the files').choices(['parquet', 'csv']).default('parquet'))
    .option('--from <time>', '开始，默认最早的读数 / start, default the first reading')
    .option('--to <time>', '结束（不含），默认最新的读数 / end, exclusive, default the newest reading')
    .option('--json')
    .description('把读数导出为 Parquet 或 CSV 文件，供审核师复核 / write the readings as Parquet or CSV files for auditors')
    .action(async (path: string, options: Options) => {
      const plant = await loadPlant(path);
      await emptyFolder(options.out);
      const reader = await openCaughtUpReader(plant);
      try {
        const at = (text: string) => instantMs(text, plant.offsetMinutes);
        const channels = [...plant.channels.values()].map(({ id, unit }) => ({ id, unit }));
        const span = await spanOf(reader, channels);
        const fromMs = options.from === undefined ? span.fromMs : at(options.from);
        const toMs = options.to === undefined ? span.toMs : at(options.to);
        const files = await exportReadings(reader, channels, fromMs, toMs, options.out, options.format, (file, rows) =>
          say(`已写 ${file}：${rows} 个读数`, `${file} written: ${rows} readings`),
        );
        const head = await journalHead(plant);
        const manifest = {
          plant: plant.id,
          simulated: plant.simulated,
          from: formatInstant(fromMs, plant.offsetMinutes),
          to: formatInstant(toMs, plant.offsetMinutes),
          journal: head && { seq: head.seq, sha256: head.sha256 },
          rows: files.reduce((sum, { rows }) => sum + rows, 0),
          files,
        };
        await writeFile(join(options.out, 'export.json'), `${JSON.stringify(manifest, null, 2)}\n`);
        if (options.json) printJson(manifest);
        else {
          say(
            `已导出 ${manifest.rows} 个读数到 ${options.out}，共 ${files.length} 个文件；清单见 export.json`,
            `${manifest.rows} readings written to ${options.out} in ${files.length} files; export.json lists them`,
          );
        }
      } finally {
        await reader.close();
      }
    });
}

async function spanOf(
  reader: Awaited<ReturnType<typeof openCaughtUpReader>>,
  channels: readonly { readonly id: string }[],
): Promise<{ fromMs: number; toMs: number }> {
  if (reader.span !== undefined) return (await reader.span(channels.map(({ id }) => id))) ?? { fromMs: 0, toMs: 0 };
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { id } of channels) {
    const { timeMs } = await reader.samples(id, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    if (timeMs.length === 0) continue;
    fromMs = Math.min(fromMs, timeMs[0]!);
    toMs = Math.max(toMs, timeMs.at(-1)! + 1);
  }
  return Number.isFinite(fromMs) ? { fromMs, toMs } : { fromMs: 0, toMs: 0 };
}

/** @throws Fault export.not-empty */
async function emptyFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  if ((await readdir(dir)).length === 0) return;
  throw new Fault({
    code: 'export.not-empty',
    place: dir,
    zh: '该文件夹不是空的；请另选一个，以免新旧文件混在一起',
    en: 'the folder is not empty; choose another, so that files of two exports do not mix',
  });
}
