import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { payloadsIn } from '../collector/journal/payloads.ts';
import { openRemoteStore } from '../collector/stores/open.ts';
import { type Trouble, Troubles } from '../collector/stores/trouble.ts';
import { loadPlant } from '../config/plant/load.ts';
import type { Plant } from '../config/plant/plant.ts';
import { formatInstant, instantMs } from '../config/plant/time.ts';
import { csvOf } from '../dashboards/server/csv.ts';
import { journalDir } from './collecting.ts';
import { printJson, say } from './output.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly csv?: string;
  readonly records?: string;
  readonly json?: true;
}

/** One of the things set aside. */
interface SetAside {
  readonly kind: 'refused' | 'payload';
  /** The engine that refused it, or the source that brought it. */
  readonly of: string;
  /** When that was, ISO 8601. */
  readonly at: string;
  readonly channel: string | null;
  /** Time of the reading, UTC. */
  readonly time: string | null;
  readonly value: number | null;
  readonly reason: string;
  readonly raw: string | null;
}

interface Found {
  readonly refused: Troubles;
  readonly payloads: Troubles;
  /** The newest of them, as many as were wanted. */
  readonly records: SetAside[];
}

const DAY_MS = 86_400_000;
const SPAN_MS = 7 * DAY_MS;

export function define(program: Command): void {
  program
    .command('quarantine')
    .argument('<plant>', '企业文件或其文件夹 / plant file or its folder')
    .option('--from <time>', '报文从何时起，默认 7 天前 / payloads from then on, default 7 days ago')
    .option('--to <time>', '报文到何时（不含），默认此刻 / payloads up to then, exclusive, default now')
    .option('--csv <file>', '把每一条写入 CSV / write each of them to this file as CSV')
    .option('--records <n>', '--json 中另列最新的 n 条 / list the newest n of each kind in --json too')
    .option('--json')
    .description(
      '被隔离的数据：存储拒收的读数、数据源送来而无法解析的报文，按原因计数\nWhat was set aside: readings that stores refused, payloads of sources that could not be read; counted by reason',
    )
    .action(async (path: string, options: Options) => {
      const plant = await loadPlant(path);
      const at = (text: string) => instantMs(text, plant.offsetMinutes);
      const toMs = options.to === undefined ? Date.now() : at(options.to);
      const fromMs = options.from === undefined ? toMs - SPAN_MS : at(options.from);
      const most = options.csv !== undefined ? Number.POSITIVE_INFINITY : Number(options.records ?? 0);
      const found = await setAside(plant, fromMs, toMs, most);
      if (options.csv !== undefined) await writeFile(options.csv, csvOf({ columns: COLUMNS, rows: found.records.map(rowOf) }));
      const said = (ms: number) => formatInstant(ms, plant.offsetMinutes);
      const spoken = ({ firstMs, lastMs, ...one }: Trouble) => ({ ...one, first: said(firstMs), last: said(lastMs) });
      const document = {
        from: said(fromMs),
        to: said(toMs),
        refused: found.refused.all().map(spoken),
        payloads: found.payloads.all().map(spoken),
        ...(options.records === undefined ? {} : { records: found.records }),
      };
      if (options.json) printJson(document);
      else sayFound(document);
    });
}

const COLUMNS = ['kind', 'of', 'at', 'channel', 'time', 'value', 'reason', 'raw'] as const satisfies readonly (keyof SetAside)[];
const rowOf = (one: SetAside) => COLUMNS.map((column) => one[column]);

async function setAside(plant: Plant, fromMs: number, toMs: number, most: number): Promise<Found> {
  const found: Found = { refused: new Troubles(), payloads: new Troubles(), records: [] };
  const [refused, payloads] = [newest(most), newest(most)];
  for (const definition of plant.file.stores) {
    if (definition.engine === 'duckdb') continue;
    const store = await openRemoteStore(plant, definition);
    const of = store.place === undefined ? store.engine : `${store.engine} ${store.place}`;
    for await (const { at, reason, sample } of store.quarantine?.each() ?? []) {
      const { channel, timeMs, value, raw } = sample;
      found.refused.add(of, reason, Date.parse(at), channel);
      refused.put({ kind: 'refused', of, at, channel, time: new Date(timeMs).toISOString(), value, reason, raw });
    }
    await store.close();
  }
  try {
    for await (const { source, reason, timeMs, raw } of payloadsIn(journalDir(plant), fromMs, toMs)) {
      found.payloads.add(source, reason, timeMs, source);
      const at = new Date(timeMs).toISOString();
      payloads.put({ kind: 'payload', of: source, at, channel: null, time: null, value: null, reason, raw });
    }
  } catch (error) {
    // No journal yet: nothing was set aside.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  for (const kept of [refused, payloads]) for (const one of kept.all()) found.records.push(one);
  return found;
}

/** The last `most` of what is put, in order. */
function newest(most: number): { put(one: SetAside): void; all(): SetAside[] } {
  let kept: SetAside[] = [];
  return {
    put(one) {
      if (most === 0) return;
      kept.push(one);
      if (kept.length >= 2 * most) kept = kept.slice(-most);
    },
    all: () => (Number.isFinite(most) ? kept.slice(-most || kept.length) : kept),
  };
}

interface Spoken extends Omit<Trouble, 'firstMs' | 'lastMs'> {
  readonly first: string;
  readonly last: string;
}

function sayFound({ from, to, refused, payloads }: { from: string; to: string; refused: readonly Spoken[]; payloads: readonly Spoken[] }) {
  const count = (all: readonly Spoken[]) => all.reduce((sum, one) => sum + one.count, 0);
  say(
    `存储拒收的读数 ${count(refused)} 个；${from} 至 ${to} 无法解析的报文 ${count(payloads)} 条`,
    `${count(refused)} readings that stores refused; ${count(payloads)} payloads of ${from} to ${to} that could not be read`,
  );
  for (const { of, reason, count: times, first, last } of [...refused, ...payloads]) {
    say(
      `  ${of}：${times} 次，${first} 至 ${last}：${reason || '其他原因'}`,
      `  ${of}: ${times}, ${first} to ${last}: ${reason || 'other reasons'}`,
    );
  }
}
