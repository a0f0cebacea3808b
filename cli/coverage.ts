import type { Command } from 'commander';
import { type CoverageReport, coverageOf } from '../collector/coverage/coverage.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { instantMs } from '../config/plant/time.ts';
import { loadJurisdictions, loadRules } from '../config/rules/load.ts';
import { Fault } from '../config/words/fault.ts';
import { coverageText } from './coverage-text.ts';
import { liveOn } from './live.ts';
import { printJson } from './output.ts';

/** `coverage PLANT`: fitted over required by kind and level, judged by the rule in force. */
export function define(program: Command): void {
  program
    .command('coverage')
    .description('计量器具配备率：按现行规则逐类逐级判定\nMetering coverage by kind and level, judged by the rule in force')
    .argument('<plant>', '工厂文件或其文件夹 / a plant file or its folder')
    .option(
      '--at <time>',
      '判定时刻：日期或带时区的时刻，默认现在 / the instant to judge: a date or an instant with its offset; default now',
    )
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (path: string, options: { at?: string; json?: boolean }) => {
      const plant = await loadPlant(path);
      await checkJurisdiction(plant);
      const atMs = options.at === undefined ? Date.now() : instantMs(options.at, plant.offsetMinutes);
      const report = coverageOf(plant, await loadRules(), atMs, await liveOn(plant, atMs));
      if (options.json) printJson(report);
      else process.stdout.write(coverageText(report));
      process.exitCode = falls(report) ? 1 : 0;
    });
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
