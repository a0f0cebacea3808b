import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { AlarmEvent, Condition } from '../../balance/oversight/alarms.ts';
import { collectorConditions, type Watched, watchCollector } from '../../cli/collector-alarms.ts';
import type { Disk } from '../../cli/disk.ts';
import { watchDisk } from '../../cli/disk.ts';
import { newsOfStore } from '../../cli/store-news.ts';
import { Outbox } from '../../dashboards/alarms/outbox.ts';
import { subjectOf } from '../../dashboards/alarms/target.ts';

const MINUTE = 60_000;
const recorder = { event: () => Promise.resolve() };
const PLANT = { id: 'p1', simulated: false } as Watched['plant'];

function watched() {
  const stores = [{ engine: 'duckdb' }, { engine: 'influxdb1', place: 'http://127.0.0.1:8086 p' }] as unknown as Watched['stores'];
  const news = stores.map((store) => newsOfStore(store, recorder));
  const state = { disk: null as Disk | null };
  return { state, news, all: { plant: PLANT, stores, news, disk: () => state.disk } satisfies Watched };
}
const kinds = (conditions: readonly Condition[] | null) => conditions?.map(({ kind, key }) => `${kind} ${key}`) ?? null;

describe('what holds of a collector itself', () => {
  it('is not known before the disk was looked at and every store has taken or refused something', () => {
    vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const { state, news, all } = watched();
    const seen = () => kinds(collectorConditions(all, Date.now()));
    expect(seen()).toBeNull();
    state.disk = { usedShare: 0.5, fullSinceMs: null };
    news[0]!.progress({ error: null });
    expect(seen()).toBeNull();
    news[1]!.progress({ error: new Error('connection refused') });
    // It took nothing since the start: whether it was away before nobody knows.
    expect(seen()).toEqual(['store-away p1|collector|store-away||influxdb1 http://127.0.0.1:8086 p']);
    news[1]!.progress({ error: null });
    expect(seen()).toEqual([]);
    news[1]!.progress({ error: new Error('connection refused') });
    expect(seen()).toEqual([]);
    expect(collectorConditions(all, Date.now() + 11 * MINUTE)).toMatchObject([
      { kind: 'store-away', zh: expect.stringContaining('不接受读数：Error: connection refused'), en: expect.stringContaining('takes no') },
    ]);
    state.disk = { usedShare: 0.93, fullSinceMs: 1 };
    expect(collectorConditions(all, Date.now())).toMatchObject([
      { kind: 'disk-almost-full', outfall: 'collector', zh: '采集器磁盘几近写满（已用 93 %）', en: expect.stringContaining('93 % used') },
    ]);
    vi.restoreAllMocks();
  });

  it('goes out once and once more when it is over, over a restart too', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'liangheng-collector-alarms-')), 'state.json');
    const told: AlarmEvent[] = [];
    const target = { name: 'target', deliver: async (event: AlarmEvent) => void told.push(event), close: () => Promise.resolve() };
    let looks = 0;
    /** One life of the program. */
    const live = async (disk: Disk | null): Promise<void> => {
      const { state, news, all } = watched();
      state.disk = disk;
      for (const one of news) one.progress({ error: null });
      const tell = (conditions: readonly Condition[], plant: string, simulated: boolean, atMs: number) =>
        new Outbox(path, [target]).look(conditions, new Set([plant]), atMs, () => simulated).finally(() => (looks += 1));
      const before = looks;
      const stop = watchCollector(all, { tell }, { everyMs: 1 });
      if (disk !== null) await vi.waitFor(() => expect(looks).toBeGreaterThan(before + 2), { timeout: 60_000 });
      await stop();
    };
    await live({ usedShare: 0.95, fullSinceMs: 1 });
    await live(null);
    await live({ usedShare: 0.97, fullSinceMs: 2 });
    expect(told.map(({ event, kind }) => `${event} ${kind}`)).toEqual(['raised disk-almost-full']);
    await live({ usedShare: 0.5, fullSinceMs: null });
    expect(told.map(({ event }) => event)).toEqual(['raised', 'recovered']);
    expect(told[1]!.id).toBe(told[0]!.id);
    expect(subjectOf(told[0]!)).toBe("[报警 alarm] p1 采集器磁盘几近写满（已用 95 %） / the collector's disk is almost full (95 % used)");
  });

  it('is told of the disk at once and once though the disk takes no record of it, and with its end', async () => {
    let [said, full, share] = ['', true, 0.95];
    const events: string[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
    const event = ({ event: name }: { event: string }) =>
      full ? Promise.reject(new Error('ENOSPC')) : Promise.resolve(void events.push(name));
    const disk = watchDisk({ dir: 'anywhere' }, { event }, { everyMs: 1, used: async () => share });
    await vi.waitFor(() => expect(disk.now()).toMatchObject({ usedShare: 0.95, fullSinceMs: expect.any(Number) }), { timeout: 60_000 });
    full = false;
    await vi.waitFor(() => expect(events).toEqual(['disk-almost-full']), { timeout: 60_000 });
    share = 0.4;
    await vi.waitFor(() => expect(disk.now()).toEqual({ usedShare: 0.4, fullSinceMs: null }), { timeout: 60_000 });
    await vi.waitFor(() => expect(events).toEqual(['disk-almost-full', 'disk-has-room']), { timeout: 60_000 });
    await disk.stop();
    vi.restoreAllMocks();
    expect(said.split('\n').filter(Boolean)).toEqual([
      '磁盘已用 95%，写满后读数将无法保存。',
      'The disk is 95 % full; once it is full no reading can be kept.',
      '磁盘又有空间（已用 40%）。',
      'The disk has room again (40 % used).',
    ]);
  });
});
