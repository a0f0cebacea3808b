import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BalanceReport } from '../../balance/media/result.ts';
import { define as defineBalance } from '../../cli/balance.ts';
import { define as defineCoverage } from '../../cli/coverage.ts';
import type { CoverageReport } from '../../collector/coverage/result.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { lossyReadings } from '../cli/lossy-readings.ts';
import { printedBy } from '../cli/printed-by.ts';
import { twoMeters } from '../cli/two-meters.ts';
import { type Influxd, startInfluxd } from './influxd.ts';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.ts';

const DAY_MS = 86_400_000;
/** Six days ago at the plant's midnight: the last complete window begins two days later. */
const T0 = Math.floor(Date.now() / DAY_MS) * DAY_MS - 8 * 3_600_000 - 6 * DAY_MS;
const PLANT = 'two-meters';

/** Of the water that must be measured the half is. */
const POINTS = `points:
  - { id: P-IN, name: 进水, kind: water, level: 1, unit: P, meters: [{ meter: IN }] }
  - { id: P-OUT, name: 出水, kind: water, level: 1, unit: P }
`;

/** The queries of docs/stores.md as a panel sends them, its variables filled in. */
async function documented(language: string): Promise<readonly string[]> {
  const text = await readFile(new URL('../../docs/stores.md', import.meta.url), 'utf8');
  const [, block = ''] = new RegExp(`\`\`\`${language}\n(.*?)\n\`\`\``, 's').exec(text) ?? [];
  const values = [['$plant', PLANT] as const, ['$timeFilter', `time >= ${T0}ms`] as const, ['$__range', '30d'] as const];
  return block.split('\n').map((query) => values.reduce((filled, [name, value]) => filled.replaceAll(name, value), query));
}

describe('the results of balance and coverage', () => {
  let influxd: Influxd;
  let victoria: VictoriaMetrics;
  let folder: string;
  let balance: BalanceReport;
  let coverage: CoverageReport;
  beforeAll(async () => {
    [influxd, victoria] = await Promise.all([startInfluxd(), startVictoriaMetrics()]);
    folder = await mkdtemp(join(tmpdir(), 'liangheng-results-'));
    const file = join(folder, 'plant.yaml');
    const stores = `stores:
  - { engine: duckdb }
  - { engine: influxdb1, url: "${influxd.url}", database: plant }
  - { engine: victoriametrics, url: "${victoria.url}" }
`;
    await writeFile(file, twoMeters() + POINTS + stores);
    vi.stubEnv('LIANGHENG_DATA', join(folder, 'data'));
    const journal = await openJournal(join(folder, 'data', PLANT, 'journal'), { plant: PLANT });
    await journal.append(lossyReadings(T0));
    await journal.close();
    balance = JSON.parse(await printedBy(defineBalance, 'balance', file, '--json')) as BalanceReport;
    vi.restoreAllMocks();
    coverage = JSON.parse(await printedBy(defineCoverage, 'coverage', file, '--json')) as CoverageReport;
    vi.restoreAllMocks();
  }, 120_000);
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    vi.unstubAllEnvs();
    process.exitCode = undefined;
    await influxd?.remove();
    await victoria?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const closures = () => balance.balances.map(({ id, boundary, closurePercent }) => [`${id} ${boundary}`, closurePercent] as const);
  const ratios = () =>
    new Map(coverage.cells.flatMap(({ kind, level, ratio }) => (ratio === null ? [] : [[`${kind} ${level}`, ratio] as const])));

  it('are in InfluxDB, as a panel asks for them', async () => {
    const ask = async (query: string): Promise<ReadonlyMap<string, number>> => {
      const answer = await fetch(`${influxd.url}/query?db=plant&epoch=ms`, { method: 'POST', body: new URLSearchParams({ q: query }) });
      const { results } = (await answer.json()) as {
        results: [{ error?: string; series?: { tags: Record<string, string>; values: [number, number][] }[] }];
      };
      expect(results[0].error).toBeUndefined();
      const series = results[0].series ?? [];
      return new Map(series.map(({ tags, values }) => [Object.values(tags).slice(0, 2).join(' '), values.at(-1)![1]]));
    };
    const [closure, share] = await documented('influxql');
    expect(new Map(closures())).toEqual(await ask(closure!));
    expect(await ask(share!)).toEqual(ratios());
  });

  it('are in VictoriaMetrics, as a panel asks for them', async () => {
    await fetch(`${victoria.url}/internal/force_flush`);
    const ask = async (query: string, ...tags: readonly string[]): Promise<ReadonlyMap<string, number>> => {
      const body = new URLSearchParams({ query, nocache: '1' });
      const { data } = (await (await fetch(`${victoria.url}/api/v1/query`, { method: 'POST', body })).json()) as {
        data: { result: { metric: Record<string, string>; value: [number, string] }[] };
      };
      return new Map(data.result.map(({ metric, value }) => [tags.map((tag) => metric[tag]).join(' '), Number(value[1])]));
    };
    const [closure, share] = await documented('promql');
    const found = await ask(closure!, 'balance', 'boundary');
    expect([...found.keys()]).toEqual(closures().map(([key]) => key));
    for (const [key, percent] of closures()) expect(found.get(key)).toBeCloseTo(percent!, 9);
    expect(found.get('water P')).toBeCloseTo(10, 6);
    // What was judged this second the server shows with the next.
    await expect.poll(() => ask(share!, 'kind', 'level'), { timeout: 60_000 }).toEqual(ratios());
    expect(ratios()).toEqual(new Map([['water 1', 50]]));
  });
});
