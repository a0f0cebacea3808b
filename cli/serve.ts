import type { Command } from 'commander';
import { openReader } from '../collector/stores/open.ts';
import { loadPlant } from '../config/plant/load.ts';
import { startServer } from '../dashboards/server/server.ts';
import { untilToldToStop } from './collecting.ts';
import { say } from './output.ts';
import { type PagesOptions, sayWhere, serverOptionsOf, withPagesOptions } from './pages.ts';
import { type RunningServices, startServices } from './running.ts';

export function define(program: Command): void {
  withPagesOptions(program.command('serve').argument('<plants...>', '企业文件或其文件夹，可多个 / plant files or their folders'))
    .description('对已保存的数据提供网页，不读取计量器具 / serve the pages on what is stored, without reading meters')
    .action(async (paths: readonly string[], options: PagesOptions) => {
      const at = await serverOptionsOf(options);
      const served: Served[] = [];
      try {
        for (const path of paths) served.push(await open(path, options.public === true));
        const [first, ...others] = served.map(({ services }) => services);
        const server = await startServer({ services: first!, others, ...at });
        await sayWhere(server);
        await untilToldToStop();
        await server.close();
      } finally {
        for (const { services, reader } of served) {
          services.stop();
          await reader.close();
        }
      }
    });
}

interface Served {
  readonly services: RunningServices;
  readonly reader: Awaited<ReturnType<typeof openReader>>;
}

async function open(path: string, published: boolean): Promise<Served> {
  const plant = await loadPlant(path);
  const reader = await openReader(plant);
  const onProblem = (problem: string) => say(`${plant.id}：平衡暂不能计算：${problem}`, `${plant.id}: no balances: ${problem}`);
  return {
    services: startServices(plant, { reader, ...(reader.results ? { results: reader.results } : {}), published }, onProblem),
    reader,
  };
}
