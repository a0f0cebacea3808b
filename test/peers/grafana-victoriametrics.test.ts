import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVictoriaMetricsStore } from '../../collector/stores/victoriametrics/store.ts';
import { group, sample } from '../collector/stores/contract.ts';
import { dashboard, interpolate, queriesOf, variablesOf } from './grafana-dashboard.ts';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.ts';

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value?: Point;
      readonly values?: readonly Point[];
    }[];
  };
}
type Point = readonly [number, string];

const MINUTE_S = 60;
/** An hour of readings that ended a moment ago: the engine lets nothing in that is far in the future. */
const T0 = Math.floor(Date.now() / 3_600_000) * 3600 - 3600;
const END = T0 + 60 * MINUTE_S;
const board = dashboard('readings-victoriametrics');
const values = { plant: 'p1', channel: '.*', __interval: '5m', __rate_interval: '5m', __range: `${END - T0}s` };

describe('the VictoriaMetrics dashboard against victoria-metrics', () => {
  let engine: VictoriaMetrics;
  beforeAll(async () => {
    engine = await startVictoriaMetrics();
    const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-grafana-'));
    const plant = { id: 'p1', path: join(dataDir, 'plant.yaml'), dataDir };
    const store = await openVictoriaMetricsStore(plant, { engine: 'victoriametrics', url: engine.url, lineProtocol: 2 });
    const minutes = Array.from({ length: 60 }, (_, i) => i);
    const at = (i: number): number => (T0 + i * MINUTE_S) * 1000;
    await store.write([
      group(1, [
        ...minutes.map((i) => sample('FT-1', at(i), 100 + 2 * i)),
        ...minutes.map((i) => sample('FT-2.flow', at(i), i < 30 ? 7 : null)),
      ]),
    ]);
    // Late data take the place of a gap, and one reading turns out to be none.
    await store.write([group(2, [...minutes.slice(30, 45).map((i) => sample('FT-2.flow', at(i), 7)), sample('FT-1', at(30), null)])]);
    const replaced = 'count(last_over_time(sample_q{turn="1"}[1h]))';
    while ((await ask(replaced, END))[0]?.value?.[1] !== '2') await setTimeout(200);
  });
  afterAll(() => engine?.remove());

  async function ask(query: string, at: number | null): Promise<Answer['data']['result']> {
    const when = at === null ? { start: `${T0}`, end: `${END}`, step: '5m' } : { time: `${at}` };
    const path = at === null ? 'query_range' : 'query';
    const answer = await fetch(`${engine.url}/api/v1/${path}`, {
      method: 'POST',
      body: new URLSearchParams({ query, nocache: '1', ...when }),
    });
    const { error, data } = (await answer.json()) as Answer;
    expect(error).toBeUndefined();
    return data.result;
  }
  const query = (title: RegExp) => {
    const { text, instant } = queriesOf(board).find(({ name }) => title.test(name))!;
    return ask(interpolate(text, values), instant ? END : null);
  };
  const of = (result: Answer['data']['result'], channel: string) => result.find(({ metric }) => metric.channel === channel)!;

  it.each(variablesOf(board))('variable $name finds something to choose from', async ({ name, text }) => {
    const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(interpolate(text, values))!;
    const answer = await fetch(
      `${engine.url}/api/v1/label/${label}/values?${new URLSearchParams({ 'match[]': selector!, start: `${T0}` })}`,
    );
    expect(((await answer.json()) as { data: string[] }).data).toEqual(name === 'plant' ? ['p1'] : ['FT-1', 'FT-2.flow']);
  });

  it.each(queriesOf(board))('panel query gives rows: $name', async ({ text, instant }) => {
    expect((await ask(interpolate(text, values), instant ? END : null)).length).toBeGreaterThan(0);
  });

  it('shows a gap as a gap', async () => {
    const { values: means } = of(await query(/Readings A/), 'FT-2.flow');
    expect(means!.find(([time]) => time === T0 + 40 * MINUTE_S)![1]).toBe('7');
    expect(means!.some(([time]) => time > T0 + 50 * MINUTE_S)).toBe(false);
  });

  it('counts what is missing, its share and the rise of a counter', async () => {
    const missing = of(await query(/Missing readings/), 'FT-2.flow').values!;
    expect(missing.reduce((sum, [, n]) => sum + Number(n), 0)).toBe(15);
    expect(Number(of(await query(/Share/), 'FT-2.flow').value![1])).toBeCloseTo(0.75, 1);
    expect(Number(of(await query(/Rise/), 'FT-1').values![3]![1])).toBeCloseTo(120, 6);
  });

  it('shows what replaced a reading and not what it replaced', async () => {
    const missing = of(await query(/Missing readings/), 'FT-1').values!;
    expect(missing.reduce((sum, [, n]) => sum + Number(n), 0)).toBe(1);
    const around = [27, 28, 29, 31].map((i) => 100 + 2 * i);
    const text = interpolate(queriesOf(board)[0]!.text, values);
    const mean = of(await ask(text, T0 + 31 * MINUTE_S), 'FT-1').value![1];
    expect(Number(mean)).toBeCloseTo(around.reduce((sum, v) => sum + v, 0) / around.length, 9);
  });
});
