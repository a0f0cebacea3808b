import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfluxDB } from 'influx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Journal, openJournal } from '../../collector/journal/journal.ts';
import { writtenBefore } from '../../collector/journal/segment.ts';
import { hourOf } from '../../collector/sample/hour.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { auditStore, repairStore } from '../../collector/stores/audit.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';
import { follow } from '../../collector/stores/follow.ts';
import { openInflux1Store } from '../../collector/stores/influxdb1/store.ts';
import { auditRound } from '../../collector/stores/rounds.ts';
import type { Store } from '../../collector/stores/store.ts';
import { openVictoriaMetricsStore } from '../../collector/stores/victoriametrics/store.ts';
import { sample } from '../collector/stores/contract.ts';
import { type Influxd, startInfluxd } from './influxd.ts';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.ts';

const HOUR = 3_600_000;
const NOW = Date.now();
const T0 = hourOf(NOW) - 3 * HOUR;

describe('what a server says that it stored, read back', () => {
  let influxd: Influxd;
  let victoria: VictoriaMetrics;
  beforeAll(async () => {
    [influxd, victoria] = await Promise.all([startInfluxd(), startVictoriaMetrics('-retentionPeriod=1')]);
  });
  afterAll(async () => {
    await influxd?.remove();
    await victoria?.remove();
  });

  async function filled(
    samples: readonly Sample[],
  ): Promise<{ journal: Journal; dataDir: string; into: (store: Store) => Promise<Store> }> {
    const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-audit-'));
    const journal = await openJournal(join(dataDir, 'journal'), { plant: 'p1' });
    for (let at = 0; at < samples.length; at += 100) {
      await journal.append(samples.slice(at, at + 100).map((one) => ({ kind: 'sample', sample: one }) as const));
    }
    const into = async (store: Store) => {
      await follow(journal, store, { untilHead: true });
      return store;
    };
    return { journal, dataDir, into };
  }
  const plantIn = (dataDir: string, id: string) => ({ id, path: join(dataDir, 'plant.yaml'), dataDir });
  const good = Array.from({ length: 240 }, (_, i) => sample(`F${i % 2}`, T0 + i * 45_000, i % 11 === 0 ? null : i / 7));

  it('VictoriaMetrics drops a sample of the day after tomorrow and one older than its retention, with a 204: found, and said to be beyond repair', async () => {
    const lost = [sample('F0', NOW + 3 * 24 * HOUR, 5), sample('F1', NOW - 60 * 24 * HOUR, 6)];
    const { journal, dataDir, into } = await filled([...good, ...lost]);
    const definition = { engine: 'victoriametrics', url: victoria.url, lineProtocol: 2 } as const;
    const store = await into(await openVictoriaMetricsStore(plantIn(dataDir, 'dropped'), definition));
    expect(await store.cursor()).toBe(journal.head().seq);
    expect(store.quarantine?.count).toBe(0);

    const audit = await auditStore(store, journal, 0, 4e12);
    expect(audit.samples).toBe(good.length + 2);
    expect(audit.differences).toEqual(
      lost.map(({ channel, timeMs, value }) => {
        return { channel, hourMs: hourOf(timeMs), journal: { count: 1, sum: value }, store: { count: 0, sum: 0 } };
      }),
    );
    expect(await repairStore(store, journal, audit.differences)).toEqual({ restored: 2 });
    expect((await auditStore(store, journal, 0, 4e12)).differences).toEqual(audit.differences);
    await journal.close();
  });

  it('what disappeared from InfluxDB behind our back is found and brought back', async () => {
    const { journal, dataDir, into } = await filled(good);
    const store = await into(await openInflux1Store(plantIn(dataDir, 'p1'), { engine: 'influxdb1', url: influxd.url, database: 'audit' }));
    expect((await auditStore(store, journal, 0, 4e12)).differences).toEqual([]);
    const url = new URL(influxd.url);
    const client = new InfluxDB({ host: url.hostname, port: Number(url.port), database: 'audit' });
    await client.query(`DELETE FROM "sample" WHERE channel = 'F1' AND time >= ${T0 + HOUR}ms AND time < ${T0 + HOUR + 600_000}ms`);
    await client.writePoints([
      {
        measurement: 'sample',
        tags: { plant: 'p1', channel: 'F0' },
        fields: { v: 99.5 },
        timestamp: `${T0 + 90_000}000000`,
      },
    ]);

    const head = () => journal.head();
    const followed = { head, groups: journal.groups.bind(journal), waitFor: journal.waitFor.bind(journal) };
    const afterSeq = (fromMs: number) => writtenBefore(journal.dir, fromMs);
    const [round] = await auditRound({ ...followed, afterSeq }, [store], NOW);
    expect(round!.found.differences.map(({ channel, hourMs }) => [channel, hourMs])).toEqual([
      ['F0', T0],
      ['F1', T0 + HOUR],
    ]);
    expect(round).toMatchObject({ left: 0 });
    expect((await auditStore(store, journal, 0, 4e12)).differences).toEqual([]);
    await journal.close();
  });

  it('DuckDB agrees with the journal, also where late data and corrections replaced readings', async () => {
    const { journal, dataDir, into } = await filled([...good, sample('F0', T0, 1234), sample('F1', T0 + 45_000, null)]);
    await journal.append([
      { kind: 'correction', timeMs: NOW, channel: 'F0', sampleTimeMs: T0 + 90_000, value: 3, by: 'Li', why: 'misread' },
    ]);
    const store = await into(await openDuckdbStore(join(dataDir, 'samples.duckdb'), { threads: 1, memory: '256MB' }));
    const audit = await auditStore(store, journal, 0, 4e12);
    expect(audit).toMatchObject({ samples: good.length, hours: 6, differences: [], quarantined: 0 });
    await store.close();
    await journal.close();
  });
});
