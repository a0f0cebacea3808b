import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Batch } from '../../collector/stores/batch.ts';
import { lineSender } from '../../collector/stores/line-post.ts';
import type { Store } from '../../collector/stores/store.ts';
import { VictoriaReader } from '../../collector/stores/victoriametrics/read.ts';
import { Server } from '../../collector/stores/victoriametrics/server.ts';
import { openVictoriaMetricsStore } from '../../collector/stores/victoriametrics/store.ts';
import { type Bench, group, sample, storeContract } from '../collector/stores/contract.ts';
import { lineOf } from '../collector/stores/line.ts';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.ts';

const T0 = Date.UTC(2026, 2, 1);

describe.each([1, 2] as const)('the VictoriaMetrics store, line protocol %i, against victoria-metrics', (lineProtocol) => {
  let server: VictoriaMetrics;
  let plants = 0;
  beforeAll(async () => {
    server = await startVictoriaMetrics();
  });
  afterAll(() => server.remove());

  async function fresh(): Promise<Bench> {
    const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-victoria-'));
    plants += 1;
    const plant = { id: `plant "${plants}"`, path: join(dataDir, 'plant.yaml'), dataDir };
    return { open: () => openVictoriaMetricsStore(plant, { engine: 'victoriametrics', url: server.url, lineProtocol }) };
  }
  storeContract(fresh, { exact: false });

  it('lets the last record hold though a request that seemed lost comes after it', async () => {
    const { open } = await fresh();
    const id = `plant "${plants}"`;
    const store = await open();
    const records = [sample('F1', T0, 9), sample('F1', T0, 3), sample('F1', T0, 3), sample('F1', T0 + 1000, 1)];
    await store.write([group(1, records)]);
    const lost = lineOf(id, records[0]!);
    expect((await fetch(`${server.url}/write?precision=ms`, { method: 'POST', body: lost })).status).toBe(204);
    expect([...(await store.reader.samples('F1', 0, 4e12)).value]).toEqual([3, 1]);
    expect((await store.reader.counts()).get('F1')).toBe(2);
    await store.close();
  });

  it('lets the last record hold whatever its value, also after a restart of ours', async () => {
    const bench = await fresh();
    const values = [9, 3, null, 2, null, 8, 1];
    let store: Store | null = null;
    for (const [i, value] of values.entries()) {
      if (i % 2 === 0) store = await bench.open();
      await store!.write([group(i + 1, [sample('F1', T0, value), sample('F1', T0 + 1000 * (i + 1), i)])]);
      const columns = await store!.reader.samples('F1', 0, 4e12);
      expect([columns.timeMs[0], columns.value[0]]).toEqual([T0, value ?? Number.NaN]);
      expect(columns.timeMs).toHaveLength(i + 2);
    }
    expect((await store!.reader.counts()).get('F1')).toBe(values.length + 1);
  });

  it('lets the last record hold where times stored before a restart of ours come again in order', async () => {
    const bench = await fresh();
    const first = await bench.open();
    const rows = (sign: number, from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => sample('F1', T0 + 1000 * (from + i), sign * (1 + from + i)));
    await first.write([group(1, rows(1, 0, 30))]);
    const second = await bench.open();
    for (let at = 0; at < 40; at += 10) await second.write([group(2 + at / 10, rows(-1, at, at + 10))]);
    const { value } = await second.reader.samples('F1', 0, 4e12);
    expect([...value]).toEqual(rows(-1, 0, 40).map((one) => one.value));
  });
});

it('a VictoriaMetrics elsewhere takes the same compressed', async () => {
  const server = await startVictoriaMetrics();
  try {
    const sent = [sample('F1', T0, 1.5), sample('F1', T0 + 1000, null), sample('F2', T0, -3)];
    for (const path of ['/write?precision=ms', '/api/v2/write?precision=ms']) {
      const plant = path.slice(1, 4);
      await lineSender({ url: server.url, path, timeoutMs: 60_000, compressed: true }, plant).send(Batch.of(sent));
      const reader = new VictoriaReader(new Server(server.url, server.url, null, 60_000), plant);
      expect(await reader.counts()).toEqual(
        new Map([
          ['F1', 2],
          ['F2', 1],
        ]),
      );
      expect([...(await reader.samples('F1', 0, 4e12)).value]).toEqual([1.5, Number.NaN]);
    }
  } finally {
    await server.remove();
  }
}, 120_000);

describe('a VictoriaMetrics that keeps what is sent twice', () => {
  it('is refused with what to do about it, and nothing is written', async () => {
    const server = await startVictoriaMetrics('-dedup.minScrapeInterval=0');
    const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-victoria-'));
    const plant = { id: 'p1', path: join(dataDir, 'plant.yaml'), dataDir };
    const store = await openVictoriaMetricsStore(plant, { engine: 'victoriametrics', url: server.url, lineProtocol: 2 });
    await expect(store.write([group(1, [sample('F1', T0, 1)])])).rejects.toMatchObject({ code: 'store.no-deduplication' });
    expect(await store.cursor()).toBe(0);
    expect(await store.reader.counts()).toEqual(new Map());
    await server.remove();
  });
});
