import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openJournal } from '../../collector/journal/journal.ts';
import { createRecorder } from '../../collector/recorder/recorder.ts';
import { openSources } from '../../collector/sources/open.ts';
import type { Source } from '../../collector/sources/source.ts';
import { plantOf } from '../collector/sources/plants.ts';
import { Mosquitto } from '../peers/mosquitto.ts';

/**
 * MQTT at QoS 1, each message in the plant's own journal (fdatasync) before its PUBACK, with a broker that allows enough in flight and
 * with a stock one, which queues 1,000 messages a client and drops the others. On a machine that is busy with other things, milliseconds of CPU per 1,000 messages say more than the rate.
 */
export const name = 'mqtt';

const SECONDS = 8;

export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const open = await rate('allow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n');
  const stock = await rate('allow_anonymous true\n');
  const stock311 = await rate('allow_anonymous true\n', 4);
  return {
    metrics: {
      messagesPerSecond: open.perSecond,
      cpuMsPer1000: open.cpuMsPer1000,
      cpuPercent: open.cpuPercent,
      reconnects: open.reconnects,
      messagesPerGroup: open.perGroup,
      lostPercent: open.lostPercent,
      stockBrokerMessagesPerSecond: stock.perSecond,
      stockBrokerLostPercent: stock.lostPercent,
      stockBroker311MessagesPerSecond: stock311.perSecond,
      stockBroker311LostPercent: stock311.lostPercent,
    },
    peers: {},
  };
}

async function rate(configuration: string, version = 5) {
  const broker = await Mosquitto.start(configuration);
  const folder = mkdtempSync(join(tmpdir(), 'liangheng-bench-'));
  const journal = await openJournal(join(folder, 'journal'), { plant: 'bench' });
  const recorder = createRecorder(journal, { simulated: false });
  const [opened] = openSources(
    plantOf([{ id: 'b', protocol: 'mqtt', url: broker.url, version }], { a: { device: 'b', topic: 'a', sequence: '$.value' } }),
  );
  const source = opened as Source;
  let taken = 0;
  recorder.listen((samples) => {
    taken += samples.length;
  });
  await source.start(recorder);
  while (source.status().state !== 'online') await wait(50);
  const child = fileURLToPath(new URL('./mqtt.child.ts', import.meta.url));
  const publisher = spawn(process.execPath, ['--import', 'tsx', child, String(broker.port), 'a', 'publisher'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (taken === 0) await wait(50);
  await wait(1000);
  const before = { taken, groups: journal.head().seq, cpu: process.cpuUsage(), ms: performance.now() };
  await wait(SECONDS * 1000);
  const ms = performance.now() - before.ms;
  const cpu = process.cpuUsage(before.cpu);
  const cpuMs = (cpu.user + cpu.system) / 1000;
  const messages = taken - before.taken;
  const lost = source.status().counts.lost ?? 0;
  const result = {
    perSecond: Math.round((messages / ms) * 1000),
    cpuMsPer1000: Math.round((cpuMs / messages) * 100_000) / 100,
    cpuPercent: Math.round((100 * cpuMs) / ms),
    reconnects: source.status().counts.reconnects,
    // Of those that were due up to now: with its stock settings the broker drops what it has no room for, and acknowledges it all the same.
    lostPercent: Math.round((1000 * lost) / (taken + lost)) / 10,
    perGroup: Math.round(messages / (journal.head().seq - before.groups)),
  };
  publisher.kill('SIGKILL');
  await source.stop();
  await journal.close();
  await broker.remove();
  rmSync(folder, { recursive: true });
  return result;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
