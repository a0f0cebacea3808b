import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournalReader } from '../../collector/journal/reader.ts';
import { verifyJournal } from '../../collector/journal/verify.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { openDuckdbStore } from '../../collector/stores/duckdb/store.ts';
import { openInflux1Store } from '../../collector/stores/influxdb1/store.ts';
import { samplesOf } from '../../collector/stores/rows.ts';
import { openVictoriaMetricsStore } from '../../collector/stores/victoriametrics/store.ts';
import type { Life } from './drill.child.ts';
import { type Gateway, startGateway, type Trouble } from './gateway.ts';
import { type Influxd, startInfluxd } from './influxd.ts';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.ts';

/** The short form; `npm run drill` takes minutes. */
const SECONDS = Number(process.env.LIANGHENG_DRILL_SECONDS ?? 20);
/** It goes on until so many processes were killed, however long that takes. */
const KILLS = Number(process.env.LIANGHENG_DRILL_KILLS ?? 5);
const TROUBLES: readonly Trouble[] = [400, 401, 403, 404, 413, 429, 500, 502, 503, 504, 'cut', 'cut-answer', 'cut-in-half', 'silent'];
/** Whoever writes or the disk: what every life passes through. */
const STEPS = ['write', 'datasync', 'writeFile', 'BEGIN', 'COMMIT', 'INSERT', 'UPDATE', 'CREATE', 'DELETE', 'DROP'];
const CLOCKS = [0, 0, 3_600_000, -7_200_000, 86_400_000 * 400];
const CHANNELS = ['F0', 'F1', 'F2', 'F3', 'F4'];
const any = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!;

