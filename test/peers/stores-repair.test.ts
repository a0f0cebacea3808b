import { readFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { InfluxDB } from 'influx';
import { beforeAll, describe, expect, it } from 'vitest';
import { journalDir } from '../../cli/collecting.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { hourOf } from '../../collector/sample/hour.ts';
import type { Audit } from '../../collector/stores/audit.ts';
import { follow } from '../../collector/stores/follow.ts';
import { databasePath, openStores } from '../../collector/stores/open.ts';
import { loadPlant } from '../../config/plant/load.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { called } from '../cli/called.ts';
import { sample } from '../collector/stores/contract.ts';
import { storedPlant } from './stored-plant.ts';

const HOUR = 3_600_000;
const T0 = hourOf(Date.now()) - 4 * HOUR;
const EVERY_MS = 60_000;
const READINGS = 240;
const LOST = { fromMs: T0 + HOUR, toMs: T0 + HOUR + 10 * EVERY_MS } as const;
const ALTERED_MS = T0 + 2 * HOUR + 5 * EVERY_MS;

type Row = Audit & { readonly left: number; readonly restored?: number };

describe('stores --repair', () => {
  const at = storedPlant('repair');
  let plant: Plant;
  beforeAll(async () => {
    plant = await loadPlant(at.file());
    const journal = await openJournal(journalDir(plant), { plant: plant.id });
    const channels = [...plant.channels.keys()];
    for (let i = 0; i < READINGS; i += 1) {
      await journal.append(channels.map((channel, k) => ({ kind: 'sample', sample: sample(channel, T0 + i * EVERY_MS, i + k / 2) })));
    }
    for (const store of await openStores(plant, { owner: true })) {
      await follow(journal, store, { untilHead: true });
      await store.close();
    }
    await journal.close();
  });

  async function asked(...options: string[]): Promise<{ readonly status: number; readonly rows: Row[] }> {
    const span = ['--from', new Date(T0).toISOString(), '--to', new Date(T0 + 4 * HOUR).toISOString()];
    const { status, out } = await called('stores', plant.path, ...span, '--json', ...options);
    return { status, rows: JSON.parse(out) as Row[] };
  }

  /** Ten readings of one meter are gone, one of the other says something else. */
  async function harm([lost, altered]: readonly [string, string]): Promise<void> {
    const url = new URL(at.influxd().url);
    const client = new InfluxDB({ host: url.hostname, port: Number(url.port), database: 'repair' });
    await client.query(`DELETE FROM "sample" WHERE channel = '${lost}' AND time >= ${LOST.fromMs}ms AND time < ${LOST.toMs}ms`);
    await client.writePoints([
      { measurement: 'sample', tags: { plant: plant.id, channel: altered }, fields: { v: 999 }, timestamp: `${ALTERED_MS}000000` },
    ]);

    // VictoriaMetrics deletes whole series only; of two values at one time the one of the later turn counts.
    const match = new URLSearchParams({ 'match[]': `{plant="${plant.id}",channel="${lost}"}` });
    expect((await fetch(`${at.victoria().url}/api/v1/admin/tsdb/delete_series?${match}`, { method: 'POST' })).ok).toBe(true);
    const line = `sample,plant=${plant.id},channel=${altered},turn=1 v=999,q=0,r=0,o=0 ${ALTERED_MS}`;
    expect((await fetch(`${at.victoria().url}/write?precision=ms`, { method: 'POST', body: line })).ok).toBe(true);
    await fetch(`${at.victoria().url}/internal/force_flush`);

    const instance = await DuckDBInstance.create(databasePath(plant));
    const connection = await instance.connect();
    const [tables] = [
      await connection.runAndReadAll("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'samples\\_%' ESCAPE '\\'"),
    ];
    for (const [table] of tables.getRows()) {
      const channel = (name: string) => `channel = (SELECT id FROM channels WHERE name = '${name}')`;
      await connection.run(`DELETE FROM ${table} WHERE ${channel(lost)} AND time >= ${LOST.fromMs} AND time < ${LOST.toMs}`);
      await connection.run(`UPDATE ${table} SET value = 999 WHERE ${channel(altered)} AND time = ${ALTERED_MS}`);
    }
    connection.closeSync();
    instance.closeSync();
  }

  it('finds what each store lost and what was altered in it, says so, stores it again from the journal, and finds nothing after', async () => {
    const [lost, altered] = [...plant.channels.keys()] as [string, string];
    const samples = READINGS * plant.channels.size;
    const whole = { samples, differences: [], left: 0 };
    const before = await asked();
    expect(before).toMatchObject({ status: 0, rows: [whole, whole, whole] });
    await harm([lost, altered]);

    const found = await asked();
    expect(found.status).toBe(1);
    expect(found.rows.map(({ engine }) => engine)).toEqual(['duckdb', 'influxdb1', 'victoriametrics']);
    for (const { engine, differences, left, restored } of found.rows) {
      const hours = differences.map(({ channel, hourMs, journal, store }) => [channel, hourMs, journal.count, store.count]);
      const emptied = Array.from({ length: 4 }, (_, h) => [lost, T0 + h * HOUR, 60, 0]);
      const gone = engine === 'victoriametrics' ? emptied : [[lost, T0 + HOUR, 60, 50]];
      expect([engine, hours]).toEqual([engine, [...gone, [altered, T0 + 2 * HOUR, 60, 60]]]);
      const { journal, store } = differences.at(-1)!;
      expect(store.sum - journal.sum).toBeCloseTo(999 - (125 + 0.5), 9);
      expect([left, restored]).toEqual([differences.length, undefined]);
    }

    const repaired = await asked('--repair');
    expect(repaired.status).toBe(0);
    expect(repaired.rows.map(({ engine, differences, restored, left }) => [engine, differences.length, restored, left])).toEqual([
      ['duckdb', 2, 120, 0],
      ['influxdb1', 2, 120, 0],
      ['victoriametrics', 5, 300, 0],
    ]);
    expect(await asked()).toMatchObject({ status: 0, rows: [whole, whole, whole] });
  });

  it('lists what a server refused for good, with its reason, and writes it as CSV', async () => {
    const [channel] = plant.channels.keys();
    const late = Date.UTC(2300, 0);
    const journal = await openJournal(journalDir(plant), { plant: plant.id });
    await journal.append([{ kind: 'sample', sample: sample(channel!, late, 7) }]);
    const stores = await openStores(plant, { owner: true });
    await follow(journal, stores.find(({ engine }) => engine === 'influxdb1')!, { untilHead: true });
    for (const store of stores) await store.close();
    await journal.close();
    const { rows } = await asked('--refused');
    expect(rows[1]).toMatchObject({ inQuarantine: 1 });
    const refused = (rows[1] as { refused?: readonly { reason: string }[] }).refused!;
    expect(refused).toMatchObject([
      { engine: 'influxdb1', channel, time: '2300-01-01T00:00:00.000Z', value: 7, reason: expect.stringMatching(/time/) },
    ]);
    const file = `${at.file()}.refused.csv`;
    const { err } = await called('stores', plant.path, '--refused');
    expect(err).toContain(`influxdb1 refused ${channel} 2300-01-01T00:00:00.000Z: 7, the server said: ${refused[0]!.reason}`);
    await called('stores', plant.path, '--refused', file);
    const [head, row] = (await readFile(file, 'utf8')).replace('\uFEFF', '').split('\r\n');
    expect(head).toBe('engine,channel,time,value,quality,refused,reason');
    expect(row).toMatch(new RegExp(`^influxdb1,${channel},2300-01-01T00:00:00.000Z,7,good,`));
  });
});
