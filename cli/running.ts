import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { carriedIn } from '../balance/audit/carried.ts';
import type { BalanceReport } from '../balance/media/result.ts';
import { withDrawingThread } from '../balance/report/drawing-thread.ts';
import { reportHtml } from '../balance/report/html.ts';
import { type CountedReader, intakeAccounts } from '../balance/report/intake-account.ts';
import { sampleAccounts } from '../balance/report/sample-account.ts';
import { windowOf } from '../balance/window/window.ts';
import { type CoverageReport, coverageOf } from '../collector/coverage/coverage.ts';
import type { Sample } from '../collector/sample/sample.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import { checkPlant } from '../config/plant/check.ts';
import { differencesOf } from '../config/plant/diff.ts';
import type { Plant } from '../config/plant/plant.ts';
import { instantMs } from '../config/plant/time.ts';
import { loadJurisdictions, loadRules } from '../config/rules/load.ts';
import type { Fault } from '../config/words/fault.ts';
import type { SaidFault } from '../dashboards/server/documents/refusal.ts';
import { CommandRefused, type FileCheck, type Services } from '../dashboards/server/services.ts';
import { liveFrom } from './live.ts';
import { newestSamples } from './newest.ts';
import { withBudgets } from './poll-budget.ts';

const RECOMPUTE_MS = 10 * 60_000;
const RETRY_MS = 15_000;
const COVERAGE_MS = 30_000;
const MAIN = join(import.meta.dirname, `main${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`);
const run = promisify(execFile);

/** Where the services get what changes while they run. */
export interface Feed extends CountedReader {
  readonly reader: StoreReader;
  /** Balances wait for this: what the journal holds is in the store. */
  readonly ready?: Promise<void>;
  /** Newest samples of this run; what it does not have is read from the store. */
  latest?(): ReadonlyMap<string, Sample>;
  /** The version of the plant file in force, where it may change. */
  plant?(): Plant;
  listen?: Services['listen'];
  sources?: Services['sources'];
  operation?: NonNullable<Services['operation']>;
  /** Whether anyone may see the disclosed fields. */
  readonly published?: boolean;
}

export interface RunningServices extends Services {
  /** Settles when the first balances have been computed, or could not be. */
  readonly first: Promise<void>;
  /** Another version of the plant file is in force: what was computed of it is computed again. */
  plantChanged(): void;
  stop(): void;
}

/**
 * What the pages show of a plant. Balances are computed by a process of its own, so that no reading waits for them, at once and then
 * every ten minutes.
 */
export function startServices(initial: Plant, feed: Feed, onProblem: (problem: string) => void): RunningServices {
  const plantNow = (): Plant => feed.plant?.() ?? initial;
  let balances: BalanceReport | null = null;
  let coverage: { readonly atMs: number; readonly report: Promise<CoverageReport> } | null = null;
  const ending = new AbortController();

  let again: NodeJS.Timeout | undefined;
  const recompute = async (): Promise<void> => {
    try {
      balances = (await asked(plantNow(), 'balance', [], ending.signal)) as BalanceReport;
    } catch (error) {
      if (ending.signal.aborted) return;
      onProblem(error instanceof Error ? error.message : String(error));
      // Nothing to show yet is no reason to wait the full time.
      if (balances === null) again = setTimeout(() => void recompute(), RETRY_MS);
    }
  };
  const judge = async (): Promise<CoverageReport> => {
    const atMs = Date.now();
    const plant = plantNow();
    const amounts = balances === null ? undefined : carriedIn(plant, balances);
    return coverageOf(plant, await loadRules(), atMs, await liveFrom(feed.reader, plant, atMs), amounts);
  };
  const coverageNow = (): Promise<CoverageReport> => {
    if (coverage === null || Date.now() - coverage.atMs > COVERAGE_MS) coverage = { atMs: Date.now(), report: judge() };
    return coverage.report;
  };
  const first = (feed.ready ?? Promise.resolve()).then(recompute);
  const timer = setInterval(() => void recompute(), RECOMPUTE_MS);

  return {
    get plant() {
      return plantNow();
    },
    reader: feed.reader,
    published: feed.published ?? false,
    first,
    latest: () => newestSamples(plantNow(), feed.latest?.() ?? new Map(), feed.reader),
    listen: feed.listen ?? (() => () => undefined),
    sources: feed.sources ?? (() => []),
    ...(feed.operation ? { operation: feed.operation } : {}),
    coverage: coverageNow,
    balances: () => balances,
    async reportHtml(lang) {
      const report = balances;
      if (report === null) return null;
      const covered = await coverageNow();
      const plant = plantNow();
      const at = (text: string): number => instantMs(text, plant.offsetMinutes);
      const window = windowOf(at(report.window.from), at(report.window.to));
      const counted = {
        samples: await sampleAccounts(plant, feed.reader, window),
        intake: await intakeAccounts(plant, feed, window, report.journal?.to),
      };
      return withDrawingThread(() => reportHtml(plant, report, covered, lang, counted));
    },
    ask: (command, args) => asked(plantNow(), command, args, ending.signal),
    check: (text, against) => fileCheck(plantNow(), text, against),
    plantChanged() {
      coverage = null;
      void recompute();
    },
    stop() {
      clearInterval(timer);
      clearTimeout(again);
      ending.abort();
    },
  };
}

