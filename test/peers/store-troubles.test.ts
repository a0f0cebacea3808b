import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Sample } from '../../collector/sample/sample.ts';
import { openInflux1Store } from '../../collector/stores/influxdb1/store.ts';
import { openInflux2Store } from '../../collector/stores/influxdb2/store.ts';
import type { Store } from '../../collector/stores/store.ts';
import { openVictoriaMetricsStore } from '../../collector/stores/victoriametrics/store.ts';
import { type Bench, group, sample, storeContract } from '../collector/stores/contract.ts';
import { type Gateway, startGateway, type Trouble } from './gateway.ts';
import { type Influxd, startInfluxd } from './influxd.ts';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.ts';

const T0 = Date.UTC(2026, 2, 1);
/** How long a server that answers may take, and how long one that never does is waited for. */
const [PATIENT_MS, SILENT_MS] = [120_000, 1000];
const TOKEN = 'a-token-of-the-test';

let influxd: Influxd;
let victoria: VictoriaMetrics;
let plain: Gateway;
let asInflux2: Gateway;
let beforeVictoria: Gateway;
let places = 0;

beforeAll(async () => {
  [influxd, victoria] = await Promise.all([startInfluxd(), startVictoriaMetrics()]);
  plain = await startGateway(() => influxd.url);
  asInflux2 = await startGateway(() => influxd.url, { influxdb2Token: TOKEN });
  beforeVictoria = await startGateway(() => victoria.url);
  process.env.LIANGHENG_TEST_TOKEN = TOKEN;
});
afterAll(async () => {
  delete process.env.LIANGHENG_TEST_TOKEN;
  for (const gateway of [plain, asInflux2, beforeVictoria]) await gateway?.close();
  await influxd?.remove();
  await victoria?.remove();
});
afterEach(() => {
  for (const gateway of [plain, asInflux2, beforeVictoria]) gateway.troubles.length = 0;
});

async function plantOf(): Promise<{ id: string; path: string; dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-troubles-'));
  places += 1;
  return { id: `p${places}`, path: join(dataDir, 'plant.yaml'), dataDir };
}

/** A store whose patience can be told. */
interface Place extends Bench {
  open(timeoutMs?: number): Promise<Store>;
}

async function influx1(): Promise<Place> {
  const plant = await plantOf();
  const definition = { engine: 'influxdb1', url: plain.url, database: plant.id } as const;
  return { open: (timeoutMs = PATIENT_MS) => openInflux1Store(plant, definition, timeoutMs) };
}

async function influx2(): Promise<Place> {
  const plant = await plantOf();
  await fetch(`${influxd.url}/query`, { method: 'POST', body: new URLSearchParams({ q: `CREATE DATABASE "${plant.id}"` }) });
  const token = { env: 'LIANGHENG_TEST_TOKEN' };
  const definition = { engine: 'influxdb2', url: asInflux2.url, org: 'o', bucket: plant.id, token } as const;
  return { open: (timeoutMs = PATIENT_MS) => openInflux2Store(plant, definition, timeoutMs) };
}

async function victoriametrics(): Promise<Place> {
  const plant = await plantOf();
  const definition = { engine: 'victoriametrics', url: beforeVictoria.url, lineProtocol: 2 } as const;
  return { open: (timeoutMs = PATIENT_MS) => openVictoriaMetricsStore(plant, definition, timeoutMs) };
}

describe('the InfluxDB 2.x store, its address translated to influxd 1.6', () => {
  storeContract(influx2);

  it('writes nothing with another token and loses nothing by it', async () => {
    const store = await (await influx2()).open();
    const plant = await plantOf();
    process.env.LIANGHENG_TEST_TOKEN = 'wrong';
    const stranger = await openInflux2Store(plant, {
      engine: 'influxdb2',
      url: asInflux2.url,
      org: 'o',
      bucket: 'any',
      token: { env: 'LIANGHENG_TEST_TOKEN' },
    });
    process.env.LIANGHENG_TEST_TOKEN = TOKEN;
    await expect(stranger.write([group(1, [sample('F1', T0, 1)])])).rejects.toMatchObject({ statusCode: 401 });
    expect(await stranger.cursor()).toBe(0);
    await store.write([group(1, [sample('F1', T0, 1)])]);
    expect(await store.cursor()).toBe(1);
  });
});

const ENGINES: readonly (readonly [string, () => Promise<Place>, () => Gateway])[] = [
  ['influxdb1', influx1, () => plain],
  ['influxdb2', influx2, () => asInflux2],
  ['victoriametrics', victoriametrics, () => beforeVictoria],
];

describe.each(ENGINES)('%s in trouble', (_, place, gatewayOf) => {
  const samples: Sample[] = Array.from({ length: 300 }, (__, i) => sample(`F${i % 3}`, T0 + 60_000 * i, i % 10 === 0 ? null : i));
  const valuesOf = async (store: Store): Promise<number[]> => [...(await store.reader.samples('F1', 0, 4e12)).value];
  const due = samples.filter(({ channel }) => channel === 'F1').map(({ value }) => value ?? Number.NaN);

  it.each<Trouble>([401, 403, 404, 429, 500, 502, 503, 504, 'cut', 'cut-answer', 'cut-in-half', 'silent'])(
    '%s: keeps its cursor, sets nothing aside, and stores everything once when it is sent again',
    async (trouble) => {
      const gateway = gatewayOf();
      const { open } = await place();
      const store = await open();
      await store.write([group(1, samples.slice(0, 100))]);
      const tried = trouble === 'silent' ? await open(SILENT_MS) : store;
      gateway.troubles.push(trouble, trouble);
      for (let attempt = 0; attempt < 2; attempt += 1) {
        await expect(tried.write([group(2, samples.slice(100))])).rejects.toThrow();
        expect(await tried.cursor()).toBe(1);
      }
      // A busy server may have been given up before the gateway had anything to be silent about.
      gateway.troubles.length = 0;
      await store.write([group(2, samples.slice(100))]);
      expect(await store.cursor()).toBe(2);
      expect(store.quarantine?.count).toBe(0);
      expect(await valuesOf(store)).toEqual(due);
      expect([...(await store.reader.counts()).values()]).toEqual([100, 100, 100]);
      expect(tried.quarantine?.count).toBe(0);
      await store.close();
    },
  );

  it('413: halves the batch until it is taken', async () => {
    const store = await (await place()).open();
    gatewayOf().troubles.push(413, 413, 413);
    await store.write([group(1, samples)]);
    expect(await store.cursor()).toBe(1);
    expect(store.quarantine?.count).toBe(0);
    expect(await valuesOf(store)).toEqual(due);
    await store.close();
  });

  it('400 on one sample: sets it aside with the reason, stores it when told to try again', async () => {
    const store = await (await place()).open();
    gatewayOf().troubles.push(400);
    await store.write([group(1, samples.slice(0, 1))]);
    expect(store.quarantine?.count).toBe(1);
    expect(await store.cursor()).toBe(1);
    expect(await store.reader.counts()).toEqual(new Map());
    expect(await store.quarantine?.list()).toMatchObject([{ sample: samples[0], reason: expect.stringContaining('made up 400') }]);
    expect(await store.quarantine?.replay((again) => store.restore(again))).toEqual({ replayed: 1, left: 0 });
    expect(await store.reader.counts()).toEqual(new Map([['F0', 1]]));
    expect(await store.quarantine?.list()).toEqual([]);
    await store.close();
  });
});
