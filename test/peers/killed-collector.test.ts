import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InfluxDB } from 'influx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJournalReader } from '../../collector/journal/reader.ts';
import type { Sample } from '../../collector/sample/sample.ts';
import { openReader } from '../../collector/stores/open.ts';
import { loadPlant } from '../../config/plant/load.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { freePort } from '../free-port.ts';
import { type Influxd, startInfluxd } from './influxd.ts';

const KILLS = Number(process.env.LIANGHENG_KILLS ?? 6);
const CLI = ['--import', 'tsx', 'cli/main.ts'];

describe('a collector that is killed while the meters live on', () => {
  let influxd: Influxd;
  let plant: Plant;
  let simulator: ChildProcess;
  let env: NodeJS.ProcessEnv;
  const children: ChildProcess[] = [];

  /** A command of ours in a process of its own; settles once it has said `text`. */
  async function start(command: string, text: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, [...CLI, command, plant.path], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr!.on('data', (bytes: Buffer) => {
        said += bytes.toString();
        if (said.includes(text)) resolve();
      });
      child.once('exit', (code) => reject(new Error(`${command} ended with ${code}: ${said}`)));
    });
    return child;
  }
  const ended = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once('exit', resolve));

  beforeAll(async () => {
    influxd = await startInfluxd();
    const folder = mkdtempSync(join(tmpdir(), 'lh-killed-'));
    cpSync('test/cases/killed-collector', folder, { recursive: true });
    const file = join(folder, 'plant.yaml');
    const text = readFileSync(file, 'utf8')
      .replace('port: 1502', `port: ${await freePort()}`)
      .replace('127.0.0.1:1883', `127.0.0.1:${await freePort()}`)
      .replace('http://127.0.0.1:8086', influxd.url);
    writeFileSync(file, text);
    env = { ...process.env, LIANGHENG_DATA: join(folder, 'data') };
    process.env.LIANGHENG_DATA = join(folder, 'data');
    plant = await loadPlant(file);
    simulator = await start('simulate', 'Ctrl-C');
  });

  afterAll(async () => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    await influxd?.remove();
  });

  it(`${KILLS} times loses nothing that was in the journal, doubles nothing in either store, and says what was missed`, async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const collector = await start('collect', 'Ctrl-C');
      await setTimeout(400 + Math.random() * 1600);
      collector.kill('SIGKILL');
      await ended(collector);
    }
    const last = await start('collect', 'Ctrl-C');
    await setTimeout(1500);
    last.kill('SIGTERM');
    expect(await ended(last)).toBe(0);
    expect(simulator.exitCode).toBeNull();

    const journalled = new Map<string, Sample>();
    let count = 0;
    const journal = await openJournalReader(join(plant.dataDir, 'journal'));
    for await (const group of journal.groups(0)) {
      for (const record of group.records) {
        if (record.kind !== 'sample') continue;
        count += 1;
        journalled.set(`${record.sample.channel} ${record.sample.timeMs}`, record.sample);
      }
    }
    // What the broker held while the collector was away comes late: it stands behind the record that said it was missing.
    expect(count).toBeGreaterThanOrEqual(journalled.size);
    expect(journalled.size).toBeGreaterThan(100);

    const reader = await openReader(plant);
    const inDuckdb = new Map<string, number>();
    let rows = 0;
    for (const channel of plant.channels.keys()) {
      const { timeMs, value } = await reader.samples(channel, 0, Date.now() + 1e6);
      for (const [index, time] of timeMs.entries()) {
        rows += 1;
        inDuckdb.set(`${channel} ${time}`, value[index]!);
      }
    }
    await reader.close();
    expect(rows).toBe(journalled.size);

    const url = new URL(influxd.url);
    const influx = new InfluxDB({ host: url.hostname, port: Number(url.port), database: 'killed' });
    const points = await influx.query<{ channel: string; v: number | null; time: Date }>('SELECT channel, v, q FROM "sample"');
    const inInfluxdb = new Map(points.map((point) => [`${point.channel} ${point.time.getTime()}`, point.v]));
    expect(points.length).toBe(journalled.size);

    for (const [key, sample] of journalled) {
      expect([key, inDuckdb.get(key)]).toEqual([key, sample.value ?? Number.NaN]);
      expect([key, inInfluxdb.get(key) ?? null]).toEqual([key, sample.value]);
    }

    const missed = [...journalled.values()].filter((sample) => sample.reason === 'collector-stopped');
    // Polled meters were missed; of the one behind the broker the persistent session kept what it sent.
    const polled = [...plant.channels.values()].filter((channel) => channel.read?.device === 'GW').map((channel) => channel.id);
    expect([...new Set(missed.map((sample) => sample.channel))]).toEqual(expect.arrayContaining(polled));
    const from = new Date(Math.min(...[...journalled.values()].map((sample) => sample.timeMs))).toISOString();
    const balance = spawnSync(
      process.execPath,
      [...CLI, 'balance', plant.path, '--from', from, '--to', new Date().toISOString(), '--json'],
      {
        env,
        encoding: 'utf8',
        timeout: 120_000,
      },
    );
    const { completeness } = JSON.parse(balance.stdout) as {
      completeness: { missing: Record<string, number>; gaps: { channel: string; reason: string }[] };
    };
    expect(completeness.missing['collector-stopped']).toBe(missed.length);
    for (const channel of polled) {
      expect(completeness.gaps.filter((gap) => gap.channel === channel && gap.reason === 'collector-stopped').length).toBeGreaterThan(0);
    }
  });
});