/**
 * `liangheng COMMAND PLANT … --json` in a process of its own, with the flags of this one. Exit 1 says that something is wrong with what
 * was looked at: the document is printed all the same.
 *
 * @throws CommandRefused with what the command says on standard error.
 */
async function asked(plant: Plant, command: string, args: readonly string[], signal: AbortSignal): Promise<unknown> {
  const options = { signal, maxBuffer: 256 << 20, windowsHide: true };
  try {
    const { stdout } = await run(process.execPath, [...process.execArgv, MAIN, command, plant.path, ...args, '--json'], options);
    return JSON.parse(stdout);
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (code === 1 && stdout) return JSON.parse(stdout);
    const faults = faultsIn(stderr ?? '', plant);
    if (faults.length > 0) throw new CommandRefused(faults);
    throw new Error(stderr?.trim() || (error instanceof Error ? error.message : String(error)));
  }
}

/** Faults as `printFaults` writes them: a line in Chinese, then the same in English, each ending in its code. */
function faultsIn(text: string, plant: Plant): SaidFault[] {
  const lines = text.split('\n').flatMap((line) => {
    const match = /^(.*) \[([a-z0-9.-]+)\]$/.exec(line.replaceAll(plant.path, basename(plant.path)));
    return match ? [{ said: match[1]!, code: match[2]! }] : [];
  });
  const faults: SaidFault[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [zh, en] = [lines[at]!, lines[at + 1]!];
    const place = /^(\S*?): /.exec(en.said)?.[1] ?? '';
    const bare = (said: string) => (place !== '' && said.startsWith(`${place}: `) ? said.slice(place.length + 2) : said);
    if (zh.code === en.code) faults.push({ code: zh.code, place, zh: bare(zh.said), en: bare(en.said) });
  }
  return faults;
}

/** What `check` and `check --diff` say of a text. */
async function fileCheck(plant: Plant, text: string, against: string): Promise<FileCheck> {
  const name = basename(plant.path);
  const jurisdictions = (await loadJurisdictions()).map(({ id }) => id);
  const { file, faults, warnings, budgets } = withBudgets(checkPlant(text, name, Date.now(), jurisdictions), text, name);
  const before = checkPlant(against, name, Date.now(), jurisdictions).file;
  const plain = ({ code, place, zh, en }: Fault): SaidFault => ({ code, place, zh, en });
  const differences = file === null || before === null || faults.length > 0 ? [] : differencesOf(before, file);
  return { faults: faults.map(plain), warnings: warnings.map(plain), differences, budgets };
}
