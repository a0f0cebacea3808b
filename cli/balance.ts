import type { Command } from 'commander';
import { computeBalances } from '../balance/media/compute.ts';
import { driftOf } from '../balance/media/drift.ts';
import type { BalanceReport } from '../balance/media/result.ts';
import { keepRevision } from '../balance/media/revisions.ts';
import { periodWindow } from '../balance/window/period.ts';
import { AUDIT_HOURS, lastComplete, type Window, windowOf } from '../balance/window/window.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { formatInstant, instantMs } from '../config/plant/time.ts';
import { Fault } from '../config/words/fault.ts';
import { printComparison, printDrift, printRevisions } from './balance-history.ts';
import { balanceTable } from './balance-table.ts';
import { journalHead, openCaughtUpReader } from './caught-up.ts';
import { depthOf, depthText, withDepth } from './depth.ts';
import { balanceFleet, shardOf } from './fleet.ts';
import { printJson, say } from './output.ts';
import { balanceResults, keepResults, rootResults } from './results.ts';

interface Options {
  readonly fleet?: string;
  readonly shard: string;
  readonly from?: string;
  readonly to?: string;
  readonly period?: string;
  readonly json?: boolean;
  readonly revisions?: boolean;
  readonly compare?: string;
  readonly drift?: string;
  readonly windows: string;
}

/** `balance PLANT`: closes the plant's balances over a window, by default the last complete 72 h, and keeps the revision. */
export function define(program: Command): void {
  program
    .command('balance')
    .description('核算窗口内的物料、水、能源与污染因子平衡\nClose the material, water, energy and pollutant balances over a window')
    .argument('[plant]', '企业文件或其文件夹 / plant file or its folder')
    .option('--fleet <dir>', '代替企业：该文件夹下的所有 plant.yaml / instead of a plant: every plant.yaml below this folder')
    .option('--shard <i/n>', '只核算其中第 i 份，共 n 份 / only the i-th of n shares of them', '1/1')
    .option('--from <time>', '开始，如 2026-03-01 或 2026-03-01T08:00:00+08:00 / start')
    .option('--to <time>', '结束（不含）；只给一端时另一端相距 72 小时 / end, exclusive; with one end given the other lies 72 h from it')
    .option(
      '--period <what>',
      '代替 --from、--to：生产日 2026-03-01、班次 2026-03-01/A、生产周期的 id，或其间 A..B / instead: a production day, a shift of it, a cycle, or all from one to another',
    )
    .option('--revisions', '列出该窗口已保存的各次修订及其变化 / list the kept revisions of the window and what each changed')
    .option('--compare <revision>', '将该次修订与最新一次比较 / compare this revision with the last one that is kept')
    .option(
      '--drift <hours>',
      '按此时长的连续窗口判断计量器具漂移或故障 / drift or fault of meters over successive windows of so many hours',
    )
    .option('--windows <n>', '与 --drift 同用：窗口个数，至少 3 / with --drift: how many windows, at least 3', '6')
    .option('--json', '输出一个 JSON 文档 / print one JSON document')
    .action(async (path: string | undefined, options: Options) => {
      if ((path === undefined) === (options.fleet === undefined)) throw onePlantOrFleet();
      if (options.fleet !== undefined) return fleet(options.fleet, options);
      const plant = await loadPlant(path!);
      return onePlant(plant, withPeriod(plant, options));
    });
}

async function onePlant(plant: Plant, options: Options): Promise<void> {
  if (options.revisions || options.compare !== undefined || options.drift !== undefined) return history(plant, options);
  const { report, open } = await balanceOf(plant, options);
  await keepResults(plant, [...balanceResults(report, plant.offsetMinutes), ...(await rootResults(plant))]);
  const judged = await depthOf(plant, report);
  if (options.json) printJson(withDepth(report, judged));
  else process.stdout.write(`${balanceTable(report, plant)}${depthText(judged).join('\n')}\n`);
  process.exitCode = open ? 1 : 0;
}

/** The options with the window that `--period` names in place of its ends. */
function withPeriod(plant: Plant, options: Options): Options {
  if (options.period === undefined) return options;
  if (options.from !== undefined || options.to !== undefined) {
    const [zh, en] = ['--period 不与 --from、--to 同用', '--period stands alone, without --from and --to'];
    throw new Fault({ code: 'window.period', place: plant.path, zh, en });
  }
  const { fromMs, toMs } = periodWindow(plant, options.period);
  return { ...options, from: formatInstant(fromMs, plant.offsetMinutes), to: formatInstant(toMs, plant.offsetMinutes) };
}

