import type { Command } from 'commander';
import { openReader } from '../collector/stores/open.ts';
import { loadPlant } from '../config/plant/load.ts';
import { startServer } from '../dashboards/server/server.ts';
import { untilToldToStop } from './collecting.ts';
import { say } from './output.ts';
import { type PagesOptions, sayWhere, serverOptionsOf, withPagesOptions } from './pages.ts';
import { startServices } from './running.ts';

export function define(program: Command): void {
  withPagesOptions(program.command('serve').argument('<plant>', '企业文件或其文件夹 / plant file or its folder'))
    .description('对已保存的数据提供网页，不读取计量器具 / serve the pages on what is stored, without reading meters')
    .action(async (path: string, options: PagesOptions) => {
      const plant = await loadPlant(path);
      const at = await serverOptionsOf(options);
      const reader = await openReader(plant);
      const services = startServices(plant, { reader }, (problem) => say(`平衡暂不能计算：${problem}`, `No balances: ${problem}`));
      try {
        const server = await startServer({ services, ...at });
        await sayWhere(server);
        await untilToldToStop();
        await server.close();
      } finally {
        services.stop();
        await reader.close();
      }
    });
}
