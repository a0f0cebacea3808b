import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../dashboards/server/server.ts';
import { fixture, somePages } from '../dashboards/fixture.ts';
import { administrator, PLANT } from '../dashboards/people.ts';
import { dashboard, interpolate, queriesOf } from './grafana-dashboard.ts';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.ts';

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

const board = dashboard('collector');
const values = { plant: PLANT, job: 'liangheng' };
const STORE = { engine: 'duckdb', place: null, away: null, refused: null, quarantined: null };

describe('metrics as victoria-metrics scrapes them with a token', () => {
  let server: RunningServer;
  let engine: VictoriaMetrics;
  let journalSeq = 1000;

  beforeAll(async () => {
    const { services } = await fixture();
    const answeredMs = Date.now() - 3000;
    const counts = { requests: 10, failures: 1, reconnects: 2, resynchronisations: 3, lateCycles: 4, quarantined: 5 };
    server = await startServer({
      services: {
        ...services,
        sources: () => [{ id: 'GW1', state: 'online', lastSuccessMs: answeredMs, lastError: null, counts }],
        operation: async () => {
          journalSeq += 10;
          return { caughtUp: true, journalSeq, stores: [{ ...STORE, cursor: journalSeq - 7 }], disk: null };
        },
        balances: () => ({
          ...services.balances()!,
          completeness: { channels: 1, good: 1, suspect: 0, missing: { communication: 12 }, gaps: [] },
        }),
      },
      port: 0,
      pages: somePages(),
    });
    const root = await administrator(server);
    const made = await root.post('/api/v1/tokens', { name: 'prometheus', scopes: ['metrics'], plants: [PLANT], days: 1 });
    const { secret } = (await made.json()) as { secret: string };
    const config = join(mkdtempSync(join(tmpdir(), 'lh-scrape-')), 'scrape.yml');
    const job = {
      job_name: 'liangheng',
      scrape_interval: '1s',
      authorization: { credentials: secret },
      static_configs: [{ targets: [new URL(server.url).host] }],
    };
    writeFileSync(config, JSON.stringify({ scrape_configs: [job] }));
    engine = await startVictoriaMetrics(`-promscrape.config=${config}`);
    // Two scrapes, so that rates have something to go by.
    while (Number((await ask('count_over_time(liangheng_ready[1h])'))[0]?.value[1] ?? 0) < 3) await setTimeout(300);
  });
  afterAll(async () => {
    await engine?.remove();
    await server?.close();
  });

  async function ask(query: string): Promise<readonly Series[]> {
    const answer = await fetch(`${engine.url}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query, nocache: '1' }) });
    return ((await answer.json()) as { data: { result: Series[] } }).data.result;
  }

  it('lets the token in and takes every line', async () => {
    expect((await ask('up{job="liangheng"}'))[0]!.value[1]).toBe('1');
    expect((await ask('liangheng_store_behind'))[0]).toMatchObject({
      metric: { plant: PLANT, engine: 'duckdb' },
      value: [expect.anything(), '7'],
    });
    expect(Number((await ask('liangheng_source_lag_seconds{source="GW1"}'))[0]!.value[1])).toBeGreaterThanOrEqual(3);
    expect((await ask('liangheng_source_resynchronisations_total'))[0]!.value[1]).toBe('3');
  });

  it.each(queriesOf(board))('panel query gives rows: $name', async ({ text }) => {
    expect((await ask(interpolate(text, values))).length).toBeGreaterThan(0);
  });
});