/** What is kept of a window, or what successive windows say: nothing is written. */
async function history(plant: Plant, options: Options): Promise<void> {
  const json = options.json === true;
  if (options.drift !== undefined) {
    const [hours, count] = [positive(plant, '--drift', options.drift, 1 / 60), positive(plant, '--windows', options.windows, 3)];
    const reader = await openCaughtUpReader(plant);
    try {
      const end = await chosenWindow(plant, reader, options.from, options.to, Date.now());
      return printDrift(await driftOf(plant, reader, end, hours, Math.floor(count)), json);
    } finally {
      await reader.close();
    }
  }
  const at = (text: string) => instantMs(text, plant.offsetMinutes);
  const spanMs = AUDIT_HOURS * 3_600_000;
  const { from, to } = options;
  const fromMs = from !== undefined ? at(from) : to !== undefined ? at(to) - spanMs : null;
  const toMs = to !== undefined ? at(to) : fromMs === null ? null : fromMs + spanMs;
  const window =
    fromMs === null || toMs === null
      ? null
      : { from: formatInstant(fromMs, plant.offsetMinutes), to: formatInstant(toMs, plant.offsetMinutes) };
  if (options.compare === undefined) return printRevisions(plant, window, json);
  return printComparison(plant, window, positive(plant, '--compare', options.compare, 1), json);
}

function positive(plant: Plant, option: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && Number.isFinite(value)) return value;
  const [zh, en] = [`${option} 应为不小于 ${least} 的数，现为 ${text}`, `${option} wants a number of at least ${least}, not ${text}`];
  throw new Fault({ code: 'balance.number', place: plant.path, zh, en });
}

async function balanceOf(plant: Plant, options: Options): Promise<{ readonly report: BalanceReport; readonly open: boolean }> {
  const reader = await openCaughtUpReader(plant);
  try {
    const report = await balanceReport(plant, reader, options, Date.now());
    return { report, open: isOpen(plant, report) };
  } finally {
    await reader.close();
  }
}

/** One JSON document of all plants of the share, or a line a plant. */
async function fleet(dir: string, options: Options): Promise<void> {
  const shard = shardOf(options.shard);
  const plants = await balanceFleet(dir, shard, async (plant) => {
    const done = await balanceOf(plant, withPeriod(plant, options));
    await keepResults(plant, [...balanceResults(done.report, plant.offsetMinutes), ...(await rootResults(plant))]);
    return done;
  });
  process.exitCode = plants.every((one) => 'open' in one && !one.open) ? 0 : 1;
  if (options.json) return printJson({ fleet: dir, shard, plants });
  for (const one of plants) {
    if ('errors' in one) for (const { zh, en, code } of one.errors) say(`${one.path}：${zh} [${code}]`, `${one.path}: ${en} [${code}]`);
    else say(`${one.path}：${one.plant} ${one.open ? '未闭合' : '闭合'}`, `${one.path}: ${one.plant} ${one.open ? 'open' : 'closed'}`);
  }
}

const onePlantOrFleet = (): Fault =>
  new Fault({
    code: 'balance.what',
    place: 'balance',
    zh: '请给出一个企业，或用 --fleet 给出文件夹',
    en: 'name one plant, or a folder with --fleet',
  });

/** The report of a window under its revision number, kept in the plant's data folder. */
export async function balanceReport(
  plant: Plant,
  reader: StoreReader,
  { from, to }: Pick<Options, 'from' | 'to'>,
  nowMs: number,
): Promise<BalanceReport> {
  const window = await chosenWindow(plant, reader, from, to, nowMs);
  const head = await journalHead(plant);
  const journal = head && { from: 1, to: head.seq, sha256: head.sha256 };
  return keepRevision(plant.dataDir, await computeBalances(plant, reader, window, journal));
}

async function chosenWindow(
  plant: Plant,
  reader: StoreReader,
  from: string | undefined,
  to: string | undefined,
  nowMs: number,
): Promise<Window> {
  const at = (text: string) => instantMs(text, plant.offsetMinutes);
  const spanMs = AUDIT_HOURS * 3_600_000;
  if (from !== undefined) return windowOf(at(from), to === undefined ? at(from) + spanMs : at(to));
  if (to !== undefined) return windowOf(at(to) - spanMs, at(to));
  const newest = [...(await reader.latest([...plant.channels.keys()])).values()].map(({ timeMs }) => timeMs);
  if (newest.length === 0 && plant.channels.size > 0) {
    throw new Fault({
      code: 'balance.no-readings',
      place: plant.path,
      zh: '没有任何读数；请先运行 run、collect、simulate --past 或 import，或用 --from、--to 指定窗口',
      en: 'there are no readings; run, collect, simulate --past or import first, or name a window with --from and --to',
      exitStatus: 1,
    });
  }
  // A plant of analyses and estimates alone has no newest reading: its window ends now.
  const untilMs =
    newest.length === 0
      ? nowMs
      : Math.min(
          nowMs,
          newest.reduce((a, b) => Math.max(a, b)),
        );
  return lastComplete(untilMs, plant.file.plant.productionDay, plant.offsetMinutes);
}

/** A window too short for an audit, or the plant's own boundary open beyond its uncertainty. */
export function isOpen(plant: Plant, report: BalanceReport): boolean {
  const root = plant.file.units.find(({ level }) => level === 'plant')?.id;
  return (
    report.window.hours < AUDIT_HOURS ||
    report.balances.some(({ boundary, verdict }) => boundary === root && verdict === 'open-significant')
  );
}
