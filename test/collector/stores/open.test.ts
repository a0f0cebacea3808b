import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openJournal } from '../../../collector/journal/journal.ts';
import type { JournalGroup } from '../../../collector/journal/record.ts';
import { socketPath } from '../../../collector/stores/duckdb/socket.ts';
import { follow } from '../../../collector/stores/follow.ts';
import { openReader, openStores } from '../../../collector/stores/open.ts';
import type { Store } from '../../../collector/stores/store.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import { group, rateSpec, sample } from './contract.ts';

const T0 = Date.UTC(2026, 2, 1);

async function plantIn(folder = ''): Promise<Plant> {
  const dataDir = join(await mkdtemp(join(tmpdir(), 'liangheng-open-')), folder);
  const file = { stores: [{ engine: 'duckdb', threads: 1, memory: '256MB' }] };
  return { id: 'p1', path: join(dataDir, 'plant.yaml'), dataDir, file } as unknown as Plant;
}

describe('readings of a plant', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each(['', 'a-folder-whose-name-makes-the-path-of-the-socket-too-long-for-the-system'.repeat(2)])(
    'are read through the owner while one runs, from the file when none does (%s)',
    async (folder) => {
      const plant = await plantIn(folder);
      const [store] = await openStores(plant, { owner: true });
      expect((await stat(await socketPath(plant.dataDir))).mode & 0o777).toBe(0o600);
      const minutes = Array.from({ length: 300 }, (_, i) => sample('F1', T0 + i * 60_000, i % 7 === 0 ? null : i));
      await store!.write([group(1, minutes)]);

      const ask = async () => {
        const reader = await openReader(plant);
        const answers = [
          await reader.samples('F1', T0, T0 + 4e6),
          await reader.partials([rateSpec('F1')], T0, T0 + 3 * 3_600_000),
          await reader.latest(['F1']),
          await reader.counts(),
          await reader.span!(['F1', 'F2']),
          await reader.samplesOfFirst!(['F1', 'F2'], T0, T0 + 4e6, 10),
        ];
        await reader.close();
        return answers;
      };
      // A second opening of a file in one process loses rows in silence; another process is refused.
      const opening = vi.spyOn(DuckDBInstance, 'create');
      const throughOwner = await ask();
      expect(throughOwner[3]).toEqual(new Map([['F1', 300]]));
      expect(throughOwner[4]).toEqual({ fromMs: T0, toMs: T0 + 299 * 60_000 + 1 });
      const both = await Promise.all([ask(), ask()]);
      expect(both).toEqual([throughOwner, throughOwner]);
      expect(opening).not.toHaveBeenCalled();
      await store!.close();
      expect(await ask()).toEqual(throughOwner);
      expect(opening).toHaveBeenCalledTimes(1);
    },
  );

  it('are none where nothing was collected yet', async () => {
    const reader = await openReader(await plantIn());
    expect(await reader.counts()).toEqual(new Map());
    expect((await reader.partials([rateSpec('F1')], T0, T0 + 1)).get('F1')!.length).toBe(0);
    await reader.close();
  });

  it('stay with one owner', async () => {
    const plant = await plantIn();
    const reader = await openReader(plant);
    const [store] = await openStores(plant, { owner: true });
    await reader.close();
    await store!.close();
  });
});

describe('following a journal', () => {
  /** A store that refuses the first `failures` writes. */
  function flaky(failures: number): Store & { readonly seqs: number[] } {
    const seqs: number[] = [];
    let left = failures;
    return {
      engine: 'flaky',
      seqs,
      reader: null as never,
      restore: () => Promise.resolve(),
      cursor: () => Promise.resolve(seqs.at(-1) ?? 0),
      rewind: (seq) => {
        seqs.push(seq);
        return Promise.resolve();
      },
      write(groups) {
        left -= 1;
        if (left >= 0) return Promise.reject(new Error('away'));
        seqs.push(...groups.map(({ seq }) => seq));
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
  }
  const fresh = async () => openJournal(await mkdtemp(join(tmpdir(), 'liangheng-follow-')), { plant: 'p1' });
  const record = (i: number) => ({ kind: 'sample', sample: sample('F1', T0 + i, i) }) as const;

  it('brings every group once, over refusals, and what is left when told to stop', async () => {
    const journal = await fresh();
    const store = flaky(2);
    const ending = new AbortController();
    const errors: unknown[] = [];
    const following = follow(journal, store, { signal: ending.signal, onProgress: ({ error }) => error !== null && errors.push(error) });
    for (let i = 0; i < 5; i += 1) await journal.append([record(i)]);
    await expect.poll(() => store.seqs.length).toBe(5);
    void journal.append([record(5)]);
    await journal.append([record(6)]);
    ending.abort();
    await following;
    expect(store.seqs).toEqual(Array.from({ length: journal.head().seq }, (_, k) => k + 1));
    expect(errors).toHaveLength(2);
    await journal.close();
  });

  it('writes as many records at a time as a store likes best, and no more than it was told', async () => {
    const journal = await fresh();
    for (let i = 0; i < 10; i += 1) await journal.append([record(i)]);
    const sizesOf = async (options: { readonly batchRecords?: number }): Promise<number[]> => {
      const sizes: number[] = [];
      const store = flaky(0);
      const write = (groups: readonly JournalGroup[]): Promise<void> => {
        sizes.push(groups.length);
        return store.write(groups);
      };
      await follow(journal, { ...store, batchRecords: 3, write }, { untilHead: true, ...options });
      return sizes;
    };
    expect(await sizesOf({})).toEqual([3, 3, 3, 1]);
    expect(await sizesOf({ batchRecords: 5 })).toEqual([5, 5]);
    await journal.close();
  });

  it('sets back a store that knows of more than the journal holds', async () => {
    const journal = await fresh();
    const store = flaky(0);
    store.seqs.push(9);
    await journal.append([record(1)]);
    const following = follow(journal, store);
    await expect.poll(() => store.seqs.at(-1)).toBe(1);
    await journal.append([record(2)]);
    await expect.poll(() => store.seqs.at(-1)).toBe(2);
    await journal.close();
    await following;
  });
});
