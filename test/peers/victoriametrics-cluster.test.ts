import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Store } from '../../collector/stores/store.ts';
import { openVictoriaMetricsStore } from '../../collector/stores/victoriametrics/store.ts';
import { group, sample } from '../collector/stores/contract.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.ts';

const T0 = Date.UTC(2026, 2, 1);

describe('a cluster of VictoriaMetrics: its addresses in front of a single node', () => {
  let server: VictoriaMetrics | undefined;
  let cluster: Gateway | undefined;
  afterEach(async () => {
    await cluster?.close();
    await server?.remove();
  });

  async function openOn(...flags: string[]): Promise<Store> {
    server = await startVictoriaMetrics(...flags);
    cluster = await startGateway(() => server!.url, { cluster: true });
    const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-victoria-'));
    const plant = { id: 'p1', path: join(dataDir, 'plant.yaml'), dataDir };
    const [url, queryUrl] = [`${cluster.url}/insert/0/influx`, `${cluster.url}/select/0/prometheus`];
    // The node remembers for ten seconds that it found nothing.
    return openVictoriaMetricsStore(plant, { engine: 'victoriametrics', url, queryUrl, lineProtocol: 2 }, 30_000, 11_000);
  }

  it('is written through vminsert and read through vmselect, and the last record holds though nothing can be flushed', async () => {
    const store = await openOn();
    await store.write([group(1, [sample('F1', T0, 5), sample('F1', T0 + 1000, null)])]);
    await store.write([group(2, [sample('F1', T0, 2)])]);
    const values = async () => [...(await store.reader.samples('F1', 0, 4e12)).value];
    await expect.poll(values, { timeout: 90_000, interval: 500 }).toEqual([2, Number.NaN]);
    await store.close();
  }, 180_000);

  it('is refused where vmselect says that it keeps what is sent twice', async () => {
    const store = await openOn('-dedup.minScrapeInterval=0');
    await expect(store.write([group(1, [sample('F1', T0, 1)])])).rejects.toMatchObject({ code: 'store.no-deduplication' });
    await store.close();
  }, 120_000);
});
