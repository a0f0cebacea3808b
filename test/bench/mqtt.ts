import { spawn } from 'node:child_process';
import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Sample } from '../../collector/sample/sample.ts';
import { openSources } from '../../collector/sources/open.ts';
import type { Source } from '../../collector/sources/source.ts';
import { plantOf } from '../collector/sources/plants.ts';
import { Mosquitto } from '../peers/mosquitto.ts';

/** MQTT at QoS 1, each message on disk (fdatasync) before its PUBACK, with a broker that allows enough in flight and with a stock one. */
export const name = 'mqtt';

const SECONDS = 10;
const sync = promisify(fdatasync);

export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const open = await rate('allow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n');
  const stock = await rate('allow_anonymous true\n');
  return {
    metrics: {
      messagesPerSecond: open.perSecond,
      cpuPercent: open.cpuPercent,
      reconnects: open.reconnects,
      meanSyncMs: open.syncMs,
      messagesPerSecondStockBroker: stock.perSecond,
      cpuPercentStockBroker: stock.cpuPercent,
    },
    peers: {},
  };
}

async function rate(configuration: string): Promise<{ perSecond: number; cpuPercent: number; reconnects: number; syncMs: number }> {
  const broker = await Mosquitto.start(configuration);
  const folder = mkdtempSync(join(tmpdir(), 'liangheng-bench-'));
  const file = openSync(join(folder, 'journal'), 'a');
  const [opened] = openSources(plantOf([{ id: 'b', protocol: 'mqtt', url: broker.url }], { a: { device: 'b', topic: 'a' } }));
  const source = opened as Source;
  let taken = 0;
  // One fdatasync after another, each for everything that came meanwhile, as the journal does.
  let waiting: { readonly samples: readonly Sample[]; readonly done: () => void }[] = [];
  let writing = false;
  let syncs = 0;
  let syncMs = 0;
  const write = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      writeSync(file, group.flatMap(({ samples }) => samples.map((sample) => `${sample.timeMs} ${sample.value} ${sample.raw}\n`)).join(''));
      const start = performance.now();
      await sync(file);
      syncs++;
      syncMs += performance.now() - start;
      for (const { samples, done } of group) {
        taken += samples.length;
        done();
      }
    }
    writing = false;
  };
  await source.start({
    samples: (samples) =>
      new Promise((done) => {
        waiting.push({ samples, done });
        if (!writing) void write();
      }),
    async quarantine() {},
    async event() {},
  });
  while (source.status().state !== 'online') await wait(50);
  const child = fileURLToPath(new URL('./mqtt.child.ts', import.meta.url));
  const publishers = [0, 1].map(() =>
    spawn(process.execPath, ['--import', 'tsx', child, broker.url, 'a'], { stdio: ['ignore', 'ignore', 'inherit'] }),
  );
  while (taken === 0) await wait(50);
  await wait(1000);
  const before = { taken, cpu: process.cpuUsage(), ms: performance.now() };
  await wait(SECONDS * 1000);
  const ms = performance.now() - before.ms;
  const cpu = process.cpuUsage(before.cpu);
  const result = {
    perSecond: Math.round(((taken - before.taken) / ms) * 1000),
    cpuPercent: Math.round((cpu.user + cpu.system) / ms / 10),
    reconnects: source.status().counts.reconnects,
    syncMs: Math.round((syncMs / syncs) * 10) / 10,
  };
  for (const publisher of publishers) publisher.kill('SIGKILL');
  await source.stop();
  await broker.remove();
  closeSync(file);
  rmSync(folder, { recursive: true });
  return result;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
