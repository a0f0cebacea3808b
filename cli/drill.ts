import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { openJournalReader } from '../collector/journal/reader.ts';
import { verifyJournal } from '../collector/journal/verify.ts';
import { openDuckdbStore } from '../collector/stores/duckdb/store.ts';
import { samplesOf } from '../collector/stores/rows.ts';
import { loadPlant } from '../config/plant/load.ts';
import { DATABASE, DUCKDB, type Life, live, timeOf } from './drill-life.ts';
import { type DrillServer, startDrillServer, TROUBLES } from './drill-server.ts';
import { printJson, say } from './output.ts';

const MAIN = join(import.meta.dirname, `main${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`);

interface Options {
  readonly seconds: string;
  readonly life?: string;
  readonly json?: true;
}

/** What a drill did and what was left of the readings. */
export interface DrillReport {
  readonly plant: string;
  readonly seconds: number;
  readonly faults: { readonly killed: number; readonly fullDisk: number; readonly refusedOrCut: number; readonly clockSteps: number };
  /** Rounds of readings that were acknowledged, and those of them that the journal does not hold. */
  readonly acknowledged: number;
  readonly lost: number;
  readonly chain: 'whole' | 'broken';
  /** Readings in the journal, a channel and time counted once. */
  readonly samples: number;
  /** Readings that a store lacks, holds otherwise, or holds beyond those of the journal. */
  readonly stores: readonly { readonly engine: string; readonly missing: number; readonly different: number; readonly extra: number }[];
}

export function define(program: Command): void {
  program
    .command('drill')
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .option('--seconds <n>', '演练时长 / how long', '30')
    .addOption(new Option('--life <json>').hideHelp())
    .option('--json')
    .description(
      '故障演练：在临时文件夹中用该企业的通道写入读数，反复杀死进程、写满磁盘、断开存储、拨动时钟，最后核对一个不少、一个不重\n' +
        'Fault drill: writes readings of the plant’s channels in a temporary folder while processes are killed, the disk fills, the store ' +
        'refuses and the clock steps; then nothing may be lost or doubled. The plant’s own data and stores are not touched',
    )
    .action(async (path: string, options: Options) => {
      if (options.life !== undefined) return live(JSON.parse(options.life) as Life);
      const plant = await loadPlant(path);
      const report = await drill(plant.id, [...plant.channels.keys()], path, Number(options.seconds));
      process.exitCode = isClean(report) ? 0 : 1;
      if (options.json) printJson(report);
      else tell(report);
    });
}

const isClean = ({ lost, chain, stores }: DrillReport): boolean =>
  lost === 0 && chain === 'whole' && stores.every(({ missing, different, extra }) => missing + different + extra === 0);

const any = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!;
const CLOCKS = [0, 0, 3_600_000, -7_200_000, 86_400_000 * 400];
const LONGEST_LIFE_MS = 5000;

async function drill(plant: string, channels: readonly string[], path: string, seconds: number): Promise<DrillReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-drill-'));
  const server = await startDrillServer(DATABASE);
  const faults = { killed: 0, fullDisk: 0, refusedOrCut: 0, clockSteps: 0 };
  const acknowledged = new Set<number>();
  let newest = 0;
  const onLine = (line: string): void => {
    if (line === 'full') faults.fullDisk += 1;
    if (!line.startsWith('ack ')) return;
    const round = Number(line.slice(4));
    acknowledged.add(round);
    newest = Math.max(newest, round);
  };
  try {
    const untilMs = performance.now() + seconds * 1000;
    const common = { plant, dataDir, channels, serverUrl: server.url };
    do {
      // Those that the last life did not come to: left standing, they would grow until no write ever succeeds.
      server.troubles.length = 0;
      for (let i = 0; i < 3; i += 1) if (Math.random() < 0.5) server.troubles.push(any(TROUBLES));
      const clockMs = any(CLOCKS);
      if (clockMs !== 0) faults.clockSteps += 1;
      const dieAtStep = 1 + Math.floor(Math.random() ** 2 * 300);
      const life = { ...common, from: newest + 3, dieAtStep, fullDisk: any([0, 0, 0.05]), clockMs, finish: false };
      await run(path, life, LONGEST_LIFE_MS, onLine);
      faults.killed += 1;
    } while (performance.now() < untilMs);
    server.troubles.length = 0;
    await run(path, { ...common, from: 0, dieAtStep: null, fullDisk: 0, clockMs: 0, finish: true }, null, onLine);
    faults.refusedOrCut = server.troubled;
    return { plant, seconds, faults, acknowledged: acknowledged.size, ...(await compare(dataDir, channels, server, acknowledged)) };
  } finally {
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** One process of `drill PLANT --life`, until it ends or, where told, is killed after a while. */
function run(path: string, life: Life, limitMs: number | null, onLine: (line: string) => void): Promise<void> {
  const args = [...process.execArgv, MAIN, 'drill', path, '--life', JSON.stringify(life)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], windowsHide: true });
  let rest = '';
  child.stdout.on('data', (bytes: Buffer) => {
    const lines = (rest + bytes.toString()).split('\n');
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
  });
  const timer = limitMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), limitMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code === null || code === 0) resolve();
      else reject(new Error(`a process of the drill ended with status ${code}`));
    });
  });
}

