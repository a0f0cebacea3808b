import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RemoteEngine, remoteStore } from '../../../collector/stores/remote.ts';
import type { Result } from '../../../collector/stores/results.ts';
import { SCHEMA } from '../../../collector/stores/schema.ts';
import type { Store } from '../../../collector/stores/store.ts';
import { group, sample } from './contract.ts';

const T0 = Date.UTC(2026, 2, 1);
const PLACE = 'http://127.0.0.1:8086 plant';
const groupAt = (seq: number) => group(seq, [sample('F1', T0 + 1000 * seq, seq)]);

/** A server in memory that can lose all that it has, as one does whose disk was not the one it had. */
async function server() {
  const stored = new Map<number, number | null>();
  let mark: Result[] = [];
  let refusesMark = false;
  const engine: RemoteEngine = {
    engine: 'in memory',
    plant: 'p1',
    reader: null as never,
    readResults: () => Promise.resolve(mark),
    send: async (batch, before) => {
      await before;
      for (const { timeMs, value } of batch.samples()) stored.set(timeMs, value);
    },
    post: (lines) => {
      if (refusesMark) return Promise.reject(Object.assign(new Error('refused'), { status: 400 }));
      if (lines.some((line) => line.startsWith('schema')))
        mark = [{ measurement: 'schema', timeMs: T0, tags: {}, fields: { version: SCHEMA } }];
      return Promise.resolve();
    },
    statusOf: (error) => (error as { status?: number }).status ?? null,
    prepare: () => Promise.resolve(false),
  };
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-emptied-'));
  return {
    open: (): Store => remoteStore(engine, dir, PLACE),
    values: () => [...stored.values()],
    lose: () => {
      stored.clear();
      mark = [];
    },
    refuseMark: () => {
      refusesMark = true;
    },
  };
}

describe('a server that lost what was stored there', () => {
  afterEach(() => void vi.useRealTimers());
  const EMPTIED = { code: 'store.emptied', place: PLACE, zh: expect.stringContaining('补写'), en: expect.stringContaining('journal') };

  /** A store of which the server was seen to hold the mark. */
  async function seen() {
    const { open, ...rest } = await server();
    await open().write([groupAt(1)]);
    const store = open();
    await store.write([groupAt(2)]);
    return { store, open, ...rest };
  }

  it('is found when it is looked at again, said once, and filled from the start of the journal', async () => {
    const { store, lose, values } = await seen();
    lose();
    await store.check!();
    await expect(store.write([groupAt(3)])).rejects.toMatchObject(EMPTIED);
    expect(await store.cursor()).toBe(0);
    await store.write([groupAt(1), groupAt(2), groupAt(3)]);
    expect(values()).toEqual([1, 2, 3]);
    await store.check!();
    await store.write([groupAt(4)]);
    expect(await store.cursor()).toBe(4);
  });

  it('is found by the next process too, and by results that are written, which leave the cursor to whoever follows the journal', async () => {
    const { open, lose, values } = await seen();
    lose();
    const next = open();
    const result: Result = { measurement: 'balance', timeMs: T0, tags: {}, fields: { in: 1 } };
    await expect(next.results!.write([result])).rejects.toMatchObject(EMPTIED);
    expect(await next.cursor()).toBe(2);
    await expect(next.write([groupAt(3)])).rejects.toMatchObject(EMPTIED);
    expect(await next.cursor()).toBe(0);
    await next.write([groupAt(1), groupAt(2), groupAt(3)]);
    await next.results!.write([result]);
    expect(values()).toEqual([1, 2, 3]);
  });

  it('is found while live data go first, and nothing counts as stored ahead any more', async () => {
    const { store, lose } = await seen();
    await store.ahead!.write([groupAt(9)], 8);
    lose();
    await store.check!();
    await expect(store.ahead!.write([groupAt(10)], 8)).rejects.toMatchObject(EMPTIED);
    expect([await store.cursor(), await store.ahead!.span()]).toEqual([0, null]);
  });

  it('is looked at a minute after its mark was written, without a failure and without a restart', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { open, lose } = await server();
    const store = open();
    await store.write([groupAt(1)]);
    vi.setSystemTime(Date.now() + 61_000);
    await store.write([groupAt(2)]);
    lose();
    await store.check!();
    await expect(store.write([groupAt(3)])).rejects.toMatchObject(EMPTIED);
  });

  it('is not one that never showed a mark: it refused it, or keeps it from us', async () => {
    const { open, refuseMark, values } = await server();
    refuseMark();
    for (const seq of [1, 2, 3]) await open().write([groupAt(seq)]);
    expect(values()).toEqual([1, 2, 3]);
  });
});
