import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BalanceReport } from '../../balance/media/result.ts';
import { journalDir } from '../../cli/collecting.ts';
import type { CoverageReport } from '../../collector/coverage/result.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { called } from '../cli/called.ts';
import { lossyReadings } from '../cli/lossy-readings.ts';
import { storedPlant } from './stored-plant.ts';

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
  const at = storedPlant(PLANT, POINTS);
  let balance: BalanceReport;
  let coverage: CoverageReport;
  beforeAll(async () => {
    const plant = await loadPlant(at.file());
    const journal = await openJournal(journalDir(plant), { plant: plant.id });
    await journal.append(lossyReadings(T0));
    await journal.close();
    balance = JSON.parse((await called('balance', at.file(), '--json')).out) as BalanceReport;
    coverage = JSON.parse((await called('coverage', at.file(), '--json')).out) as CoverageReport;
  });

  const closures = () => balance.balances.map(({ id, boundary, closurePercent }) => [`${id} ${boundary}`, closurePercent] as const);
  const ratios = () =>
    new Map(coverage.cells.flatMap(({ kind, level, ratio }) => (ratio === null ? [] : [[`${kind} ${level}`, ratio] as const])));

  it('are in InfluxDB, as a panel asks for them', async () => {
    const ask = async (query: string): Promise<ReadonlyMap<string, number>> => {
      const answer = await fetch(`${at.influxd().url}/query?db=${PLANT}&epoch=ms`, {
        method: 'POST',
        body: new URLSearchParams({ q: query }),
      });
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
    await fetch(`${at.victoria().url}/internal/force_flush`);
    const ask = async (query: string, ...tags: readonly string[]): Promise<ReadonlyMap<string, number>> => {
      const body = new URLSearchParams({ query, nocache: '1' });
      const { data } = (await (await fetch(`${at.victoria().url}/api/v1/query`, { method: 'POST', body })).json()) as {
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
