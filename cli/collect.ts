import type { Command } from 'commander';
import { loadPlant } from '../config/plant/load.ts';
import { startCollecting, untilToldToStop } from './collecting.ts';
import { say } from './output.ts';
import { watchPlant } from './plant-watch.ts';

export function define(program: Command): void {
  program
    .command('collect')
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .description('读取计量器具并保存读数，不提供网页 / read the meters and keep the readings, without pages')
    .action(async (path: string) => {
      const plant = await loadPlant(path);
      const collecting = await startCollecting(plant);
      say(
        `正在采集：${collecting.sources.length} 个数据源，${plant.channels.size} 个通道。按 Ctrl-C 结束。`,
        `Collecting from ${collecting.sources.length} sources, ${plant.channels.size} channels. Ctrl-C ends it.`,
      );
      const stopWatching = watchPlant(collecting);
      await untilToldToStop();
      stopWatching();
      await collecting.stop();
    });
}
