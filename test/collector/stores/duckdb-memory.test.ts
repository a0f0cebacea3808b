import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test, vi } from 'vitest';
import { EntriesGroup } from '../../../collector/journal/group.ts';
import { openDatabase } from '../../../collector/stores/duckdb/database.ts';
import { bytesOf } from '../../../collector/stores/duckdb/memory.ts';
import { OpenFile } from '../../../collector/stores/duckdb/open-file.ts';
import { openDuckdbStore } from '../../../collector/stores/duckdb/store.ts';
import { group, sample } from './contract.ts';

const SETTINGS = { threads: 1, memory: '64MB' };
const folder = mkdtempSync(join(tmpdir(), 'liangheng-memory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const freshPath = (): string => join(mkdtempSync(join(folder, 'file-')), 'samples.duckdb');

test('a file takes rows in little memory, however many it holds: DuckDB keeps nothing of each stretch that was written', async () => {
  const instance = await openDatabase(freshPath(), { threads: 1, memory: '12MB' });
  const connection = await instance.connect();
  try {
    await connection.run(
      'CREATE TABLE readings(channel INTEGER, time BIGINT, value DOUBLE, quality UTINYINT, reason UTINYINT, origin UTINYINT)',
    );
    // With DuckDB's own settings the 27th is refused for want of memory, and every other after it.
    for (let second = 0; second < 40; second += 1) {
      await connection.run(`INSERT INTO readings
        SELECT i::INTEGER, ${Date.UTC(2026, 0, 1) + second * 1000}, sin(i * 1.37 + ${second})::FLOAT::DOUBLE, 0, 0, 0 FROM range(100000) t(i)`);
    }
    const counted = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM readings');
    expect(counted.getRows()).toEqual([[4_000_000]]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}, 120_000);

test('an amount of memory is read as DuckDB spells it', () => {
  const spelt = ['512MB', '1.5 GiB', '24mb', '100 b', '2TB', '64KiB'];
  expect(spelt.map(bytesOf)).toEqual([512e6, 1.5 * 1024 ** 3, 24e6, 100, 2e12, 65_536]);
  expect(['80%', '', '-1MB', 'MB'].map(bytesOf)).toEqual(Array(4).fill(Number.POSITIVE_INFINITY));
});

test('a file that was not closed is counted with the memory that takes, and then goes on with its own', async () => {
  const path = freshPath();
  const channels = Array.from({ length: 100_000 }, (_, at) => `c${at}`);
  const store = await openDuckdbStore(path, SETTINGS);
  for (let seq = 1; seq <= 3; seq += 1) {
    const values = new Float64Array(channels.length).fill(seq);
    const raw = { kind: 'same', text: null } as const;
    const batch = { channels, timeMs: 1e12 + seq, origin: 'device', values, reasons: new Uint8Array(channels.length), raw } as const;
    await store.write([new EntriesGroup(seq, '', [batch])]);
  }
  await store.abandon();
  const again = await openDuckdbStore(path, { threads: 1, memory: '10MB' });
  const counts = await again.reader.counts();
  expect([counts.size, new Set(counts.values()), await again.cursor()]).toEqual([100_000, new Set([3]), 3]);
  await again.close();
}, 120_000);

test('a file that DuckDB has worn out is opened anew between two writes, while questions wait', async () => {
  const path = freshPath();
  const create = vi.spyOn(DuckDBInstance, 'create');
  const worn = vi.spyOn(OpenFile.prototype, 'isWorn', 'get');
  try {
    const store = await openDuckdbStore(path, SETTINGS);
    const at = (seq: number) => group(seq, [sample('F1', 1e12 + seq, seq)]);
    const values = async () => [...(await store.reader.samples('F1', 0, 4e12)).value];
    await store.write([at(1)]);
    expect(create).toHaveBeenCalledTimes(1);
    worn.mockReturnValueOnce(true);
    const written = store.write([at(2)]);
    await new Promise(setImmediate);
    const asked = values();
    await written;
    expect(create).toHaveBeenCalledTimes(2);
    expect([[1], [1, 2]]).toContainEqual(await asked);
    await store.write([at(3)]);
    expect([await values(), await store.cursor(), create.mock.calls.length]).toEqual([[1, 2, 3], 3, 2]);
    await store.close();
  } finally {
    worn.mockRestore();
    create.mockRestore();
  }
});

test('it is worn out once DuckDB may hold a quarter of its memory for nothing, and new when it was opened again', async () => {
  const path = freshPath();
  const file = await OpenFile.open(path, SETTINGS);
  await file.writing.run('DELETE FROM cursor; INSERT INTO cursor VALUES (7)');
  file.wrote(32_000_000);
  expect(file.isWorn).toBe(false);
  file.wrote(1);
  expect(file.isWorn).toBe(true);
  await expect(file.renew(8)).rejects.toMatchObject({ code: 'store.file-replaced', place: path });
  expect(file.isWorn).toBe(true);
  await file.renew(7);
  expect(file.isWorn).toBe(false);
  expect((await file.ask((connection) => connection.runAndReadAll('SELECT seq::INTEGER FROM cursor'))).getRows()).toEqual([[7]]);
  await file.close();
  await file.close();
});
