import { join } from 'node:path';
import type { Command } from 'commander';
import { startSimulation } from '../collector/simulate/simulate.ts';
import type { Plant } from '../config/plant/plant.ts';
import { type RunningServer, type ServerOptions, startServer } from '../dashboards/server/server.ts';
import { allOrNone, type Undo } from './all-or-none.ts';
import { loadPlantToRead } from './check-apart.ts';
import { operationOf, startCollecting, untilToldToStop } from './collecting.ts';
import { watchCollector } from './collector-alarms.ts';
import { say } from './output.ts';
import { openAlarms } from './oversight-alarms.ts';
import { watchOversight } from './oversight-watch.ts';
import { type PagesOptions, sayWhere, serverOptionsOf, withPagesOptions } from './pages.ts';
import { watchPlant } from './plant-watch.ts';
import { recordsBeganMs } from './records-began.ts';
import { coverageResults, keepInStores } from './results.ts';
import { startServices } from './running.ts';
import { keepReportsScheduled } from './scheduled-reports.ts';
import { preparePushing } from './telemetry.ts';

export function define(program: Command): void {
  withPagesOptions(program.command('run').argument('<plant>', '企业文件或其文件夹 / plant file or its folder'))
    .option(
      '--alarms <file>',
      '把排放口、采集器磁盘与存储的报警与恢复按报警文件发出 / send alarms of the outfalls, the collector’s disk and its stores, and their end, to the targets of an alarm file',
    )
    .option('--simulate', '同时运行企业的模拟仪表 / run the plant’s simulated meters too')
    .description('读取计量器具、保存读数并提供网页，全部在一个进程内 / read the meters, keep the readings, serve the pages')
    .action(async (path: string, options: PagesOptions & { simulate?: boolean; alarms?: string }) => {
      const at = await serverOptionsOf(options);
      const running = await runPlant(await loadPlantToRead(path), {
        at,
        published: options.public === true,
        ...(options.simulate ? { simulate: true } : {}),
        ...(options.alarms === undefined ? {} : { alarms: options.alarms }),
      });
      await sayWhere(running.server);
      await untilToldToStop();
      await running.stop();
    });
}

/** How often coverage goes into the stores. Balances go there as they are computed. */
const HOUR_MS = 3_600_000;

export interface RunningPlant {
  readonly server: RunningServer;
  /** Settles when the first balances have been computed. */
  readonly first: Promise<void>;
  /** The report page of the balances computed last. */
  reportHtml(): Promise<string | null>;
  stop(): Promise<void>;
}

interface RunOptions {
  readonly at: Omit<ServerOptions, 'services'>;
  readonly simulate?: boolean;
  readonly published?: boolean;
  readonly alarms?: string;
}

/** Collects from a plant and serves its pages, with its simulated meters where asked. */
export function runPlant(plant: Plant, options: RunOptions): Promise<RunningPlant> {
  return allOrNone((undo) => start(plant, options, undo));
}

async function start(plant: Plant, options: RunOptions, undo: Undo): Promise<RunningPlant> {
  const startPushing = preparePushing(plant);
  const alarms = options.alarms === undefined ? null : await openAlarms(options.alarms, join(plant.dataDir, 'alarms.state.json'));
  undo(() => alarms?.close());
  const simulation = options.simulate ? await startSimulation(plant) : null;
  undo(() => simulation?.stop());
  const beganMs = alarms === null ? 0 : ((await recordsBeganMs(join(plant.dataDir, 'journal'))) ?? Date.now());
  const collecting = await startCollecting(plant);
  undo(() => collecting.stop());
  const { recorder, stores } = collecting;
  const feed = {
    reader: stores[0]!.reader,
    ...(stores[0]!.results ? { results: stores[0]!.results } : {}),
    ready: collecting.caughtUp,
    latest: () => recorder.latest(),
    listen: recorder.listen.bind(recorder),
    sources: () => collecting.statuses(),
    plant: () => collecting.plant,
    operation: () => operationOf(collecting),
    published: options.published ?? false,
  };
  const services = startServices(plant, feed, (problem) =>
    say(`平衡暂不能计算：${problem}`, `The balances cannot be computed yet: ${problem}`),
  );
  undo(() => services.stop());
  const keepCoverage = async (): Promise<void> => keepInStores(stores, coverageResults(await services.coverage(), plant.offsetMinutes));
  void services.first.then(keepCoverage).catch(() => undefined);
  const hourly = setInterval(() => void keepCoverage().catch(() => undefined), HOUR_MS);
  undo(() => clearInterval(hourly));
  const server = await startServer({ services, ...options.at });
  const ask = async (args: readonly string[]): Promise<unknown> => {
    await services.first;
    return services.ask('oversight', args);
  };
  const stopOwnAlarms = alarms === null ? null : watchCollector(collecting, alarms);
  const stopAlarms = alarms === null ? null : watchOversight(plant, alarms, { ask, beganMs });
  const reports = keepReportsScheduled(plant, join(plant.dataDir, 'scheduled-reports'));
  const telemetry = startPushing(services);
  const stopWatching = watchPlant(collecting, (next) => {
    services.plantChanged();
    reports.applied(next);
    void telemetry.applied(next);
  });
  return {
    server,
    first: services.first,
    reportHtml: () => services.reportHtml('zh'),
    async stop() {
      clearInterval(hourly);
      stopWatching();
      reports.stop();
      await telemetry.stop();
      services.stop();
      await stopOwnAlarms?.();
      await stopAlarms?.();
      await server.close();
      await collecting.stop();
      await simulation?.stop();
    },
  };
}
