import { type Command, InvalidArgumentError } from 'commander';
import { startSimulation } from '../collector/simulate/simulate.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { DEFAULT_PORT, startServer } from '../dashboards/server/server.ts';
import { operationOf, startCollecting, untilToldToStop } from './collecting.ts';
import { say } from './output.ts';
import { startServices } from './running.ts';

export function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('0–65535');
  return value;
}

export function define(program: Command): void {
  program
    .command('run')
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .option('--port <port>', '网页端口，0 为任意空闲端口 / port of the pages, 0 for any free one', port, DEFAULT_PORT)
    .option('--simulate', '同时运行企业的模拟仪表 / run the plant’s simulated meters too')
    .description('读取计量器具、保存读数并提供网页，全部在一个进程内 / read the meters, keep the readings, serve the pages')
    .action(async (path: string, options: { port: number; simulate?: boolean }) => {
      const running = await runPlant(await loadPlant(path), options);
      say(`网页：${running.url}（按 Ctrl-C 结束）`, `Pages: ${running.url} (Ctrl-C ends it)`);
      await untilToldToStop();
      await running.stop();
    });
}

export interface RunningPlant {
  readonly url: string;
  /** Settles when the first balances have been computed. */
  readonly first: Promise<void>;
  /** The report page of the balances computed last. */
  reportHtml(): Promise<string | null>;
  stop(): Promise<void>;
}

/** Collects from a plant and serves its pages, with its simulated meters where asked. */
export async function runPlant(plant: Plant, options: { readonly port: number; readonly simulate?: boolean }): Promise<RunningPlant> {
  const simulation = options.simulate ? await startSimulation(plant) : null;
  const collecting = await startCollecting(plant);
  const { recorder, sources, stores } = collecting;
  const feed = {
    reader: stores[0]!.reader,
    ready: collecting.caughtUp,
    latest: () => recorder.latest(),
    listen: recorder.listen.bind(recorder),
    sources: () => sources.map((source) => source.status()),
    operation: () => operationOf(collecting),
  };
  const services = startServices(plant, feed, (problem) =>
    say(`平衡暂不能计算：${problem}`, `The balances cannot be computed yet: ${problem}`),
  );
  const server = await startServer({ services, port: options.port }).catch(async (error: unknown) => {
    services.stop();
    await collecting.stop();
    await simulation?.stop();
    throw error;
  });
  return {
    url: server.url,
    first: services.first,
    reportHtml: () => services.reportHtml('zh'),
    async stop() {
      services.stop();
      await server.close();
      await collecting.stop();
      await simulation?.stop();
    },
  };
}
