import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfluxDB } from 'influx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInflux1Store } from '../../collector/stores/influxdb1/store.ts';
import type { Store } from '../../collector/stores/store.ts';
import { type Bench, group, sample, storeContract } from '../collector/stores/contract.ts';
import { type Influxd, startInfluxd } from './influxd.ts';

describe('the InfluxDB 1.x store against influxd', () => {
  let influxd: Influxd;
  let databases = 0;
  beforeAll(async () => {
    influxd = await startInfluxd();
  });
  afterAll(() => influxd.remove());

  interface Place extends Bench {
    readonly dataDir: string;
    readonly database: string;
  }
  async function fresh(): Promise<Place> {
    const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-influx-'));
    databases += 1;
    const database = `plant ${databases}`;
    const plant = { id: 'p1', path: join(dataDir, 'plant.yaml'), dataDir };
    const open = (): Promise<Store> => openInflux1Store(plant, { engine: 'influxdb1', url: influxd.url, database });
    return { open, dataDir, database };
  }
  const T0 = Date.UTC(2026, 2, 1);

  storeContract(fresh);

  it('creates its database with retention without end, and fields of fixed types', async () => {
    const { open, database } = await fresh();
    const store = await open();
    await store.write([group(1, [sample('F1', T0, 3), sample('F1', T0 + 1, null)])]);
    const url = new URL(influxd.url);
    const client = new InfluxDB({ host: url.hostname, port: Number(url.port), database });
    expect([...(await client.showRetentionPolicies(database))]).toMatchObject([{ name: 'readings', duration: '0s', default: true }]);
    const fields = await client.query<{ fieldKey: string; fieldType: string }>('SHOW FIELD KEYS FROM "sample"');
    expect(Object.fromEntries(fields.map(({ fieldKey, fieldType }) => [fieldKey, fieldType]))).toEqual({
      v: 'float',
      q: 'integer',
      r: 'integer',
      o: 'integer',
    });
  });

  it('creates its database again where somebody dropped it, says so, and begins again with the journal', async () => {
    const { open, database } = await fresh();
    const store = await open();
    const first = group(1, [sample('F1', T0, 1)]);
    const second = group(2, [sample('F1', T0 + 1000, 2)]);
    await store.write([first]);
    const url = new URL(influxd.url);
    const client = new InfluxDB({ host: url.hostname, port: Number(url.port), database });
    await client.dropDatabase(database);
    await expect(store.write([second])).rejects.toThrow(/not found/);
    expect(await store.cursor()).toBe(1);
    await expect(store.write([second])).rejects.toMatchObject({ code: 'store.emptied', place: `${influxd.url} ${database}` });
    expect(await store.cursor()).toBe(0);
    await store.write([first, second]);
    expect([...(await store.reader.samples('F1', 0, 4e12)).value]).toEqual([1, 2]);
    expect([...(await client.showRetentionPolicies(database))]).toMatchObject([{ name: 'readings', duration: '0s', default: true }]);
  });

  it('keeps its cursor where the server is away, and goes on when it is back', async () => {
    const { open } = await fresh();
    const store = await open();
    await store.write([group(1, [sample('F1', T0, 1)])]);
    await influxd.kill();
    await expect(store.write([group(2, [sample('F1', T0 + 1000, 2)])])).rejects.toThrow();
    expect(await store.cursor()).toBe(1);
    await influxd.start();
    await expect
      .poll(
        () =>
          store.write([group(2, [sample('F1', T0 + 1000, 2)])]).then(
            () => store.cursor(),
            () => 1,
          ),
        { timeout: 120_000 },
      )
      .toBe(2);
    expect((await store.reader.counts()).get('F1')).toBe(2);
  });

  it('sets a refused sample aside with the reason and stores the others of its batch', async () => {
    const { open, dataDir } = await fresh();
    const store = await open();
    // No InfluxDB keeps an instant beyond the year 2262.
    const tooLate = sample('F1', Date.UTC(2300, 0, 1), 1);
    const good = Array.from({ length: 50 }, (_, i) => sample('F1', T0 + i, i));
    await store.write([group(1, [...good.slice(0, 20), tooLate, ...good.slice(20)])]);
    expect((await store.reader.counts()).get('F1')).toBe(50);
    expect(await store.cursor()).toBe(1);
    const [file] = await readdir(join(dataDir, 'quarantine'));
    const lines = (await readFile(join(dataDir, 'quarantine', file!), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      sample: { channel: 'F1', timeMs: tooLate.timeMs },
      reason: expect.stringMatching(/time/),
    });
  });
});