async function compare(
  dataDir: string,
  channels: readonly string[],
  server: DrillServer,
  acknowledged: ReadonlySet<number>,
): Promise<Pick<DrillReport, 'lost' | 'chain' | 'samples' | 'stores'>> {
  const dir = join(dataDir, 'journal');
  const { finding } = await verifyJournal(dir);
  const due = new Map<string, number>();
  const times = new Set<number>();
  for await (const group of (await openJournalReader(dir)).groups(0)) {
    for (const { channel, timeMs, value } of samplesOf([group])) {
      due.set(`${channel} ${timeMs}`, value ?? Number.NaN);
      times.add(timeMs);
    }
  }
  const duckdb = await openDuckdbStore(join(dataDir, 'samples.duckdb'), { ...DUCKDB, readOnly: true });
  const held = new Map<string, number>();
  let doubled = 0;
  for (const channel of channels) {
    const { timeMs, value } = await duckdb.reader.samples(channel, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    for (const [i, time] of timeMs.entries()) {
      if (held.has(`${channel} ${time}`)) doubled += 1;
      held.set(`${channel} ${time}`, value[i]!);
    }
  }
  await duckdb.close();
  return {
    lost: [...acknowledged].filter((round) => !times.has(timeOf(round))).length,
    chain: finding === null ? 'whole' : 'broken',
    samples: due.size,
    stores: [
      { engine: 'duckdb', ...difference(due, held, doubled) },
      { engine: 'line protocol over HTTP', ...difference(due, server.points, 0) },
    ],
  };
}

function difference(due: ReadonlyMap<string, number>, held: ReadonlyMap<string, number>, doubled: number) {
  let [missing, different] = [0, 0];
  for (const [key, value] of due) {
    const other = held.get(key);
    if (other === undefined) missing += 1;
    else if (!Object.is(other, value)) different += 1;
  }
  return { missing, different, extra: held.size - (due.size - missing) + doubled };
}

function tell(report: DrillReport): void {
  const { faults, acknowledged, lost, chain, samples, stores } = report;
  say(
    `演练 ${report.seconds} 秒：杀死进程 ${faults.killed} 次，磁盘写满 ${faults.fullDisk} 次，存储拒绝或断开 ${faults.refusedOrCut} 次，拨动时钟 ${faults.clockSteps} 次`,
    `${report.seconds} s of drill: ${faults.killed} kills, ${faults.fullDisk} full disks, ${faults.refusedOrCut} refusals and cuts, ${faults.clockSteps} clock steps`,
  );
  say(
    `已确认 ${acknowledged} 轮读数，丢失 ${lost} 轮；日志共 ${samples} 个读数，哈希链${chain === 'whole' ? '完好' : '断裂'}`,
    `${acknowledged} rounds acknowledged, ${lost} lost; ${samples} readings in the journal, its chain is ${chain}`,
  );
  for (const { engine, missing, different, extra } of stores) {
    say(
      `${engine}：缺 ${missing}，不同 ${different}，多 ${extra}`,
      `${engine}: ${missing} missing, ${different} different, ${extra} too many`,
    );
  }
}
