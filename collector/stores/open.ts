import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Plant } from '../../config/plant/plant.ts';
import type { StoreDefinition } from '../../config/plant/schema.ts';
import { Fault } from '../../config/words/fault.ts';
import type { ChannelSpec } from '../sample/partial.ts';
import { openStoreInPlace } from './duckdb/in-place.ts';
import { connectReader, serveReader, socketPath } from './duckdb/socket.ts';
import { openDuckdbStore } from './duckdb/store.ts';
import type { Results } from './results.ts';
import type { Store, StoreReader } from './store.ts';

/** The file of a plant's local store. */
export const databasePath = (plant: Plant): string => join(plant.dataDir, 'samples.duckdb');

type Duckdb = Extract<StoreDefinition, { engine: 'duckdb' }>;
const duckdbOf = (plant: Plant): Duckdb | undefined => plant.file.stores.find((store) => store.engine === 'duckdb');

/**
 * Opens every store of a plant for writing, in the order of the plant file. The process that does this owns the DuckDB file and serves
 * it to others until the stores are closed.
 *
 * @param options.specs channels whose hour partials are to be at hand before anyone asks.
 * @throws Fault store.locked where another process owns the file.
 */
export async function openStores(
  plant: Plant,
  options: { readonly owner: true; readonly specs?: readonly ChannelSpec[] },
): Promise<Store[]> {
  await mkdir(plant.dataDir, { recursive: true, mode: 0o700 });
  const stores: Store[] = [];
  try {
    for (const definition of plant.file.stores) stores.push(await openStore(plant, definition, options.specs));
    return stores;
  } catch (error) {
    for (const store of stores) await store.close();
    throw error;
  }
}

async function openStore(plant: Plant, definition: StoreDefinition, specs: readonly ChannelSpec[] = []): Promise<Store> {
  if (definition.engine !== 'duckdb') return openRemoteStore(plant, definition);
  const store = await openStoreInPlace(databasePath(plant), { ...definition, specs, patienceMs: OWNER_PATIENCE_MS });
  const stopServing = await serveReader(store.reader, await socketPath(plant.dataDir), store.results);
  return {
    engine: store.engine,
    place: databasePath(plant),
    reader: store.reader,
    cursor: () => store.cursor(),
    write: (groups) => store.write(groups),
    restore: (samples) => store.restore(samples),
    rewind: (seq) => store.rewind(seq),
    ...(store.check ? { check: store.check.bind(store) } : {}),
    batchRecords: store.batchRecords,
    ...(store.results ? { results: store.results } : {}),
    async close() {
      await stopServing();
      await store.close();
    },
  };
}

/** Opens a store on a server; needs neither the server nor an owner. What talks to it is loaded only where a plant has one. */
export async function openRemoteStore(plant: Plant, definition: Exclude<StoreDefinition, Duckdb>): Promise<Store> {
  switch (definition.engine) {
    case 'influxdb1':
      return (await import('./influxdb1/store.ts')).openInflux1Store(plant, definition);
    case 'influxdb2':
      return (await import('./influxdb2/store.ts')).openInflux2Store(plant, definition);
    case 'victoriametrics':
      return (await import('./victoriametrics/store.ts')).openVictoriaMetricsStore(plant, definition);
    case 'mqtt':
      return (await import('./mqtt/store.ts')).openMqttStore(plant, definition);
  }
}

/** A reader that is closed when it is done with. */
export type OpenReader = StoreReader & {
  close(): Promise<void>;
  /** The last group of the journal that the store holds; absent where another process owns the store and keeps it up. */
  cursor?(): Promise<number>;
  /** What was worked out of the readings and kept beside them, or said of their counting; absent where it cannot be read. */
  readonly results?: Pick<Results, 'read'>;
};

/** Commands hold the file open for seconds while no owner runs. */
const OWNER_PATIENCE_MS = 10_000;
const READER_PATIENCE_MS = 2_000;

/**
 * Opens a plant's readings for reading, whoever owns them: asks the owner over its socket where one runs, opens the DuckDB file
 * otherwise. Without a DuckDB store the plant's first store is read.
 *
 * @throws Fault store.locked where the file is held by a process that does not answer.
 */
export async function openReader(plant: Plant): Promise<OpenReader> {
  const duckdb = duckdbOf(plant);
  if (duckdb === undefined) {
    const [first] = plant.file.stores;
    if (first === undefined || first.engine === 'duckdb') throw noStore(plant);
    return closable(await openRemoteStore(plant, first));
  }
  const [socket, path] = [await socketPath(plant.dataDir), databasePath(plant)];
  const giveUpMs = Date.now() + READER_PATIENCE_MS;
  for (;;) {
    const remote = await connectReader(socket);
    if (remote !== null) return remote;
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    try {
      return closable(await openDuckdbStore(exists ? path : ':memory:', { ...duckdb, readOnly: exists }));
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'store.locked' || Date.now() > giveUpMs) throw error;
      await setTimeout(100);
    }
  }
}

const closable = (store: Store): OpenReader => {
  const { reader } = store;
  return {
    samples: (...args) => reader.samples(...args),
    ...(reader.samplesOfFirst ? { samplesOfFirst: reader.samplesOfFirst.bind(reader) } : {}),
    ...(reader.exportTo ? { exportTo: reader.exportTo.bind(reader) } : {}),
    ...(reader.span ? { span: reader.span.bind(reader) } : {}),
    latest: (...args) => reader.latest(...args),
    partials: (...args) => reader.partials(...args),
    counts: () => reader.counts(),
    cursor: () => store.cursor(),
    ...(store.results ? { results: store.results } : {}),
    close: () => store.close(),
  };
};

const noStore = (plant: Plant): Fault =>
  new Fault({ code: 'store.none', place: plant.path, zh: '企业文件没有配置任何存储', en: 'the plant file configures no store' });
