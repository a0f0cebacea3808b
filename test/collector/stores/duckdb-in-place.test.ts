import { copyFile, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it, vi } from 'vitest';
import { openJournal } from '../../../collector/journal/journal.ts';
import { openStoreInPlace } from '../../../collector/stores/duckdb/in-place.ts';
import { openDuckdbStore } from '../../../collector/stores/duckdb/store.ts';
import { follow } from '../../../collector/stores/follow.ts';
import type { Fault } from '../../../config/words/fault.ts';
import { group, rateSpec, sample } from './contract.ts';

const T0 = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
const SETTINGS = { threads: 1, memory: '256MB', specs: [rateSpec('F1')] };
const freshDir = () => mkdtemp(join(tmpdir(), 'liangheng-in-place-'));
const minute = (i: number) => sample('F1', T0 + i * MINUTE, i);
/** A group a minute. */
const groupAt = (seq: number) => group(seq, [minute(seq)]);
const groups = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, k) => groupAt(from + k));

async function open() {
  const dir = await freshDir();
  const path = join(dir, 'samples.duckdb');
  const store = await openStoreInPlace(path, SETTINGS);
  const values = async () => [...(await store.reader.samples('F1', 0, 4e12)).value];
  return { dir, path, store, values };
}

describe('a DuckDB file that disappears while it is open', () => {
  it('is written out again with all that it held, the cursor with it, and the next process finds everything', async () => {
    const { dir, path, store, values } = await open();
    await store.write(groups(1, 70));
    await store.results!.write([{ measurement: 'balance', timeMs: T0, tags: { balance: 'b' }, fields: { in: 5 } }]);
    await rm(path);
    await expect(store.write([groupAt(71)])).rejects.toMatchObject({
      code: 'store.file-gone',
      place: path,
      zh: expect.stringContaining('没有丢失'),
      en: expect.stringContaining('no reading is lost'),
    });
    expect(await store.cursor()).toBe(70);
    await store.write([groupAt(71)]);
    expect(await values()).toEqual(Array.from({ length: 71 }, (_, i) => i + 1));
    await store.close();
    expect(await readdir(dir)).toEqual(['samples.duckdb']);
    const next = await openDuckdbStore(path, SETTINGS);
    expect([await next.cursor(), (await next.reader.samples('F1', 0, 4e12)).value.length]).toEqual([71, 71]);
    expect(await next.results!.read('balance', 0, 4e12)).toHaveLength(1);
    await next.close();
  });

  it('is found by the round of the audit too, with its log gone as well', async () => {
    const { path, store, values } = await open();
    await store.write(groups(1, 3));
    for (const end of ['', '.wal']) await rm(path + end, { force: true });
    await expect(store.check!()).rejects.toMatchObject({ code: 'store.file-gone' });
    await store.check!();
    expect(await values()).toEqual([1, 2, 3]);
    await store.close();
  });

  it('and was replaced by an older copy: that one is used, and filled from its own cursor', async () => {
    const { dir, path, store, values } = await open();
    await store.write(groups(1, 5));
    const older = join(dir, 'older');
    const other = await openDuckdbStore(older, SETTINGS);
    await other.write(groups(1, 2));
    await other.close();
    await rename(older, path);
    await expect(store.write(groups(6, 6))).rejects.toMatchObject({ code: 'store.file-replaced', place: path });
    expect(await store.cursor()).toBe(2);
    await store.write(groups(3, 6));
    expect(await values()).toEqual([1, 2, 3, 4, 5, 6]);
    await store.close();
  });

  it('and was replaced by something else: nothing is taken until it is put right, and then all of it', async () => {
    const { dir, path, store, values } = await open();
    await store.write(groups(1, 5));
    await writeFile(join(dir, 'junk'), 'no database'.repeat(1000));
    await rename(join(dir, 'junk'), path);
    for (let tries = 0; tries < 2; tries += 1) await expect(store.write(groups(6, 6))).rejects.toMatchObject({ code: 'store.damaged' });
    await expect(store.cursor()).rejects.toMatchObject({ code: 'store.file-missing' });
    await rm(path);
    await store.check!();
    expect(await store.cursor()).toBe(0);
    await store.write(groups(1, 6));
    expect(await values()).toEqual([1, 2, 3, 4, 5, 6]);
    await store.close();
  });

  it('loses nothing to whoever follows the journal, however it disappears, and says each time what happened', async () => {
    const { dir, path, store, values } = await open();
    const journal = await openJournal(join(dir, 'journal'), { plant: 'p1' });
    const said: string[] = [];
    const ending = new AbortController();
    const following = follow(journal, store, {
      signal: ending.signal,
      onProgress: ({ error }) => void (error !== null && said.push((error as Fault).code)),
    });
    const stored = async (seq: number) => {
      while ((await store.cursor().catch(() => -1)) < seq) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const append = async (from: number, to: number) => {
      for (let i = from; i <= to; i += 1) await journal.append([{ kind: 'sample', sample: minute(i) }]);
      await stored(journal.head().seq);
    };
    await append(1, 10);
    const copy = join(dir, 'copy');
    const older = await openDuckdbStore(copy, SETTINGS);
    await older.close();
    await rm(path);
    await append(11, 20);
    await copyFile(copy, `${copy}.new`);
    await rename(`${copy}.new`, path);
    await append(21, 30);
    await rm(path);
    await append(31, 40);
    ending.abort();
    await following;
    expect(await values()).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(said).toEqual(['store.file-gone', 'store.file-replaced', 'store.file-gone']);
    await store.close();
    await journal.close();
  }, 120_000);
});

describe('a DuckDB that can go no further', () => {
  /** Opens a store, with what DuckDB makes of it: each time that the file is opened, another. */
  async function watched() {
    const create = DuckDBInstance.create.bind(DuckDBInstance);
    const instances: DuckDBInstance[] = [];
    const spy = vi.spyOn(DuckDBInstance, 'create').mockImplementation(async (...args) => {
      const instance = await create(...args);
      instances.push(instance);
      return instance;
    });
    const path = join(await freshDir(), 'samples.duckdb');
    const store = await openStoreInPlace(path, SETTINGS);
    const values = async () => [...(await store.reader.samples('F1', 0, 4e12)).value];
    return { path, store, values, instances, end: () => spy.mockRestore() };
  }

  it('is opened again after a fatal error, and holds everything once: what was there, and what was being written', async () => {
    const { path, store, values, instances, end } = await watched();
    try {
      await store.write(groups(1, 3));
      const connection = await instances[0]!.connect();
      await connection.run("SET GLOBAL debug_checkpoint_abort = 'before_truncate'");
      await expect(connection.run('CHECKPOINT')).rejects.toThrow('FATAL');
      connection.closeSync();
      const asked = values().catch(({ message }: Error) => message);
      await store.write(groups(4, 6));
      expect(instances).toHaveLength(2);
      expect(await asked).toSatisfy((found) => Array.isArray(found) || String(found).includes('invalidated'));
      expect([await values(), await store.cursor()]).toEqual([[1, 2, 3, 4, 5, 6], 6]);
      await store.write([groupAt(7)]);
      expect(instances).toHaveLength(2);
      await store.close();
    } finally {
      end();
    }
    const next = await openDuckdbStore(path, SETTINGS);
    expect((await next.reader.samples('F1', 0, 4e12)).value.length).toBe(7);
    await next.close();
  });

  it('is opened again where its log could not be put into the file, and stores what was committed before that once', async () => {
    const { store, values, instances, end } = await watched();
    // More than the log may hold.
    const many = Array.from({ length: 60_000 }, (_, i) => sample(`C${i}`, T0, i));
    try {
      await store.write(groups(1, 3));
      const connection = await instances[0]!.connect();
      await connection.run("SET GLOBAL debug_checkpoint_abort = 'before_truncate'");
      connection.closeSync();
      await store.write([group(4, [...many, minute(4)])]);
      expect(instances).toHaveLength(2);
      expect([await values(), await store.cursor()]).toEqual([[1, 2, 3, 4], 4]);
      const counts = await store.reader.counts();
      expect([counts.size, counts.get('C0'), counts.get('C59999')]).toEqual([60_001, 1, 1]);
      await store.write([groupAt(5)]);
      expect(await values()).toEqual([1, 2, 3, 4, 5]);
      await store.close();
    } finally {
      end();
    }
  });
});
