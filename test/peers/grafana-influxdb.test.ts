import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInflux1Store } from '../../collector/stores/influxdb1/store.ts';
import { group, sample } from '../collector/stores/contract.ts';
import { dashboard, interpolate, queriesOf, variablesOf } from './grafana-dashboard.ts';
import { type Influxd, startInfluxd } from './influxd.ts';

interface Answer {
  readonly results: readonly { readonly error?: string; readonly series?: readonly Series[] }[];
}
interface Series {
  readonly tags?: { readonly channel?: string };
  readonly columns: readonly string[];
  readonly values: readonly (readonly (number | string | null)[])[];
}

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 2, 1);
const board = dashboard('readings-influxdb');
const values = {
  plant: 'p1',
  channel: '.*',
  __interval: '5m',
  timeFilter: `time >= ${T0}ms AND time <= ${T0 + 60 * MINUTE}ms`,
};

describe('the InfluxDB dashboard against influxd', () => {
  let influxd: Influxd;
  beforeAll(async () => {
    influxd = await startInfluxd();
    const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-grafana-'));
    const plant = { id: 'p1', path: join(dataDir, 'plant.yaml'), dataDir };
    const store = await openInflux1Store(plant, { engine: 'influxdb1', url: influxd.url, database: 'liangheng' });
    const minutes = Array.from({ length: 60 }, (_, i) => i);
    await store.write([
      group(1, [
        ...minutes.map((i) => sample('FT-1', T0 + i * MINUTE, 100 + 2 * i)),
        ...minutes.map((i) => sample('FT-2.flow', T0 + i * MINUTE, i < 45 ? 7 : null)),
      ]),
    ]);
  });
  afterAll(() => influxd?.remove());

  /** Asked as Grafana's data source asks: InfluxQL by POST. */
  async function ask(query: string): Promise<readonly Series[]> {
    const answer = await fetch(`${influxd.url}/query?db=liangheng&epoch=ms`, { method: 'POST', body: new URLSearchParams({ q: query }) });
    const [result] = ((await answer.json()) as Answer).results;
    expect(result?.error).toBeUndefined();
    return result?.series ?? [];
  }

  it.each(variablesOf(board))('variable $name finds something to choose from', async ({ name, text }) => {
    const found = (await ask(interpolate(text, values))).flatMap((series) => series.values.map(([, value]) => value));
    expect(found).toEqual(name === 'plant' ? ['p1'] : ['FT-1', 'FT-2.flow']);
  });

  it.each(queriesOf(board))('panel query gives rows: $name', async ({ text }) => {
    const rows = (await ask(interpolate(text, values))).flatMap((series) => series.values.map((row) => row[1]));
    expect(rows.some((value) => typeof value === 'number')).toBe(true);
  });

  const query = (title: RegExp): string => interpolate(queriesOf(board).find(({ name }) => title.test(name))!.text, values);
  const of = (series: readonly Series[], channel: string) => series.find(({ tags }) => tags?.channel === channel)!.values;

  it('shows a gap as a gap', async () => {
    const means = of(await ask(query(/Readings A/)), 'FT-2.flow');
    expect(means.find(([time]) => time === T0 + 40 * MINUTE)![1]).toBe(7);
    expect(means.find(([time]) => time === T0 + 50 * MINUTE)?.[1] ?? null).toBeNull();
  });

  it('counts what is missing, its share and the rise of a counter', async () => {
    const missing = of(await ask(query(/Missing readings/)), 'FT-2.flow');
    expect(missing.reduce((sum, [, n]) => sum + Number(n), 0)).toBe(15);
    expect(of(await ask(query(/Share/)), 'FT-2.flow')[0]![1]).toBe(0.75);
    expect(of(await ask(query(/Rise/)), 'FT-1')[1]![1]).toBe(120);
  });

  it('keeps to the channels chosen', async () => {
    const text = queriesOf(board)[0]!.text;
    const series = await ask(interpolate(text, { ...values, channel: '(FT-1)' }));
    expect(series.map(({ tags }) => tags?.channel)).toEqual(['FT-1']);
  });
});
