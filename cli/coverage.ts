import type { Command } from 'commander';
import { carriedIn } from '../balance/audit/carried.ts';
import { newestKept } from '../balance/media/revisions.ts';
import { type CoverageReport, coverageOf } from '../collector/coverage/coverage.ts';
import { openReader } from '../collector/stores/open.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { instantMs } from '../config/plant/time.ts';
import { loadJurisdictions, loadRules } from '../config/rules/load.ts';
import { Fault } from '../config/words/fault.ts';
import { coverageHistory, historyText } from './coverage-history.ts';
import { coverageText } from './coverage-text.ts';
import { type DataHealth, dataHealthOn } from './data-health.ts';
import { dataHealthText } from './data-health-text.ts';
import { liveOn } from './live.ts';
import { printJson } from './output.ts';
import { coverageResults, keepResults } from './results.ts';

/** `coverage PLANT`: fitted over required by kind and level, judged by the rule in force. */
export function define(program: Command): void {
  program
    .command('coverage')
    .description('计量器具配备率：按现行规则逐类逐级判定\nMetering coverage by kind and level, judged by the rule in force')
    .argument('<plant>', '企业文件或其文件夹 / a plant file or its folder')
    .option(
      '--at <time>',
      '判定时刻：日期或带时区的时刻，默认现在 / the instant to judge: a date or an instant with its offset; default now',
    )
    .option('--history <span>', '逐日列出，如 30d / day by day over a span, e.g. 30d')
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (path: string, options: { at?: string; history?: string; json?: boolean }) => {
      const plant = await loadPlant(path);
      await checkJurisdiction(plant);
      const atMs = options.at === undefined ? Date.now() : instantMs(options.at, plant.offsetMinutes);
      if (options.history !== undefined) {
        await printHistory(plant, options.history, atMs, options.json === true);
        return;
      }
      const kept = await newestKept(plant.dataDir);
      const amounts = kept ? carriedIn(plant, kept) : undefined;
      const health = await dataHealthOn(plant, atMs);
      const report = coverageOf(plant, await loadRules(), atMs, await liveOn(plant, atMs), amounts);
      await keepResults(plant, coverageResults(report, plant.offsetMinutes));
      if (options.json) printJson({ ...report, ...dataHealthJson(health) });
      else process.stdout.write(`${coverageText(report)}${health === null ? '' : dataHealthText(health)}`);
      process.exitCode = falls(report) ? 1 : 0;
    });
}

async function printHistory(plant: Plant, span: string, atMs: number, json: boolean): Promise<void> {
  const reader = await openReader(plant);
  try {
    const days = await coverageHistory(plant, await loadRules(), reader, span, atMs);
    if (json) printJson({ plant: plant.id, days });
    else process.stdout.write(historyText(days));
  } finally {
    await reader.close();
  }
}

/** As `coverage --json` has it, beside what the contract fixes. */
function dataHealthJson(health: DataHealth | null) {
  if (health === null) return { conservation: null, intake: null, agreement: [] };
  const { from, to, conservation, intake, agreement } = health;
  return { conservation: { from, to, channels: conservation }, intake: intake === null ? null : { from, to, ...intake }, agreement };
}

/** Wrong: a cell below its threshold, or no rule to judge by. */
export function falls(report: CoverageReport): boolean {
  return report.rules.length === 0 || report.cells.some(({ verdict }) => verdict === 'fail');
}

async function checkJurisdiction(plant: Plant): Promise<void> {
  const known = (await loadJurisdictions()).map(({ id }) => id);
  const { jurisdiction } = plant.file.plant;
  if (known.includes(jurisdiction)) return;
  throw new Fault({
    code: 'coverage.jurisdiction',
    place: plant.path,
    zh: `没有辖区“${jurisdiction}”；已有：${known.join('、')}`,
    en: `there is no jurisdiction "${jurisdiction}"; held are ${known.join(', ')}`,
  });
}
