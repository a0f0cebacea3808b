import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../collector/journal/journal.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { exportReadings } from '../../collector/stores/duckdb/export.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';
import { follow } from '../../collector/stores/follow.ts';
import { openInflux1Store } from '../../collector/stores/influxdb1/store.ts';
import type { Store } from '../../collector/stores/store.ts';
import { openVictoriaMetricsStore } from '../../collector/stores/victoriametrics/store.ts';
import { rateSpec } from '../collector/stores/contract.ts';
import { startInfluxd } from '../peers/influxd.ts';
import { startVictoriaMetrics } from '../peers/victoria-metrics.ts';

export const name = 'sizes';

/** The plant of `docs/scale.md`, for a day. */
const CHANNELS = 300;
const MINUTES = 24 * 60;
const SAMPLES = CHANNELS * MINUTES;
const T0 = Date.UTC(2026, 2, 1);

/** Bytes on disk of a sample, of a day of a plant: a third are totals of a decimal, the others rates that wander, each with its registers. */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-bench-'));
  const [influxd, victoria] = await Promise.all([startInfluxd(), startVictoriaMetrics()]);
  try {
    const journal = await openJournal(join(dir, 'journal'), { plant: 'bench', segmentBytes: 16 << 20 });
    const rounds = plantOf();
    for (let minute = 0; minute < MINUTES; minute += 1)
      await journal.append(rounds(minute).map((sample) => ({ kind: 'sample', sample }) as const));
    const plant = { id: 'bench', path: join(dir, 'plant.yaml'), dataDir: dir };
    const channels = Array.from({ length: CHANNELS }, (_, k) => `F${k}`);
    const local = await openDuckdbStore(join(dir, 'samples.duckdb'), {
      ...{ threads: 1, memory: '512MB', specs: channels.map((channel) => rateSpec(channel)) },
    });
    const into = async (store: Store): Promise<void> => {
      await follow(journal, store, { untilHead: true });
    };
    await into(local);
    await exportReadings(
      local.reader,
      channels.map((id) => ({ id, unit: 'm3/h' })),
      ...([T0, T0 + 86_400_000, join(dir, 'parquet'), 'parquet'] as const),
    );
    await local.close();
    const influx = await openInflux1Store(plant, { engine: 'influxdb1', url: influxd.url, database: 'sizes' });
    const vm = await openVictoriaMetricsStore(plant, { engine: 'victoriametrics', url: victoria.url, lineProtocol: 2 });
    for (const store of [influx, vm]) {
      await into(store);
      await store.close();
    }
    await journal.close();
    const [influxDir, vmDir] = [
      fromProcess(influxd.pid(), 'environ', 'INFLUXDB_DATA_DIR='),
      fromProcess(victoria.pid(), 'cmdline', '-storageDataPath='),
    ];
    // What is in its memory yet is written when it ends.
    await victoria.end();
    const perSample = async (path: string): Promise<number> => (await bytesIn(path)) / SAMPLES;
    const growing = (await readdir(join(dir, 'journal'))).filter((file) => file.endsWith('.lhj'));
    const sealed = (await bytesIn(join(dir, 'journal'))) - (await sum(growing.map((file) => join(dir, 'journal', file))));
    return {
      metrics: {
        journalBytesPerSample: sealed / (SAMPLES * (await sealedShare(journal.dir))),
        duckdbBytesPerSample: await perSample(join(dir, 'samples.duckdb')),
        parquetBytesPerSample: await perSample(join(dir, 'parquet')),
        victoriametricsBytesPerSample: await perSample(vmDir),
        influxdb1BytesPerSampleBeforeItCompacts: (await bytesIn(influxDir)) / SAMPLES,
      },
      peers: {},
    };
  } finally {
    await Promise.all([influxd.remove(), victoria.remove()]);
    await rm(dir, { recursive: true, force: true });
  }
}

/** The share of the groups that stand in sealed files. */
async function sealedShare(dir: string): Promise<number> {
  const names = (await readdir(dir)).filter((file) => file.endsWith('.lhj')).map((file) => Number.parseInt(file, 10));
  return names.length === 0 ? 1 : (Math.min(...names) - 1) / MINUTES;
}

function plantOf(): (minute: number) => Sample[] {
  let seed = 42;
  const random = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  const state = Array.from({ length: CHANNELS }, () => 1000 * random());
  return (minute) =>
    state.map((before, k) => {
      const isTotal = k % 3 === 0;
      const value = isTotal ? Math.round(10 * (before + 2 * random())) / 10 : Math.round(1000 * (before + random() - 0.5)) / 1000;
      state[k] = value;
      const raw = Math.round(1000 * Math.abs(value))
        .toString(16)
        .padStart(8, '0');
      return { channel: `F${k}`, timeMs: T0 + minute * 60_000, value, quality: 'good', reason: 'none', origin: 'device', raw };
    });
}

/** A setting of a process that was started for this. */
function fromProcess(pid: number, file: 'environ' | 'cmdline', what: string): string {
  const found = readFileSync(`/proc/${pid}/${file}`, 'utf8')
    .split('\0')
    .find((text) => text.startsWith(what));
  if (found === undefined) throw new Error(`no ${what} of process ${pid}`);
  return found.slice(what.length);
}

async function bytesIn(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isDirectory()) return found.size;
  return sum((await readdir(path)).map((one) => join(path, one)));
}

const sum = async (paths: readonly string[]): Promise<number> => (await Promise.all(paths.map(bytesIn))).reduce((all, one) => all + one, 0);
