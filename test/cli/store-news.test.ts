import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newsOfStore, sayShort, sayWaiting } from '../../cli/store-news.ts';
import type { Store } from '../../collector/stores/store.ts';
import { Fault } from '../../config/words/fault.ts';

describe('what is told of a store', () => {
  let said = '';
  const events: string[] = [];
  const recorder = {
    event: ({ source, event, detail }: { source: string; event: string; detail: string }) => {
      events.push(`${source}: ${event}: ${detail}`);
      return Promise.resolve();
    },
  };
  beforeEach(() => {
    [said, events.length] = ['', 0];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
  });
  afterEach(() => void vi.restoreAllMocks());

  it('is that it takes nothing and why, once, and that it takes readings again', () => {
    const news = newsOfStore({ engine: 'influxdb1', place: 'http://127.0.0.1:8086 plant' }, recorder);
    for (const error of [null, new Error('connection refused'), new Error('connection refused'), null, null]) news.progress({ error });
    expect(events).toEqual(['store influxdb1: store-away: Error: connection refused', 'store influxdb1: store-back: ']);
    expect(said.split('\n').filter(Boolean)).toEqual([
      '存储 influxdb1 http://127.0.0.1:8086 plant 暂不接受读数，读数留在日志中：Error: connection refused',
      'Store influxdb1 http://127.0.0.1:8086 plant takes no readings, they wait in the journal: Error: connection refused',
      '存储 influxdb1 http://127.0.0.1:8086 plant 已恢复。',
      'Store influxdb1 http://127.0.0.1:8086 plant takes readings again.',
    ]);
  });

  it('is that it lacks what the journal no longer has, and that it is behind at the end; nothing where neither is so', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'liangheng-short-'));
    for (const name of ['0000000041.lhj.gz', '0000000080.lhj']) await writeFile(join(dir, name), '');
    const store = (cursor: number) => ({ engine: 'influxdb1', place: 'http://127.0.0.1:8086 new', cursor: async () => cursor }) as Store;
    for (const cursor of [40, 90]) await sayShort(store(cursor), dir, recorder);
    await sayWaiting(store(90), 90);
    expect([said, events]).toEqual(['', []]);
    await sayShort(store(0), dir, recorder);
    expect(events).toEqual(['store influxdb1: store-short: holds through 0, the journal begins at 41']);
    expect(said).toContain('存储 influxdb1 http://127.0.0.1:8086 new 只到第 0 组');
    expect(said).toContain('the journal begins at group 41 as set');
    await sayWaiting(store(85), 90);
    expect(said).toContain('lacks groups 86–90 of the journal; they are stored after the next start.');
  });

  it('is that what it had stored was gone, each time, with the place, in both languages and in the journal', () => {
    const news = newsOfStore({ engine: 'duckdb', place: '/data/samples.duckdb' }, recorder);
    const gone = new Fault({ code: 'store.file-gone', place: '/data/samples.duckdb', zh: '被删除', en: 'was deleted' });
    for (const error of [gone, null, gone]) news.progress({ error });
    expect(events).toEqual(Array(2).fill('store duckdb: store.file-gone: /data/samples.duckdb: was deleted'));
    expect(said).toBe('/data/samples.duckdb: 被删除 [store.file-gone]\n/data/samples.duckdb: was deleted [store.file-gone]\n'.repeat(2));
  });
});
