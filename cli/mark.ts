import { type Command, Option } from 'commander';
import { MARKED, MARKS, type Mark, markedReadings } from '../collector/import/marks.ts';
import type { JournalRecord } from '../collector/journal/record.ts';
import type { Sample } from '../collector/sample/sample.ts';
import { loadPlant } from '../config/plant/load.ts';
import { formatInstant, instantMs } from '../config/plant/time.ts';
import { Fault } from '../config/words/fault.ts';
import { word } from '../config/words/word.ts';
import { channelsNamed } from './channels-named.ts';
import { openImportTarget } from './import-target.ts';
import { printJson, say } from './output.ts';
import { personIn } from './person.ts';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly reason: Mark;
  readonly by: string;
  readonly why?: string;
  readonly missingOnly?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Records of one group of the journal, and of one file on their way to a collector. */
const BATCH = 5_000;

export function define(program: Command): void {
  program
    .command('mark')
    .argument('<plant>', '企业文件或其文件夹 plant file or its folder')
    .argument('<channels...>', '通道或计量器具（含其全部通道） channels, or meters with all their channels')
    .requiredOption('--from <time>', '从 from')
    .requiredOption('--to <time>', '到（不含） to, exclusive')
    .addOption(
      new Option('--reason <reason>', '原因；none 撤销 what was the matter; none takes a mark back')
        .choices([...MARKS])
        .makeOptionMandatory(),
    )
    .requiredOption('--by <name>', '由谁 who says so', personIn)
    .option('--why <text>', '说明，如校准单号 a note, such as the number of the calibration record')
    .option('--missing-only', '只改缺失读数的原因 change the reason of missing readings only')
    .option('--dry-run', '只显示，不写入 say what would change, write nothing')
    .option('--json', '输出 JSON print JSON')
    .description(
      '为一段时间的读数写明原因（维护、校准、换量程、停产、停电……）：缺失的改记此原因，其余标为可疑；数值不动，原记录留在日志，采集运行时也可\nSay what was the matter with readings of a time: missing ones get the reason, others become suspect; values stay, the journal keeps what was, also while the collector runs',
    )
    .action(mark);
}

async function mark(place: string, names: readonly string[], options: Options): Promise<void> {
  const plant = await loadPlant(place);
  const [fromMs, toMs] = [instantMs(options.from, plant.offsetMinutes), instantMs(options.to, plant.offsetMinutes)];
  if (toMs <= fromMs) {
    throw new Fault({
      code: 'mark.span',
      place: `${options.from} … ${options.to}`,
      zh: '结束须晚于开始',
      en: 'the end lies before the start',
    });
  }
  const channels = new Set(names.flatMap((name) => channelsNamed(plant, name)));
  const target = await openImportTarget(plant);
  try {
    const { reason, missingOnly = false } = options;
    const samples = await markedReadings(target.groups(), { channels, fromMs, toMs, mark: reason, missingOnly });
    if (!options.dryRun) await target.write(groupsOf(samples, options));
    const missing = samples.filter(({ quality }) => quality === 'missing').length;
    const told = { channels: [...channels], reason, marked: samples.length, missing, written: options.dryRun !== true };
    if (options.json) {
      const [from, to] = [fromMs, toMs].map((ms) => formatInstant(ms, plant.offsetMinutes));
      printJson({ plant: plant.id, from, to, by: options.by, ...told, throughCollector: target.throughCollector });
    } else {
      const [zh, en] =
        reason === 'none' ? ['撤销标记', 'marks taken back'] : [word('zh', `reason.${reason}`), word('en', `reason.${reason}`)];
      say(
        `${told.written ? '已改' : '将改'} ${samples.length} 个读数（${zh}），其中缺失 ${missing} 个`,
        `${samples.length} readings ${told.written ? 'changed' : 'would change'} (${en}), ${missing} of them missing`,
      );
    }
  } finally {
    await target.close();
  }
}

function groupsOf(samples: readonly Sample[], { reason, by, why }: Options): JournalRecord[][] {
  const groups: JournalRecord[][] = [];
  for (let from = 0; from < samples.length; from += BATCH) {
    const batch = samples.slice(from, from + BATCH);
    const detail = `${batch.length} readings: ${reason}; by ${by}${why === undefined ? '' : `; ${why}`}`;
    groups.push([
      ...batch.map((sample): JournalRecord => ({ kind: 'sample', sample })),
      { kind: 'event', timeMs: Date.now(), source: 'import', event: MARKED, detail },
    ]);
  }
  return groups;
}
