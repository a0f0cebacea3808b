import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOUBLE, DuckDBDataChunk, DuckDBInstance, INTEGER, UTINYINT } from '@duckdb/node-api';
import { FieldType, InfluxDB } from 'influx';
import { type Journal, openJournal } from '../../collector/journal/journal.ts';
import type { JournalGroup, JournalRecord } from '../../collector/journal/record.ts';
import type { SampleBatch } from '../../collector/sample/batch.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';
import { follow } from '../../collector/stores/follow.ts';
import { openInflux1Store } from '../../collector/stores/influxdb1/store.ts';
import { lineWriter } from '../../collector/stores/lines.ts';
import type { Store } from '../../collector/stores/store.ts';
import { openVictoriaMetricsStore } from '../../collector/stores/victoriametrics/store.ts';
import { startInfluxd } from '../peers/influxd.ts';
import { startVictoriaMetrics } from '../peers/victoria-metrics.ts';

export const name = 'stores';

const CHANNELS = 500;
const CYCLES = 600;
const BATCH = 10_000;
/** Groups of one write. The first ones are not timed, of nobody: the server learns the series then, and we what it holds of them. */
const AT_ONCE = 5;
const T0 = Date.UTC(2026, 2, 1);

/** Samples a second into each store, and what the same rows reach without us: raw appends, raw line protocol, the library's points. */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-bench-'));
  const [influxd, victoria] = await Promise.all([startInfluxd(), startVictoriaMetrics()]);
  try {
    const metrics: Record<string, number> = {};
    const peers: Record<string, number> = {};
    const add = (into: Record<string, number>, key: string, { perSecond, perCpuSecond }: Rate): void => {
      into[`${key}PerSecond`] = Math.round(perSecond);
      into[`${key}PerCpuSecond`] = Math.round(perCpuSecond);
    };
    for (const [key, appended] of [['duckdbWholePath', inBatches] as const, ['duckdbWholePathOfRecords', inRecords] as const]) {
      await wholePath(join(dir, `${key}-warm`), CYCLES / 4, appended);
      add(metrics, key, await wholePath(join(dir, key), 2 * CYCLES, appended));
    }
    add(metrics, 'duckdbStore', await duckdbStore(join(dir, 'store.duckdb')));
    add(peers, 'duckdbAppendDataChunk', await duckdbRaw(join(dir, 'raw.duckdb')));

    const plant = (id: string) => ({ id, path: join(dir, 'plant.yaml'), dataDir: join(dir, id) });
    const influx = (id: string) => openInflux1Store(plant(id), { engine: 'influxdb1', url: influxd.url, database: id });
    const vm = (id: string) => openVictoriaMetricsStore(plant(id), { engine: 'victoriametrics', url: victoria.url, lineProtocol: 1 });
    for (const [engine, url, open] of [['influxdb1', influxd.url, influx] as const, ['victoriametrics', victoria.url, vm] as const]) {
      await written(await open('warm'), 100);
      const turns: (readonly [ours: Rate, raw: Rate, points: Rate])[] = [];
      for (const turn of ['a', 'b', 'c', 'd']) {
        if (engine === 'influxdb1') {
          for (const database of [`raw${turn}`, `points${turn}`]) {
            await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ q: `CREATE DATABASE ${database}` }) });
          }
        }
        const ours = await written(await open(`ours${turn}`), CYCLES);
        turns.push([ours, await rawLines(url, `raw${turn}`), await writePoints(url, `points${turn}`)]);
      }
      // The first turn warms up. Of the others the median, of ratios too: whoever shares the machine does so for a moment.
      const of = (which: (turn: (typeof turns)[number]) => number): number =>
        turns
          .slice(1)
          .map(which)
          .sort((x, y) => x - y)[1]!;
      const rate = (k: 0 | 1 | 2): Rate => ({
        perSecond: of((turn) => turn[k].perSecond),
        perCpuSecond: of((turn) => turn[k].perCpuSecond),
      });
      add(metrics, engine, rate(0));
      add(peers, `${engine}RawLines`, rate(1));
      add(peers, `${engine}WritePoints`, rate(2));
      metrics[`${engine}ToRawLines`] = of(([ours, raw]) => ours.perSecond / raw.perSecond);
      metrics[`${engine}ToWritePoints`] = of(([ours, , points]) => ours.perSecond / points.perSecond);
    }
    return { metrics, peers };
  } finally {
    await influxd.remove();
    await victoria.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

async function timed(samples: number, work: () => Promise<void>): Promise<Rate> {
  const [at, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (samples / (performance.now() - at)) * 1000, perCpuSecond: (samples / (user + system)) * 1e6 };
}

const sampleOf = (cycle: number, k: number): Sample => ({
  channel: `FT-${1000 + k}`,
  timeMs: T0 + cycle * 1000,
  value: Math.fround(10 + Math.sin(cycle / 7 + k)),
  quality: 'good',
  reason: 'none',
  origin: 'device',
  raw: '4120f5c3',
});
const cycleOf = (cycle: number): Sample[] => Array.from({ length: CHANNELS }, (_, k) => sampleOf(cycle, k));
const recordsOf = (cycle: number): JournalRecord[] => cycleOf(cycle).map((sample) => ({ kind: 'sample', sample }));
const PER_GROUP = BATCH / CHANNELS;
function groupsOf(cycles: number): JournalGroup[] {
  return Array.from({ length: Math.ceil(cycles / PER_GROUP) }, (_, g) => ({
    seq: g + 1,
    sha256: '',
    records: Array.from({ length: PER_GROUP }, (__, k) => recordsOf(g * PER_GROUP + k)).flat(),
  }));
}

/** What one cycle of a device brings, and how it is appended. */
type Appended = (journal: Journal, cycle: number) => () => Promise<number>;

/** As sources that ask for many registers hand it on: the channels of one moment as columns, the registers as they came. */
const inBatches: Appended = (journal, cycle) => {
  const batch: SampleBatch = {
    channels: NAMES,
    timeMs: T0 + cycle * 1000,
    origin: 'device',
    values: Float64Array.from(NAMES, (_, k) => sampleOf(cycle, k).value!),
    reasons: new Uint8Array(CHANNELS),
    raw: { kind: 'registers', data: REGISTERS, at: STARTS, end: STARTS.map((at) => at + 4) },
  };
  return () => journal.appendBatch(batch);
};
const NAMES = Array.from({ length: CHANNELS }, (_, k) => sampleOf(0, k).channel);
const REGISTERS = Uint8Array.from({ length: 4 * CHANNELS }, (_, i) => 7 * i);
const STARTS = Uint16Array.from(NAMES, (_, k) => 4 * k);

/** As the others do: a record a sample. */
const inRecords: Appended = (journal, cycle) => {
  const records = recordsOf(cycle);
  return () => journal.append(records);
};

/** From the reading to the committed row: appended to the journal and fsynced, handed on or read back, stored. */
async function wholePath(dir: string, cycles: number, appended: Appended): Promise<Rate> {
  const journal = await openJournal(dir, { plant: 'bench' });
  const store = await openDuckdbStore(`${dir}.duckdb`, { threads: 1, memory: '512MB' });
  const due = Array.from({ length: cycles }, (_, cycle) => appended(journal, cycle));
  const rate = await timed(cycles * CHANNELS, async () => {
    const ending = new AbortController();
    const following = follow(journal, store, { signal: ending.signal });
    let next = 0;
    const feed = async (): Promise<void> => {
      while (next < cycles) await due[next++]!();
    };
    await Promise.all(Array.from({ length: 40 }, feed));
    ending.abort();
    await following;
  });
  const stored = [...(await store.reader.counts()).values()].reduce((sum, count) => sum + count, 0);
  if (stored !== cycles * CHANNELS) throw new Error(`${stored} of ${cycles * CHANNELS} samples stored`);
  await store.close();
  await journal.close();
  return rate;
}

async function duckdbStore(path: string): Promise<Rate> {
  const store = await openDuckdbStore(path, { threads: 1, memory: '512MB' });
  const groups = groupsOf(CYCLES);
  const rate = await timed(CYCLES * CHANNELS, async () => {
    for (const group of groups) await store.write([group]);
  });
  await store.close();
  return rate;
}

/** Chunks of the same columns, appended and committed batch by batch, with nothing else done. */
async function duckdbRaw(path: string): Promise<Rate> {
  const instance = await DuckDBInstance.create(path, { threads: '1', memory_limit: '512MB' });
  const connection = await instance.connect();
  await connection.run('CREATE TABLE s(channel INTEGER, time DOUBLE, value DOUBLE, quality UTINYINT, reason UTINYINT, origin UTINYINT)');
  const types = [INTEGER, DOUBLE, DOUBLE, UTINYINT, UTINYINT, UTINYINT];
  const rate = await timed(CYCLES * CHANNELS, async () => {
    for (let cycle = 0; cycle < CYCLES; cycle += PER_GROUP) {
      await connection.run('BEGIN');
      const appender = await connection.createAppender('s');
      for (let k = 0; k < PER_GROUP; k += 1) {
        const chunk = DuckDBDataChunk.create(types, CHANNELS);
        const samples = cycleOf(cycle + k);
        const columns = [
          samples.map((_, i) => i),
          samples.map((s) => s.timeMs),
          samples.map((s) => s.value),
          ...[0, 0, 0].map((c) => samples.map(() => c)),
        ];
        for (const [at, column] of columns.entries()) chunk.setColumnValues(at, column);
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
      appender.closeSync();
      await connection.run('COMMIT');
    }
  });
  connection.closeSync();
  instance.closeSync();
  return rate;
}

async function written(store: Store, cycles: number): Promise<Rate> {
  const groups = groupsOf(cycles);
  const write = async (some: readonly JournalGroup[]): Promise<void> => {
    for (let from = 0; from < some.length; from += AT_ONCE) await store.write(some.slice(from, from + AT_ONCE));
  };
  await write(groups.slice(0, AT_ONCE));
  const rate = await timed((groups.length - AT_ONCE) * BATCH, () => write(groups.slice(AT_ONCE)));
  await store.close();
  return rate;
}

/** The same lines, made beforehand, posted one batch after another. */
async function rawLines(url: string, database: string): Promise<Rate> {
  const lineOf = lineWriter(database, null);
  const bodies = groupsOf(CYCLES).map(({ records }) =>
    records.map((record) => (record.kind === 'sample' ? lineOf(record.sample) : '')).join('\n'),
  );
  const post = async (some: readonly string[]): Promise<void> => {
    for (const body of some) {
      const answer = await fetch(`${url}/write?db=${database}&precision=ms`, { method: 'POST', body });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      await answer.arrayBuffer();
    }
  };
  await post(bodies.slice(0, AT_ONCE));
  return timed((bodies.length - AT_ONCE) * BATCH, () => post(bodies.slice(AT_ONCE)));
}

/** The `influx` package's own way. */
async function writePoints(url: string, database: string): Promise<Rate> {
  const { hostname: host, port } = new URL(url);
  const fields = { v: FieldType.FLOAT, q: FieldType.INTEGER, r: FieldType.INTEGER, o: FieldType.INTEGER };
  const client = new InfluxDB({
    host,
    port: Number(port),
    database,
    schema: [{ measurement: 'sample', tags: ['plant', 'channel'], fields }],
  });
  const samples = groupsOf(CYCLES).map(({ records }) => records.flatMap((record) => (record.kind === 'sample' ? [record.sample] : [])));
  const write = async (some: typeof samples): Promise<void> => {
    for (const batch of some) {
      const points = batch.map(({ channel, timeMs, value }) => ({
        measurement: 'sample',
        tags: { plant: database, channel },
        fields: { v: value, q: 0, r: 0, o: 0 },
        timestamp: timeMs,
      }));
      await client.writePoints(points, { precision: 'ms' });
    }
  };
  await write(samples.slice(0, AT_ONCE));
  return timed((samples.length - AT_ONCE) * BATCH, () => write(samples.slice(AT_ONCE)));
}
