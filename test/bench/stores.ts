import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOUBLE, DuckDBDataChunk, DuckDBInstance, INTEGER, UTINYINT } from '@duckdb/node-api';
import { FieldType, InfluxDB } from 'influx';
import { EntriesGroup } from '../../collector/journal/group.ts';
import { type Journal, openJournal } from '../../collector/journal/journal.ts';
import type { JournalGroup, JournalRecord } from '../../collector/journal/record.ts';
import type { SampleBatch } from '../../collector/sample/batch.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';
import { follow } from '../../collector/stores/follow.ts';
import { openInflux1Store } from '../../collector/stores/influxdb1/store.ts';
import type { Store } from '../../collector/stores/store.ts';
import { openVictoriaMetricsStore } from '../../collector/stores/victoriametrics/store.ts';
import { lineOf } from '../collector/stores/line.ts';
import { startInfluxd } from '../peers/influxd.ts';
import { startVictoriaMetrics } from '../peers/victoria-metrics.ts';

export const name = 'stores';

const CHANNELS = 500;
const CYCLES = 600;
const BATCH = 10_000;
/** Groups of one turn. In the first ones, which are not counted, servers learn the series, we what they hold of them, and code gets warm. */
const AT_ONCE = 10;
const TURNS = { warm: 2, counted: 9 };
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
    const vm = (id: string) => openVictoriaMetricsStore(plant(id), { engine: 'victoriametrics', url: victoria.url, lineProtocol: 2 });
    for (const [engine, server, open] of [['influxdb1', influxd, influx] as const, ['victoriametrics', victoria, vm] as const]) {
      const [columns, records] = [await open('columns'), await open('records')];
      const pointsOf = pointsWriter(server.url, 'points');
      const ways: Record<Key, Way> = {
        ours: (turn) => writing(groupsOf(turn, inColumns), columns),
        records: (turn) => writing(groupsOf(turn), records),
        lines: (turn) => posting(server.url, 'lines', turn, 1),
        linesTwo: (turn) => posting(server.url, 'linesTwo', turn, 2),
        points: (turn) => pointsOf(samplesOf(turn)),
      };
      if (engine === 'influxdb1') {
        for (const database of KEYS) {
          await fetch(`${server.url}/query`, { method: 'POST', body: new URLSearchParams({ q: `CREATE DATABASE ${database}` }) });
        }
      }
      const turns = await inTurns(ways, server.pid());
      for (const store of [columns, records]) await store.close();
      const of = (which: (turn: Turn) => number): number => median(turns.map(which));
      const rate = (key: Key): Rate => ({
        perSecond: of((turn) => turn[key].perSecond),
        perCpuSecond: of((turn) => turn[key].perCpuSecond),
      });
      add(metrics, engine, rate('ours'));
      add(metrics, `${engine}OfRecords`, rate('records'));
      add(peers, `${engine}RawLines`, rate('lines'));
      add(peers, `${engine}RawLinesTwoUnderWay`, rate('linesTwo'));
      add(peers, `${engine}WritePoints`, rate('points'));
      const lines: Key = rate('lines').perSecond > rate('linesTwo').perSecond ? 'lines' : 'linesTwo';
      metrics[`${engine}ToRawLines`] = of((turn) => turn.ours.perSecond / turn[lines].perSecond);
      metrics[`${engine}OfRecordsToRawLines`] = of((turn) => turn.records.perSecond / turn[lines].perSecond);
      metrics[`${engine}ToWritePoints`] = of((turn) => turn.ours.perSecond / turn.points.perSecond);
      for (const key of ['ours', 'records'] as const) {
        const name = key === 'ours' ? engine : `${engine}OfRecords`;
        metrics[`${name}ToRawLinesInCpuOfBoth`] = of((turn) => turn[lines].cpuUsOfBoth / turn[key].cpuUsOfBoth);
      }
      for (const key of KEYS) (key === 'ours' ? metrics : peers)[`${engine}_${key}_serverCpuUs`] = of((turn) => turn[key].cpuUsOfServer);
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

/** The groups of a turn. @param made of what one cycle brings; records if not given. */
function groupsOf(turn: number, made?: (seq: number, cycles: readonly number[]) => JournalGroup): JournalGroup[] {
  return Array.from({ length: AT_ONCE }, (_, g) => {
    const seq = turn * AT_ONCE + g + 1;
    const cycles = Array.from({ length: PER_GROUP }, (__, k) => (seq - 1) * PER_GROUP + k);
    return made ? made(seq, cycles) : { seq, sha256: '', records: cycles.flatMap(recordsOf) };
  });
}

/** As a journal hands it on where sources bring the channels of one moment. */
const inColumns = (seq: number, cycles: readonly number[]): JournalGroup => new EntriesGroup(seq, '', cycles.map(batchOf));

/** What one cycle of a device brings, and how it is appended. */
type Appended = (journal: Journal, cycle: number) => () => Promise<number>;

/** As sources that ask for many registers hand it on: the channels of one moment as columns, the registers as they came. */
const inBatches: Appended = (journal, cycle) => {
  const batch = batchOf(cycle);
  return () => journal.appendBatch(batch);
};
const batchOf = (cycle: number): SampleBatch => ({
  channels: NAMES,
  timeMs: T0 + cycle * 1000,
  origin: 'device',
  values: Float64Array.from(NAMES, (_, k) => sampleOf(cycle, k).value!),
  reasons: new Uint8Array(CHANNELS),
  raw: { kind: 'registers', data: REGISTERS, at: STARTS, end: STARTS.map((at) => at + 4) },
});
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
  const groups = Array.from({ length: CYCLES / PER_GROUP / AT_ONCE }, (_, turn) => groupsOf(turn)).flat();
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

/** A way to write the rows of a turn: makes ready what is not to be measured, and gives what is. */
type Way = (turn: number) => () => Promise<void>;
const KEYS = ['ours', 'records', 'lines', 'linesTwo', 'points'] as const;
type Key = (typeof KEYS)[number];
type Turn = Record<Key, Rate & { readonly cpuUsOfServer: number; readonly cpuUsOfBoth: number }>;

/**
 * All ways by turns, each with the same rows under a name of its own, in another order each time: whoever shares the machine, and what a
 * server does behind what it was sent, falls on all alike. Ratios are taken within a turn.
 */
async function inTurns(ways: Record<Key, Way>, pid: number): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (let turn = 0; turn < TURNS.warm + TURNS.counted; turn += 1) {
    const measured: Partial<Turn> = {};
    for (let k = 0; k < KEYS.length; k += 1) {
      const key = KEYS[(turn % 2 === 0 ? k + turn : KEYS.length - 1 - k + turn) % KEYS.length]!;
      const write = ways[key](turn);
      const before = cpuSecondsOf(pid);
      const rate = await timed(AT_ONCE * BATCH, write);
      const cpuUsOfServer = ((cpuSecondsOf(pid) - before) * 1e6) / (AT_ONCE * BATCH);
      measured[key] = { ...rate, cpuUsOfServer, cpuUsOfBoth: cpuUsOfServer + 1e6 / rate.perCpuSecond };
    }
    if (turn >= TURNS.warm) turns.push(measured as Turn);
  }
  return turns;
}

