import { join } from 'node:path';
import type { Command } from 'commander';
import { loadPlantToRead } from './check-apart.ts';
import { operationOf, startCollecting, untilToldToStop } from './collecting.ts';
import { watchCollector } from './collector-alarms.ts';
import { newestSamples } from './newest.ts';
import { say } from './output.ts';
import { openAlarms } from './oversight-alarms.ts';
import { watchPlant } from './plant-watch.ts';
import { preparePushing } from './telemetry.ts';

export function define(program: Command): void {
  program
    .command('collect')
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .option(
      '--alarms <file>',
      '把采集器磁盘与存储的报警与恢复按报警文件发出 / send alarms of the disk and the stores, and their end, to the targets of an alarm file',
    )
    .description('读取计量器具并保存读数，不提供网页 / read the meters and keep the readings, without pages')
    .action(async (path: string, options: { readonly alarms?: string }) => {
      const plant = await loadPlantToRead(path);
      const startPushing = preparePushing(plant);
      const alarms = options.alarms === undefined ? null : await openAlarms(options.alarms, join(plant.dataDir, 'alarms.state.json'));
      const collecting = await startCollecting(plant);
      const stopAlarms = alarms === null ? null : watchCollector(collecting, alarms);
      say(
        `正在采集：${collecting.sources.length} 个数据源，${plant.channels.size} 个通道。按 Ctrl-C 结束。`,
        `Collecting from ${collecting.sources.length} sources, ${plant.channels.size} channels. Ctrl-C ends it.`,
      );
      const telemetry = startPushing({
        get plant() {
          return collecting.plant;
        },
        sources: () => collecting.statuses(),
        operation: () => operationOf(collecting),
        latest: () => newestSamples(collecting.plant, collecting.recorder.latest(), collecting.stores[0]!.reader),
        balances: () => null,
      });
      const stopWatching = watchPlant(collecting, (next) => void telemetry.applied(next));
      await untilToldToStop();
      stopWatching();
      await telemetry.stop();
      await stopAlarms?.();
      await alarms?.close();
      await collecting.stop();
    });
}
