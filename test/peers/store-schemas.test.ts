import { readdirSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCentralStore } from '../../collector/stores/central.ts';
import { openInflux1Store } from '../../collector/stores/influxdb1/store.ts';
import { openInflux2Store } from '../../collector/stores/influxdb2/store.ts';
import { centralChannel } from '../../collector/stores/mqtt/message.ts';
import { SCHEMA } from '../../collector/stores/schema.ts';
import type { Store } from '../../collector/stores/store.ts';
import { openVictoriaMetricsStore } from '../../collector/stores/victoriametrics/store.ts';
import { parsePlant } from '../../config/plant/load.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { group, sample } from '../collector/stores/contract.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { type Influxd, startInfluxd } from './influxd.ts';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.ts';

const T0 = Date.UTC(2026, 2, 1);
const CASES = join(import.meta.dirname, '../cases/store-schemas');
const TOKEN = 'a-token-of-the-test';
const versions = readdirSync(CASES).filter((name) => name.endsWith('.lp'));

let influxd: Influxd;
let victoria: VictoriaMetrics;
let asInflux2: Gateway;
let places = 0;
beforeAll(async () => {
  process.env.LIANGHENG_SCHEMA_TOKEN = TOKEN;
  [influxd, victoria] = await Promise.all([startInfluxd(), startVictoriaMetrics()]);
  asInflux2 = await startGateway(() => influxd.url, { influxdb2Token: TOKEN });
}, 120_000);
afterAll(async () => {
  delete process.env.LIANGHENG_SCHEMA_TOKEN;
  await asInflux2?.close();
  await influxd?.remove();
  await victoria?.remove();
});

/** A server on which this text of line protocol stands, as a release left it, and the store of today on it. */
type Open = (plant: Plant, left: string) => Promise<Store>;

async function post(url: string, body: string): Promise<void> {
  expect((await fetch(url, { method: 'POST', body })).status).toBe(204);
}

async function inInfluxd(database: string, left: string): Promise<void> {
  await fetch(`${influxd.url}/query`, { method: 'POST', body: new URLSearchParams({ q: `CREATE DATABASE "${database}"` }) });
  if (left !== '') await post(`${influxd.url}/write?precision=ms&db=${database}`, left);
}

const ENGINES: readonly (readonly [string, Open])[] = [
  [
    'influxdb1',
    async (plant, left) => {
      await inInfluxd(plant.id, left);
      return openInflux1Store(plant, { engine: 'influxdb1', url: influxd.url, database: plant.id });
    },
  ],
  [
    'influxdb2',
    async (plant, left) => {
      await inInfluxd(plant.id, left);
      const token = { env: 'LIANGHENG_SCHEMA_TOKEN' };
      return openInflux2Store(plant, { engine: 'influxdb2', url: asInflux2.url, org: 'o', bucket: plant.id, token });
    },
  ],
  [
    'victoriametrics',
    async (plant, left) => {
      if (left !== '') await post(`${victoria.url}/write?precision=ms`, left);
      return openVictoriaMetricsStore(plant, { engine: 'victoriametrics', url: victoria.url, lineProtocol: 1 });
    },
  ],
];

async function plantOf(): Promise<Plant> {
  places += 1;
  const text = `
liangheng: 1
plant: { id: s${places}, name: 试验厂, jurisdiction: yunnan }
units: [{ id: P, name: 厂, level: plant }]
media: [{ id: water, name: 水, unit: m3 }]
meters:
  - { id: F1, name: 进水, kind: counter, unit: m3, accuracy: { class: "1", percentOfReading: 1 } }
  - { id: F2, name: 出水, kind: counter, unit: m3, accuracy: { class: "1", percentOfReading: 1 }, channels: { flow: { kind: rate, unit: m3/h } } }
points: [{ id: P1, name: 进水, kind: water, level: 2, unit: P, meters: [{ meter: F1 }] }]
streams: [{ id: in, name: 进水, from: ENV, to: P, medium: water, amount: { by: meter, meter: F1 } }]
`;
  const plant = parsePlant(text, join(await mkdtemp(join(tmpdir(), 'liangheng-schema-')), 'plant.yaml'));
  return { ...plant, dataDir: join(plant.path, '..', 'data') };
}
const versionsIn = async (store: Store): Promise<(number | undefined)[]> =>
  (await store.results!.read('schema', 0, 9e12)).map(({ fields }) => fields.version);

describe.each(ENGINES)('the layout on a server: %s', (_, open) => {
  it.each(versions)(
    '%s is brought forward by the first write, and all that stood there stands there',
    async (name) => {
      const plant = await plantOf();
      const left = (await readFile(join(CASES, name), 'utf8')).replaceAll('plant=p1', `plant=${plant.id}`);
      const store = await open(plant, left);
      await store.write([group(1, [sample('F1', T0 + 600_000, 10.5)])]);
      const values = async (channel: string) => [...(await store.reader.samples(channel, 0, 9e12)).value];
      expect(await values('F1')).toEqual(Array.from({ length: 11 }, (__, i) => i + 0.5));
      expect(await values('F2.flow')).toEqual(Array.from({ length: 10 }, (__, i) => 100 - i));
      expect(await store.results!.read('balance', 0, 9e12)).toMatchObject([{ fields: { in: 100, imbalance: 1 } }]);
      // The mark that a release left is old, so that another stands beside it, once.
      const marks = await versionsIn(store);
      expect(marks.at(-1)).toBe(SCHEMA);
      const known = await store.results!.read('channel', 0, 9e12);
      expect(known.map(({ tags }) => tags)).toContainEqual({ channel: 'F1', meter: 'F1', medium: 'water', level: '2', unit: 'm3' });
      expect(known.map(({ tags }) => tags)).toContainEqual({ channel: 'F2.flow', meter: 'F2', unit: 'm3/h' });
      await store.write([group(2, [sample('F1', T0 + 660_000, 11.5)])]);
      expect(await versionsIn(store)).toEqual(marks);
      await store.close();
    },
    60_000,
  );

  it('of a newer release is left alone', async () => {
    const plant = await plantOf();
    const store = await open(plant, `schema,plant=${plant.id} version=${SCHEMA + 1} ${T0}\n`);
    const write = store.write([group(1, [sample('F1', T0, 1)])]);
    await expect(write).rejects.toMatchObject({ code: 'store.format' });
    await expect(store.results!.write([{ measurement: 'root', timeMs: T0, tags: {}, fields: { seq: 1 } }])).rejects.toThrow();
    expect(await store.cursor()).toBe(0);
    expect(await store.reader.counts()).toEqual(new Map());
    await store.close();
  }, 60_000);
});

it.each(['influxdb1', 'victoriametrics'] as const)(
  'stands without a plant where many plants write: %s',
  async (engine) => {
    const dir = await mkdtemp(join(tmpdir(), 'liangheng-schema-'));
    const url = engine === 'influxdb1' ? influxd.url : victoria.url;
    const definition =
      engine === 'influxdb1' ? ({ engine, url, database: 'centre' } as const) : ({ engine, url, lineProtocol: 2 } as const);
    for (let seq = 1; seq <= 3; seq += 1) {
      const store = openCentralStore(definition, join(dir, 'centre.yaml'), dir, 'c1');
      await store.write([group(seq, [sample(centralChannel('p1', 0, 'F1'), T0 + seq, seq)])]);
      expect(await versionsIn(store)).toEqual([SCHEMA]);
      await store.close();
    }
  },
  60_000,
);

it('has a file for each version', () => {
  expect(new Set(versions)).toEqual(new Set(Array.from({ length: SCHEMA }, (_, k) => `version-${k + 1}.lp`)));
});
