import type { Command } from 'commander';
import { openJournalReader } from '../collector/journal/reader.ts';
import { writtenBefore } from '../collector/journal/segment.ts';
import { type Audit, auditStore, repairStore } from '../collector/stores/audit.ts';
import { connectReader, socketPath } from '../collector/stores/duckdb/socket.ts';
import { openReader, openRemoteStore, openStores } from '../collector/stores/open.ts';
import type { Store } from '../collector/stores/store.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { formatInstant, instantMs } from '../config/plant/time.ts';
import { journalHead } from './caught-up.ts';
import { journalDir } from './collecting.ts';
import { sayCompared } from './how-far.ts';
import { printJson, say } from './output.ts';
import { rebuildLocal } from './rebuild.ts';
import { type Refused, refusedBy, sayRefused, writeRefused } from './refused.ts';
import { replayRefused } from './replay.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly repair?: true;
  readonly rebuild?: true;
  readonly replay?: true;
  readonly refused?: true | string;
  readonly json?: true;
}

/** What became of one store. `error`: it could not be asked. */
type Result = Partial<Audit> & {
  readonly engine: string;
  readonly restored?: number;
  readonly left?: number;
  readonly replayed?: number;
  readonly inQuarantine?: number;
  readonly refused?: readonly Refused[];
  readonly error?: string;
};

const DAY_MS = 86_400_000;

export function define(program: Command): void {
  program
    .command('stores')
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .option('--from <time>', '开始，默认 24 小时前 / start, default 24 h ago')
    .option('--to <time>', '结束（不含），默认此刻 / end, exclusive, default now')
    .option(
      '--rebuild',
      '先丢弃本地 DuckDB 文件并由日志重建（须先停止采集） / first set the local DuckDB file aside and rebuild it from the journal; nothing may be collecting',
    )
    .option('--replay', '先重发被服务器拒绝而隔离的读数 / first send again what a server had refused')
    .option(
      '--refused [file]',
      '列出被服务器拒绝而隔离的读数及原因；给出文件则写成 CSV / list what a server had refused, with its reason; with a file, write it there as CSV',
    )
    .option(
      '--repair',
      '按日志补写有差异的小时；本地存储须先停止采集 / store again, from the journal, hours that differ; in the local store only where nothing is collecting',
    )
    .option('--json')
    .description('从每个存储读回数据，逐通道逐小时与日志核对 / read every store back and compare it with the journal, hour by hour')
    .action(async (path: string, options: Options) => {
      const plant = await loadPlant(path);
      if (options.rebuild) await rebuildLocal(plant);
      const at = (text: string) => instantMs(text, plant.offsetMinutes);
      const toMs = options.to === undefined ? Date.now() : at(options.to);
      const fromMs = options.from === undefined ? toMs - DAY_MS : at(options.from);
      const results: Result[] = [];
      for (const definition of plant.file.stores) {
        const { engine } = definition;
        if (definition.engine === 'mqtt') continue;
        const open = () =>
          definition.engine === 'duckdb' ? localStore(plant, options.repair === true) : openRemoteStore(plant, definition);
        results.push(
          await check(plant, open, fromMs, toMs, options).catch((error: unknown) => ({
            engine,
            error: error instanceof Error ? error.message : String(error),
          })),
        );
      }
      process.exitCode = results.every(({ error, left }) => error === undefined && left === 0) ? 0 : 1;
      const refused = results.flatMap((result) => result.refused ?? []);
      if (typeof options.refused === 'string') await writeRefused(options.refused, refused);
      if (options.json) return printJson(results);
      for (const result of results) print(result, plant);
      if (options.refused === true) sayRefused(refused);
    });
}

async function check(plant: Plant, open: () => Promise<Store>, fromMs: number, toMs: number, options: Options): Promise<Result> {
  const { repair, replay } = options;
  const store = await open();
  try {
    const journal = await openJournalReader(journalDir(plant));
    const since = async () => ({
      groups: (seq: number) => journal.groups(seq),
      afterSeq: await writtenBefore(journalDir(plant), fromMs),
    });
    const audit = async () => auditStore(store, await since(), fromMs, toMs, { onProgress: sayCompared(store.engine) });
    const again = replay && store.quarantine ? await replayRefused(store, journal.groups(0)) : null;
    const found = await audit();
    const refused = refusedBy(store.engine, (await store.quarantine?.list()) ?? []);
    const quarantine = {
      inQuarantine: refused.length,
      ...(options.refused ? { refused } : {}),
      ...(again ? { replayed: again } : {}),
    };
    if (!repair || isOwned(store) || found.differences.length === 0) return { ...found, left: found.differences.length, ...quarantine };
    const { restored } = await repairStore(store, await since(), found.differences);
    const after = await audit();
    return { ...found, restored, left: after.differences.length, ...quarantine };
  } finally {
    await store.close();
  }
}

/** The local store: as it is read, whoever owns its file, or, to be repaired where nobody does, opened here. An owner repairs it itself. */
async function localStore(plant: Plant, repair: boolean): Promise<Store> {
  const owner = await connectReader(await socketPath(plant.dataDir));
  await owner?.close();
  if (repair && owner === null) {
    const local = plant.file.stores.filter(({ engine }) => engine === 'duckdb').slice(0, 1);
    const [store] = await openStores({ ...plant, file: { ...plant.file, stores: local } }, { owner: true });
    return store!;
  }
  const reader = await openReader(plant);
  const readOnly = () => Promise.reject(new Error('opened for reading'));
  const store: Store = {
    engine: 'duckdb',
    reader,
    cursor: async () => (await journalHead(plant))?.seq ?? 0,
    write: readOnly,
    restore: readOnly,
    rewind: readOnly,
    close: () => reader.close(),
  };
  READ_ONLY.add(store);
  return store;
}

const READ_ONLY = new WeakSet<Store>();
const isOwned = (store: Store): boolean => READ_ONLY.has(store);

const SHOWN = 20;

function print({ engine, samples, hours, differences = [], restored, left, replayed, inQuarantine, error }: Result, plant: Plant): void {
  if (error !== undefined) {
    say(`${engine}：无法核对：${error}`, `${engine}: cannot be checked: ${error}`);
    return;
  }
  if (replayed) say(`${engine}：已重发 ${replayed} 个隔离的读数`, `${engine}: ${replayed} quarantined samples sent again`);
  say(
    `${engine}：核对 ${samples} 个读数、${hours} 个通道小时，${differences.length} 个有差异；隔离区 ${inQuarantine} 个`,
    `${engine}: ${samples} samples in ${hours} channel-hours compared, ${differences.length} differ; ${inQuarantine} in quarantine`,
  );
  for (const { channel, hourMs, journal, store } of differences.slice(0, SHOWN)) {
    const hour = formatInstant(hourMs, plant.offsetMinutes);
    say(
      `  ${channel} ${hour}：日志 ${journal.count} 个、和 ${journal.sum}；存储 ${store.count} 个、和 ${store.sum}`,
      `  ${channel} ${hour}: journal ${journal.count}, sum ${journal.sum}; store ${store.count}, sum ${store.sum}`,
    );
  }
  if (restored !== undefined) {
    say(
      `${engine}：已补写 ${restored} 个读数，仍有 ${left} 个通道小时有差异`,
      `${engine}: ${restored} samples stored again, ${left} channel-hours differ still`,
    );
  }
}
