import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BalanceReport } from '../balance/media/result.ts';
import { reportHtml } from '../balance/report/html.ts';
import { type CoverageReport, coverageOf } from '../collector/coverage/coverage.ts';
import type { Sample } from '../collector/sample/sample.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import type { Plant } from '../config/plant/plant.ts';
import { loadRules } from '../config/rules/load.ts';
import type { Services } from '../dashboards/server/services.ts';
import { liveFrom } from './live.ts';

const RECOMPUTE_MS = 10 * 60_000;
const COVERAGE_MS = 30_000;
const MAIN = join(import.meta.dirname, `main${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`);
const run = promisify(execFile);

/** Where the services get what changes while they run. */
export interface Feed {
  readonly reader: StoreReader;
  /** Balances wait for this: what the journal holds is in the store. */
  readonly ready?: Promise<void>;
  /** Newest samples of this run; what it does not have is read from the store. */
  latest?(): ReadonlyMap<string, Sample>;
  listen?: Services['listen'];
  sources?: Services['sources'];
  operation?: NonNullable<Services['operation']>;
}

export interface RunningServices extends Services {
  /** Settles when the first balances have been computed, or could not be. */
  readonly first: Promise<void>;
  stop(): void;
}

/**
 * What the pages show of a plant. Balances are computed by a process of its own, so that no reading waits for them, at once and then
 * every ten minutes.
 */
export function startServices(plant: Plant, feed: Feed, onProblem: (problem: string) => void): RunningServices {
  let balances: BalanceReport | null = null;
  let coverage: { readonly atMs: number; readonly report: Promise<CoverageReport> } | null = null;
  const ending = new AbortController();

  const recompute = async (): Promise<void> => {
    try {
      balances = await balancesOf(plant, ending.signal);
    } catch (error) {
      if (!ending.signal.aborted) onProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const judge = async (): Promise<CoverageReport> => {
    const atMs = Date.now();
    return coverageOf(plant, await loadRules(), atMs, await liveFrom(feed.reader, plant, atMs));
  };
  const coverageNow = (): Promise<CoverageReport> => {
    if (coverage === null || Date.now() - coverage.atMs > COVERAGE_MS) coverage = { atMs: Date.now(), report: judge() };
    return coverage.report;
  };
  const first = (feed.ready ?? Promise.resolve()).then(recompute);
  const timer = setInterval(() => void recompute(), RECOMPUTE_MS);

  return {
    plant,
    first,
    async latest() {
      const own = feed.latest?.() ?? new Map<string, Sample>();
      const others = [...plant.channels.keys()].filter((channel) => !own.has(channel));
      return new Map([...(others.length > 0 ? await feed.reader.latest(others) : []), ...own]);
    },
    listen: feed.listen ?? (() => () => undefined),
    sources: feed.sources ?? (() => []),
    ...(feed.operation ? { operation: feed.operation } : {}),
    coverage: coverageNow,
    balances: () => balances,
    reportHtml: async (lang) => (balances === null ? null : reportHtml(plant, balances, await coverageNow(), lang)),
    stop() {
      clearInterval(timer);
      ending.abort();
    },
  };
}

/** `balance PLANT --json` in a process of its own, with the flags of this one. Exit 1 says that a balance is open: it printed all the same. */
async function balancesOf(plant: Plant, signal: AbortSignal): Promise<BalanceReport> {
  const options = { signal, maxBuffer: 256 << 20, windowsHide: true };
  try {
    const { stdout } = await run(process.execPath, [...process.execArgv, MAIN, 'balance', plant.path, '--json'], options);
    return JSON.parse(stdout) as BalanceReport;
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (code === 1 && stdout) return JSON.parse(stdout) as BalanceReport;
    throw new Error(stderr?.trim() || (error instanceof Error ? error.message : String(error)));
  }
}
