import type { Command } from 'commander';
import { openReader } from '../collector/stores/open.ts';
import { loadPlant } from '../config/plant/load.ts';
import { DEFAULT_PORT, startServer } from '../dashboards/server/server.ts';
import { untilToldToStop } from './collecting.ts';
import { say } from './output.ts';
import { port } from './run.ts';
import { startServices } from './running.ts';

export function define(program: Command): void {
  program
    .command('serve')
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .option('--port <port>', '网页端口，0 为任意空闲端口 / port of the pages, 0 for any free one', port, DEFAULT_PORT)
    .description('对已保存的数据提供网页，不读取计量器具 / serve the pages on what is stored, without reading meters')
    .action(async (path: string, options: { port: number }) => {
      const plant = await loadPlant(path);
      const reader = await openReader(plant);
      const services = startServices(plant, { reader }, (problem) => say(`平衡暂不能计算：${problem}`, `No balances: ${problem}`));
      const server = await startServer({ services, port: options.port });
      say(`网页：${server.url}（按 Ctrl-C 结束）`, `Pages: ${server.url} (Ctrl-C ends it)`);
      await untilToldToStop();
      services.stop();
      await server.close();
      await reader.close();
    });
}