function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

const writing = (groups: readonly JournalGroup[], store: Store) => async (): Promise<void> => {
  for (let from = 0; from < groups.length; from += AT_ONCE / 2) await store.write(groups.slice(from, from + AT_ONCE / 2));
};

/** The same lines, made beforehand, posted in their order, so many bodies under way. */
function posting(url: string, database: string, turn: number, underWay: number): () => Promise<void> {
  const bodies = groupsOf(turn).map((group) =>
    Buffer.from(group.records.map((record) => (record.kind === 'sample' ? lineOf(database, record.sample) : '')).join('\n')),
  );
  let next = 0;
  const post = async (): Promise<void> => {
    while (next < bodies.length) {
      const answer = await fetch(`${url}/write?db=${database}&precision=ms`, { method: 'POST', body: bodies[next++]! });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
      await answer.arrayBuffer();
    }
  };
  return () => Promise.all(Array.from({ length: underWay }, post)).then(() => undefined);
}

const samplesOf = (turn: number): Sample[][] =>
  groupsOf(turn).map(({ records }) => records.flatMap((record) => (record.kind === 'sample' ? [record.sample] : [])));

/** The `influx` package's own way. */
function pointsWriter(url: string, database: string): (batches: readonly (readonly Sample[])[]) => () => Promise<void> {
  const { hostname: host, port } = new URL(url);
  const fields = { v: FieldType.FLOAT, q: FieldType.INTEGER, r: FieldType.INTEGER, o: FieldType.INTEGER };
  const client = new InfluxDB({
    host,
    port: Number(port),
    database,
    schema: [{ measurement: 'sample', tags: ['plant', 'channel'], fields }],
  });
  return (batches) => async () => {
    for (const batch of batches) {
      const points = batch.map(({ channel, timeMs, value }) => ({
        measurement: 'sample',
        tags: { plant: database, channel },
        fields: { v: value, q: 0, r: 0, o: 0 },
        timestamp: timeMs,
      }));
      await client.writePoints(points, { precision: 'ms' });
    }
  };
}
