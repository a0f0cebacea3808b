import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { twoMeters } from '../cli/two-meters.ts';
import { type Influxd, startInfluxd } from './influxd.ts';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.ts';

/** Whoever calls for a server asks where it listens once it does. */
export interface StoredPlant {
  readonly influxd: () => Influxd;
  readonly victoria: () => VictoriaMetrics;
  /** The plant file. */
  readonly file: () => string;
}

/**
 * The plant of two meters in a folder of its own, which keeps its readings in the local store and on a server of either kind, for all
 * tests of a describe. @param more what its file says besides. The database on InfluxDB has the plant's name.
 */
export function storedPlant(id: string, more = ''): StoredPlant {
  let influxd: Influxd | undefined;
  let victoria: VictoriaMetrics | undefined;
  let folder: string | undefined;
  beforeAll(async () => {
    [influxd, victoria] = await Promise.all([startInfluxd(), startVictoriaMetrics()]);
    folder = await mkdtemp(join(tmpdir(), `liangheng-${id}-`));
    const stores = `stores:
  - { engine: duckdb }
  - { engine: influxdb1, url: "${influxd.url}", database: ${id} }
  - { engine: victoriametrics, url: "${victoria.url}" }
`;
    await writeFile(join(folder, 'plant.yaml'), twoMeters(id) + more + stores);
    vi.stubEnv('LIANGHENG_DATA', join(folder, 'data'));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await influxd?.remove();
    await victoria?.remove();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });
  return { influxd: () => influxd!, victoria: () => victoria!, file: () => join(folder!, 'plant.yaml') };
}
