import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prometheusText } from '../../dashboards/server/metrics.ts';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import type { Operation, Services } from '../../dashboards/server/services.ts';
import { fixture, somePages } from './fixture.ts';
import { type Person, visitor } from './people.ts';

const AWAY = { sinceMs: 1, zh: '连不上', en: 'refused' };

describe('what an operator watches', () => {
  let server: RunningServer;
  let operation: Operation;
  let person: Person;
  let answeredMs = 0;
  let storeAway = false;
  beforeAll(async () => {
    const { services } = await fixture();
    answeredMs = Date.now() - 3000;
    operation = {
      caughtUp: true,
      journalSeq: 100,
      stores: [
        { engine: 'duckdb', place: '/data/samples.duckdb', cursor: 97, away: null, refused: null, quarantined: null },
        { engine: 'influxdb1', place: 'http://127.0.0.1:8086 p', cursor: null, away: AWAY, refused: 3, quarantined: 7 },
      ],
      disk: { usedShare: 0.91, fullSinceMs: 1 },
    };
    const watched: Services = {
      ...services,
      operation: async () => operation,
      latest: () => (storeAway ? Promise.reject(new Error('away')) : services.latest()),
      sources: () => [
        {
          id: 'GW1',
          state: 'online',
          lastSuccessMs: answeredMs,
          lastError: null,
          counts: { requests: 10, failures: 1, reconnects: 2, resynchronisations: 3, lateCycles: 4, quarantined: 5 },
          intake: { polled: 60, journalled: 50, quarantined: 6, returned: 3 },
        },
        {
          id: 'GW2',
          state: 'waiting',
          lastSuccessMs: null,
          lastError: 'refused',
          counts: { requests: 0, failures: 9, reconnects: 0, resynchronisations: 0, lateCycles: 0, quarantined: 0 },
        },
      ],
    };
    server = await startServer({ services: watched, port: 0, pages: somePages() });
    person = await visitor(server);
  });
  afterAll(() => server.close());

  async function metrics(): Promise<Map<string, number>> {
    const text = await (await person.get('/metrics')).text();
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{(\w+="[^"]*",?)+\})? -?[\d.e+]+)$/);
    }
    return new Map([...text.matchAll(/^([^#\s][^\n]*) (\S+)$/gm)].map(([, name, value]) => [name!, Number(value)]));
  }

  it('tells of each source when it last answered and how often it failed, and nothing of what never was', async () => {
    const found = await metrics();
    const of = (name: string, source: string) => found.get(`liangheng_source_${name}{plant="yunnan-phosphate",source="${source}"}`);
    expect(of('online', 'GW1')).toBe(1);
    expect(of('lag_seconds', 'GW1')).toBeGreaterThanOrEqual(3);
    expect(of('resynchronisations_total', 'GW1')).toBe(3);
    expect(of('late_cycles_total', 'GW1')).toBe(4);
    expect(of('online', 'GW2')).toBe(0);
    expect(of('lag_seconds', 'GW2')).toBeUndefined();
    expect(of('failures_total', 'GW2')).toBe(9);
  });

  it('counts the records of a source by what became of them, and none where nobody counts', async () => {
    const found = [...(await metrics())].filter(([name]) => name.startsWith('liangheng_source_records_total'));
    expect(found.map(([name, value]) => [/state="(\w+)"/.exec(name)![1], /source="(\w+)"/.exec(name)![1], value])).toEqual([
      ['polled', 'GW1', 60],
      ['journalled', 'GW1', 50],
      ['quarantined', 'GW1', 6],
      ['returned', 'GW1', 3],
    ]);
    const sources = (await (await person.get('/api/v1/sources')).json()) as { intake?: object }[];
    expect(sources.map(({ intake }) => intake)).toEqual([{ polled: 60, journalled: 50, quarantined: 6, returned: 3 }, undefined]);
  });

  it('tells how far the stores are behind the journal; a store that is away has no figure', async () => {
    const found = await metrics();
    expect(found.get('liangheng_journal_head{plant="yunnan-phosphate"}')).toBe(100);
    expect(found.get('liangheng_store_behind{plant="yunnan-phosphate",store="0",engine="duckdb"}')).toBe(3);
    expect([...found.keys()].some((name) => /cursor|behind/.test(name) && name.includes('influxdb1'))).toBe(false);
  });

  it('tells which store takes nothing, what engines refused, and that the disk is almost full', async () => {
    const found = await metrics();
    const of = (name: string, store: number, engine: string) =>
      found.get(`liangheng_store_${name}{plant="yunnan-phosphate",store="${store}",engine="${engine}"}`);
    expect([of('up', 0, 'duckdb'), of('up', 1, 'influxdb1')]).toEqual([1, 0]);
    expect([of('refused_total', 1, 'influxdb1'), of('quarantined', 1, 'influxdb1')]).toEqual([3, 7]);
    expect([of('refused_total', 0, 'duckdb'), of('quarantined', 0, 'duckdb')]).toEqual([undefined, undefined]);
    const disk = (name: string) => found.get(`liangheng_disk_${name}{plant="yunnan-phosphate"}`);
    expect([disk('used_ratio'), disk('almost_full')]).toEqual([0.91, 1]);
    operation = { ...operation, disk: { usedShare: 0.5, fullSinceMs: null } };
    expect((await metrics()).get('liangheng_disk_almost_full{plant="yunnan-phosphate"}')).toBe(0);
    operation = { ...operation, disk: null };
    expect([...(await metrics()).keys()].some((name) => name.includes('disk'))).toBe(false);
  });

  it('gives the page of stores the same, with the reason in both languages and the place', async () => {
    const document = await (await person.get('/api/v1/stores')).json();
    expect(document).toMatchObject({
      collecting: true,
      journalSeq: 100,
      stores: [
        { engine: 'duckdb', behind: 3, away: null },
        { engine: 'influxdb1', place: 'http://127.0.0.1:8086 p', behind: null, away: AWAY, refused: 3, quarantined: 7 },
      ],
    });
    expect(await (await person.get('/api/v1/state')).json()).toMatchObject({ storesAway: ['influxdb1'], disk: null });
  });

  it('tells how busy each line is kept, and how old the last good answer is in the clock of the reader', async () => {
    const found = [...(await metrics())];
    const busy = found.filter(([name]) => name.startsWith('liangheng_bus_utilisation_ratio{plant="yunnan-phosphate",device='));
    expect(busy.length).toBeGreaterThan(0);
    for (const [, ratio] of busy) expect(ratio).toBeGreaterThan(0);
    const success = found.filter(([name]) => name.startsWith('liangheng_source_last_success_timestamp_seconds'));
    expect(success).toHaveLength(1);
    expect(Math.abs(success[0]![1] - answeredMs / 1000)).toBeLessThan(0.01);
  });

  it('counts channels by the state of their newest sample', async () => {
    const found = await metrics();
    const of = (state: string) => found.get(`liangheng_channels{plant="yunnan-phosphate",state="${state}"}`);
    expect([of('good'), of('stale'), of('missing')]).toEqual([2, 1, 0]);
    expect(of('never')).toBeGreaterThan(10);
    expect(found.get('liangheng_window_gaps{plant="yunnan-phosphate"}')).toBe(0);
  });

  it('is ready while the store answers and has caught up', async () => {
    const ready = async () => (await fetch(`${server.url}/readyz`)).status;
    expect(await ready()).toBe(200);
    operation = { ...operation, caughtUp: false };
    expect(await ready()).toBe(503);
    operation = { ...operation, caughtUp: true };
    storeAway = true;
    expect(await ready()).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    storeAway = false;
  });

  it('escapes labels', () => {
    const samples = [{ labels: { a: 'x"\\\n' }, value: 1 }, { value: null }];
    expect(prometheusText([{ name: 'm', help: 'h', type: 'gauge', samples }])).toBe('# HELP m h\n# TYPE m gauge\nm{a="x\\"\\\\\\n"} 1\n');
  });
});
