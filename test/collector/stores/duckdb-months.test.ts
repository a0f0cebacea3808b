import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../collector/sample/sample.ts';
import { openDatabase } from '../../../collector/stores/duckdb/database.ts';
import { readMonths, tidyOne } from '../../../collector/stores/duckdb/months.ts';
import { openDuckdbStore } from '../../../collector/stores/duckdb/store.ts';
import { group, sample } from './contract.ts';

const SETTINGS = { threads: 1, memory: '256MB' };
const DAY = 86_400_000;
const freshPath = async () => join(await mkdtemp(join(tmpdir(), 'liangheng-months-')), 'samples.duckdb');

async function inFile(path: string, sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}
const tables = (path: string) =>
  inFile(path, "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'samples%' ORDER BY ALL").then((rows) => rows.flat());

describe('months', () => {
  it('have a table each, times of wrong clocks one together, and the view has all', async () => {
    const path = await freshPath();
    const store = await openDuckdbStore(path, SETTINGS);
    const times = [0, Date.UTC(1999, 11, 31), Date.UTC(2026, 0, 31, 23, 59), Date.UTC(2026, 1, 1), Date.UTC(2026, 11, 31), 4e15];
    await store.write([group(1, [...times.map((timeMs, i) => sample('F1', timeMs, i)), sample('F2', Date.UTC(2026, 1, 9), 9)])]);
    await store.write([group(2, [sample('F1', times[0]!, 10), sample('F1', times[3]!, 13), sample('F1', Date.UTC(2025, 5, 5), 14)])]);
    expect((await store.reader.counts()).get('F1')).toBe(7);
    expect([...(await store.reader.samples('F1', -8e15, 8e15)).value]).toEqual([10, 1, 14, 2, 13, 4, 5]);
    await store.close();
    expect(await tables(path)).toEqual(['samples_2025_06', 'samples_2026_01', 'samples_2026_02', 'samples_2026_12', 'samples_elsewhen']);
    expect(await inFile(path, 'SELECT count(*)::INTEGER FROM samples')).toEqual([[8]]);
  });

  it('that are over are put in order and hold the same; late data are noticed', async () => {
    const path = await freshPath();
    const [from, over] = [Date.UTC(2026, 1, 26), Date.UTC(2026, 2, 6)];
    const write = async (seq: number, samples: readonly Sample[]): Promise<void> => {
      const store = await openDuckdbStore(path, SETTINGS);
      await store.write([group(seq, samples)]);
      await store.close();
    };
    const times = Array.from({ length: (over - from) / (DAY / 4) }, (_, i) => from + (i * DAY) / 4);
    await write(
      1,
      times.flatMap((timeMs, i) => ['F3', 'F1', 'F2'].map((channel, k) => sample(channel, timeMs, i % 5 === k ? null : i + k / 8))),
    );
    const tidy = async (): Promise<void> => {
      const instance = await openDatabase(path, SETTINGS);
      const connection = await instance.connect();
      await tidyOne(connection, await readMonths(connection), over);
      connection.closeSync();
      instance.closeSync();
    };
    const all = 'SELECT channel, time, value, quality, reason, origin FROM samples ORDER BY ALL';
    const before = await inFile(path, all);
    expect(await inFile(path, 'FROM tidy')).toEqual([]);
    await tidy();
    expect(await inFile(path, all)).toEqual(before);
    expect(await inFile(path, 'FROM tidy')).toEqual([['samples_2026_02']]);
    const inOrder = await inFile(
      path,
      'SELECT (time // 86400000)::INTEGER AS day, channel, time::DOUBLE FROM samples_2026_02 ORDER BY rowid',
    );
    const key = (row: unknown[]): string => row.map((one) => String(one).padStart(15, '0')).join(' ');
    const keys = inOrder.map(key);
    expect(keys.every((one, i) => i === 0 || keys[i - 1]! < one)).toBe(true);

    await write(2, [sample('F1', from + 1000, 77), sample('F1', from, -1)]);
    expect(await inFile(path, 'FROM tidy')).toEqual([]);
    await tidy();
    expect(await inFile(path, 'FROM tidy')).toEqual([['samples_2026_02']]);
    expect(await inFile(path, 'SELECT count(*)::INTEGER FROM samples')).toEqual([[before.length + 1]]);
    const store = await openDuckdbStore(path, { ...SETTINGS, readOnly: true });
    const { value } = await store.reader.samples('F1', from, from + 2000);
    expect([...value]).toEqual([-1, 77]);
    expect((await store.reader.counts()).get('F1')).toBe(times.length + 1);
    await store.close();
  });

  it('are put in order by the store itself when nothing else is to be done', async () => {
    const path = await freshPath();
    for (let seq = 1; (await stat(path).catch(() => null)) === null || (await inFile(path, 'FROM tidy')).length === 0; seq += 1) {
      const store = await openDuckdbStore(path, SETTINGS);
      await store.write([group(seq, [sample('F1', Date.UTC(2026, 1, 1) + seq, seq), sample('F1', Date.UTC(2026, 2, 9) + seq, seq)])]);
      await setTimeout(150);
      await store.close();
    }
    expect(await inFile(path, 'FROM tidy')).toEqual([['samples_2026_02']]);
  }, 120_000);

  it('never change what is counted or read, whatever comes in which order', async () => {
    const one = fc.record({ channel: fc.constantFrom('F1', 'F2'), day: fc.integer({ min: 0, max: 90 }), value: fc.integer() });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(one, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }), async (batches) => {
        const store = await openDuckdbStore(await freshPath(), SETTINGS);
        const due = new Map<string, Map<number, number>>();
        for (const [k, batch] of batches.entries()) {
          const samples = batch.map(({ channel, day, value }) => sample(channel, Date.UTC(2026, 0, 1) + day * DAY, value));
          for (const { channel, timeMs, value } of samples) due.set(channel, (due.get(channel) ?? new Map()).set(timeMs, value!));
          await store.write([group(k + 1, samples)]);
        }
        expect(await store.reader.counts()).toEqual(new Map([...due].map(([channel, byTime]) => [channel, byTime.size])));
        for (const [channel, byTime] of due) {
          const { timeMs, value } = await store.reader.samples(channel, 0, 4e12);
          expect(Array.from(timeMs, (time, i) => [time, value[i]])).toEqual([...byTime].sort(([a], [b]) => a - b));
        }
        await store.close();
      }),
      { numRuns: 15 },
    );
  });
});