describe('a drill of everything that can go wrong while readings are written', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'liangheng-drill-'));
  const compiled = resolve(`node_modules/.cache/liangheng-drill-${process.pid}`);
  let influxd: Influxd;
  let victoria: VictoriaMetrics;
  let gateways: readonly [Gateway, Gateway];
  const counts = { killed: 0, fullDisk: 0, troubled: 0, restarts: 0, pauses: 0, clockSteps: 0 };
  const diedAt = new Map<string, number>();
  const met = new Map<Trouble, number>();
  const acknowledged = new Set<number>();
  let newest = 0;

  beforeAll(async () => {
    [influxd, victoria] = await Promise.all([startInfluxd(), startVictoriaMetrics()]);
    gateways = [await startGateway(() => influxd.url), await startGateway(() => victoria.url)];
    await build({
      configFile: false,
      logLevel: 'error',
      build: {
        ssr: resolve('test/peers/drill.child.ts'),
        outDir: compiled,
        emptyOutDir: true,
        rollupOptions: { output: { entryFileNames: 'child.mjs' } },
      },
    });
  }, 120_000);
  afterAll(async () => {
    for (const gateway of gateways ?? []) await gateway.close();
    await influxd?.remove();
    await victoria?.remove();
    await rm(compiled, { recursive: true, force: true });
  });

  /** One server of the two is away, or hangs, for the length of a life; what is returned puts that right. */
  async function disturb(): Promise<() => Promise<void>> {
    const dice = Math.random();
    if (dice < 0.1) {
      counts.restarts += 1;
      await (dice < 0.05 ? influxd.kill() : victoria.end());
      return () => (dice < 0.05 ? influxd.start() : victoria.start());
    }
    if (dice < 0.2) {
      counts.pauses += 1;
      const server = dice < 0.15 ? influxd : victoria;
      server.pause();
      return async () => server.resume();
    }
    return async () => undefined;
  }

  /** Runs one life to its end, or to `limitMs`, and says how it ended. */
  function live(life: Life, limitMs: number): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, [join(compiled, 'child.mjs'), JSON.stringify(life)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, said] = ['', ''];
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes.toString();
      const lines = out.split('\n');
      out = lines.pop()!;
      for (const line of lines) {
        if (line === 'full') counts.fullDisk += 1;
        else if (line.startsWith('die ')) diedAt.set(line.slice(4), (diedAt.get(line.slice(4)) ?? 0) + 1);
        else if (/^ack \d+$/.test(line)) {
          const number = Number(line.slice(4));
          acknowledged.add(number);
          newest = Math.max(newest, number);
        }
      }
    });
    child.stderr.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    return new Promise((settle) =>
      child.once('close', (code) => {
        clearTimeout(timer);
        settle({ code, said });
      }),
    );
  }

  it(
    `of ${SECONDS} s and at least ${KILLS} kills loses nothing that was acknowledged, and journal, DuckDB, InfluxDB and VictoriaMetrics end with the same samples`,
    async () => {
      const life = { dataDir, influxUrl: gateways[0].url, victoriaUrl: gateways[1].url };
      const endMs = performance.now() + SECONDS * 1000;
      let from = 1;
      while (performance.now() < endMs || counts.killed < KILLS) {
        for (const gateway of gateways) {
          // Those that the last life did not come to: left standing, they would grow until no write ever succeeds.
          gateway.troubles.length = 0;
          for (let i = 0; i < 2; i += 1) {
            if (Math.random() < 0.5) continue;
            gateway.troubles.push(any(TROUBLES));
          }
        }
        const before = gateways.map(({ troubles }) => [...troubles]);
        const clockMs = any(CLOCKS);
        if (clockMs !== 0) counts.clockSteps += 1;
        const after = await disturb();
        // Half of the kills by number, half at a step of a kind: some kinds are far behind the others.
        const named = Math.random() < 0.5 ? { dieAtName: any(STEPS) } : {};
        const dieAtStep = 1 + Math.floor(Math.random() ** 2 * ('dieAtName' in named ? 4 : 150));
        const { code, said } = await live(
          { ...life, ...named, from, clockMs, dieAtStep, fullDisk: any([0, 0, 0.05]), finish: false },
          // The first cursor of a server is written late in a life; on a busy machine later still.
          KILLS >= 500 && 'dieAtName' in named ? 10_000 : 4000,
        );
        await after();
        for (const [i, { troubles }] of gateways.entries()) {
          for (const trouble of before[i]!.slice(0, before[i]!.length - troubles.length)) met.set(trouble, (met.get(trouble) ?? 0) + 1);
        }
        expect([code, said]).toEqual([null, '']);
        counts.killed += 1;
        from = newest + 3;
      }
      for (const gateway of gateways) gateway.troubles.length = 0;
      counts.troubled = gateways[0].troubled + gateways[1].troubled;
      expect(await live({ ...life, from, clockMs: 0, dieAtStep: null, fullDisk: 0, finish: true }, 120_000)).toEqual({ code: 0, said: '' });

      const journalDir = join(dataDir, 'journal');
      expect((await verifyJournal(journalDir)).finding).toBeNull();
      const journal = new Map<string, Sample>();
      for await (const group of (await openJournalReader(journalDir)).groups(0, (damage) => expect(damage).toBeNull())) {
        for (const sample of samplesOf([group])) journal.set(`${sample.channel} ${sample.timeMs}`, sample);
      }
      const times = new Set([...journal.values()].map(({ timeMs }) => (timeMs - Date.UTC(2026, 2, 1)) / 1000));
      expect([...acknowledged].filter((number) => !times.has(number))).toEqual([]);
      expect(acknowledged.size).toBeGreaterThan(0);

      const plant = { id: 'drill', path: join(dataDir, 'plant.yaml'), dataDir };
      const stores = [
        await openDuckdbStore(join(dataDir, 'samples.duckdb'), { threads: 1, memory: '256MB', readOnly: true }),
        await openInflux1Store(plant, { engine: 'influxdb1', url: influxd.url, database: 'drill' }),
        await openVictoriaMetricsStore(plant, { engine: 'victoriametrics', url: victoria.url, lineProtocol: 2 }),
      ];
      const due = [...journal].map(([key, { value, quality }]) => [key, value ?? Number.NaN, quality === 'missing' ? 2 : 0] as const);
      for (const store of stores) {
        const held: (readonly [string, number, number])[] = [];
        for (const channel of CHANNELS) {
          const { timeMs, value, quality } = await store.reader.samples(channel, 0, 4e12);
          for (const [i, time] of timeMs.entries()) held.push([`${channel} ${time}`, value[i]!, quality[i]!]);
        }
        // Only what differs: of tens of thousands nobody finds the one.
        const [ours, theirs] = [due, held].map((list) => new Set(list.map((one) => one.join(' ')))) as [Set<string>, Set<string>];
        const [missing, extra] = [[...ours].filter((one) => !theirs.has(one)), [...theirs].filter((one) => !ours.has(one))];
        expect([store.engine, held.length, missing, extra]).toEqual([store.engine, due.length, [], []]);
        await store.close();
      }
      if (KILLS >= 500) {
        const steps = [...diedAt.keys()].join(' ');
        expect(STEPS.filter((name) => !steps.includes(name))).toEqual([]);
        expect(TROUBLES.filter((trouble) => !met.has(trouble))).toEqual([]);
      }
      const summary = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
      const places = [...diedAt].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
      process.stderr.write(
        `drill: ${summary.join(', ')}; ${acknowledged.size} batches acknowledged, ${journal.size} samples the same in journal, ${stores.map(({ engine }) => engine).join(', ')}\n` +
          `died ${places.join(', ')}\ntroubles ${[...met].map(([trouble, count]) => `${trouble} ${count}`).join(', ')}\n`,
      );
    },
    (SECONDS + 15 * KILLS + 600) * 1000,
  );
});
