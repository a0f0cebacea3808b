import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { openDuckdbStore } from '../../../collector/stores/duckdb/store.ts';
import { group, rateSpec, sample } from './contract.ts';

const T0 = Date.UTC(2026, 2, 1);
const HOUR = 3_600_000;
const SETTINGS = { threads: 1, memory: '256MB' };
const minutes = (channel: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => sample(channel, T0 + (from + k) * 60_000, (from + k) % 7));
const freshPath = async () => join(await mkdtemp(join(tmpdir(), 'liangheng-partials-')), 'samples.duckdb');

async function inFile(path: string, sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}
const KEPT = 'SELECT c.name, p.hour, p.samples FROM partials p JOIN channels c ON c.id = p.channel ORDER BY ALL';

describe('hour partials in the file', () => {
  it('stand there before anyone asked, the newest hours too once the file is closed, and are those computed from the samples', async () => {
    const path = await freshPath();
    const specs = [rateSpec('F1'), rateSpec('F2')];
    const store = await openDuckdbStore(path, { ...SETTINGS, specs });
    await store.write([group(1, [...minutes('F1', 0, 570), ...minutes('F2', 0, 570), ...minutes('F3', 0, 570)])]);
    await store.close();
    const kept = await inFile(path, KEPT);
    expect(kept.map(([name]) => name)).toEqual([...Array(10).fill('F1'), ...Array(10).fill('F2')]);
    expect(kept.slice(0, 10).map(([, , count]) => count)).toEqual([...Array(8).fill(null), 570, 570]);

    const again = await openDuckdbStore(path, { ...SETTINGS, readOnly: true });
    const fromFile = await again.reader.partials(specs, T0, T0 + 10 * HOUR);
    await again.close();
    const other = await openDuckdbStore(await freshPath(), SETTINGS);
    await other.write([group(1, [...minutes('F1', 0, 570), ...minutes('F2', 0, 570)])]);
    expect(fromFile).toEqual(await other.reader.partials(specs, T0, T0 + 10 * HOUR));
    await other.close();
  });

  it('of the newest hours give way to new and to late samples after a reopening', async () => {
    const path = await freshPath();
    const specs = [rateSpec('F1')];
    const first = await openDuckdbStore(path, { ...SETTINGS, specs });
    await first.write([group(1, minutes('F1', 0, 90))]);
    await first.close();
    const again = await openDuckdbStore(path, { ...SETTINGS, specs });
    const newest = async () => (await again.reader.partials(specs, T0 + HOUR, T0 + 2 * HOUR)).get('F1')![0]!;
    expect(await newest()).toMatchObject({ good: 30 });
    await again.write([group(2, minutes('F1', 90, 100))]);
    expect(await newest()).toMatchObject({ good: 40 });
    await again.write([group(3, [sample('F1', T0 + 61 * 60_000, 1000)])]);
    expect(await newest()).toMatchObject({ good: 40, max: 1000 });
    await again.close();
  });

  it('do not run away with a clock that is wrong by decades', async () => {
    const path = await freshPath();
    const specs = [rateSpec('F1'), rateSpec('F2'), rateSpec('F3')];
    const store = await openDuckdbStore(path, { ...SETTINGS, specs });
    await store.write([
      group(1, [sample('F1', 0, 1), ...minutes('F1', 0, 240), ...minutes('F2', 0, 240), sample('F3', Date.UTC(2099, 0), 1)]),
    ]);
    await store.close();
    const hours = (await inFile(path, KEPT)).map(([, hour]) => Number(hour));
    expect(Math.max(...hours)).toBe(T0 + 3 * HOUR);
    expect(Math.min(...hours)).toBeGreaterThan(T0 - 32 * 24 * HOUR);
  });
});

describe('a file of format 1', () => {
  it.each([false, true])('is brought forward when opened (read only: %s)', async (readOnly) => {
    const path = await freshPath();
    const store = await openDuckdbStore(path, SETTINGS);
    await store.write([group(1, [...minutes('F1', 0, 90), sample('F1', T0 + 90 * 60_000, null)])]);
    await store.close();
    for (const sql of ['DROP TABLE heads', 'ALTER TABLE partials DROP samples', 'UPDATE format SET version = 1']) await inFile(path, sql);

    const again = await openDuckdbStore(path, { ...SETTINGS, readOnly });
    expect(await again.cursor()).toBe(1);
    expect(await again.reader.counts()).toEqual(new Map([['F1', 91]]));
    expect((await again.reader.latest(['F1'])).get('F1')).toMatchObject({ timeMs: T0 + 90 * 60_000, value: null });
    expect((await again.reader.partials([rateSpec('F1')], T0, T0 + HOUR)).get('F1')![0]).toMatchObject({ good: 60 });
    await again.close();
    expect(await inFile(path, 'FROM format')).toEqual([[2]]);
  });
});
