import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InfluxDB } from 'influx';
import { connectAsync, type MqttClient, type Packet } from 'mqtt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startIngest } from '../../cli/ingest.ts';
import { openJournalReader } from '../../collector/journal/reader.ts';
import { openInflux1Store } from '../../collector/stores/influxdb1/store.ts';
import { encodeMessage } from '../../collector/stores/mqtt/message.ts';
import { loadIngest } from '../../config/plant/ingest.ts';
import { sample } from '../collector/stores/contract.ts';
import { type Influxd, startInfluxd } from './influxd.ts';
import { Mosquitto } from './mosquitto.ts';

const T0 = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
const PATIENCE = { timeout: 120_000, interval: 100 };

let [influxd, broker, sender] = [null as Influxd | null, null as Mosquitto | null, null as MqttClient | null];
beforeAll(async () => {
  [influxd, broker] = await Promise.all([startInfluxd(), Mosquitto.start()]);
  sender = await connectAsync(broker.url, { protocolVersion: 5 });
});
afterAll(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await sender?.endAsync(true);
  await Promise.all([influxd?.remove(), broker?.remove()]);
});

it('a central database emptied under two processes is filled again by each with what it had stored, also by one that no write of its own failed', async () => {
  // The clock alone, which says when the server is looked at.
  vi.useFakeTimers({ toFake: ['Date'] });
  let said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const count = (text: string) => said.split(text).length - 1;
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-ingest-emptied-'));
  /** A process that takes what one plant sends. */
  const start = async (name: string, plant: string) => {
    const path = join(folder, `${name}.yaml`);
    const stores = `stores: [{ engine: influxdb1, url: '${influxd!.url}', database: centre }]\njournal: { keep: 30d }\n`;
    await writeFile(path, `name: ${name}\ndata: ${name}\nbroker: { url: '${broker!.url}' }\ntopic: liangheng/${plant}/samples\n${stores}`);
    return startIngest(await loadIngest(path), path);
  };
  const [first, second] = [await start('c1', 'p1'), await start('c2', 'p2')];
  const due: Record<string, number[]> = { p1: [], p2: [] };
  const send = async (plant: string, from: number, to: number): Promise<void> => {
    const samples = [];
    for (let k = from; k <= to; k += 1) {
      samples.push({ sample: sample('F1', T0 + k * MINUTE, k), turn: 0 });
      due[plant]!.push(k);
    }
    // A broker that knows no subscriber yet says so and keeps nothing.
    let heard = false;
    const look = (packet: Packet): void => {
      if (packet.cmd === 'puback') heard = packet.reasonCode !== 0x10;
    };
    sender!.on('packetreceive', look);
    while (!heard) {
      await sender!.publishAsync(`liangheng/${plant}/samples`, encodeMessage({ plant, samples }), { qos: 1 });
      if (!heard) await setTimeout(100);
    }
    sender!.off('packetreceive', look);
  };
  const readers = await Promise.all(
    ['p1', 'p2'].map((id) => {
      const plant = { id, path: join(folder, 'plant.yaml'), dataDir: join(folder, id) };
      return openInflux1Store(plant, { engine: 'influxdb1', url: influxd!.url, database: 'centre' });
    }),
  );
  const held = (k: 0 | 1) =>
    readers[k]!.reader.samples('F1', 0, 4e12).then(
      ({ value }) => [...value],
      () => [],
    );
  const stored = async (k: 0 | 1) => expect.poll(() => held(k), PATIENCE).toEqual(due[`p${k + 1}`]);

  await send('p1', 1, 3);
  await send('p2', 1, 3);
  await Promise.all([stored(0), stored(1)]);
  // Each sees its own mark now: at the second write at the latest, where the first went out before the mark was confirmed.
  for (const k of [4, 5]) {
    vi.setSystemTime(Date.now() + 61_000);
    await send('p1', k, k);
    await send('p2', k, k);
    await Promise.all([stored(0), stored(1)]);
  }

  const url = new URL(influxd!.url);
  const admin = new InfluxDB({ host: url.hostname, port: Number(url.port) });
  await admin.dropDatabase('centre');
  await send('p1', 6, 6);
  await stored(0);
  expect(await held(1)).toEqual([]);
  // The second's next write is taken by the new database; the ten minutes after which it looks have passed.
  vi.setSystemTime(Date.now() + 11 * MINUTE);
  await send('p2', 6, 6);
  await stored(1);
  expect(await held(0)).toEqual(due.p1);
  for (const name of ['c1', 'c2']) {
    expect(count(`${influxd!.url} centre: what the ingest process ${name} had stored on the server is gone`)).toBe(1);
    expect(count(`${influxd!.url} centre: 服务器上由接收进程“${name}”存入的数据不见了`)).toBe(1);
  }

  // A server that is away is said once, and its return.
  said = '';
  await influxd!.kill();
  await send('p1', 7, 7);
  await expect.poll(() => count(`Store influxdb1 ${influxd!.url} centre takes no readings`), PATIENCE).toBe(1);
  await send('p1', 8, 8);
  await influxd!.start();
  await stored(0);
  await expect.poll(() => count(`Store influxdb1 ${influxd!.url} centre takes readings again.`), PATIENCE).toBe(1);
  expect(count(`Store influxdb1 ${influxd!.url} centre takes no readings`)).toBe(1);
  await first.stop();
  await second.stop();
  const events: string[] = [];
  for await (const { records } of (await openJournalReader(join(folder, 'c1', 'journal'))).groups(0))
    for (const record of records) if (record.kind === 'event') events.push(record.event);
  expect(events.filter((event) => event.startsWith('store'))).toEqual(
    expect.arrayContaining(['store.emptied', 'store-away', 'store-back']),
  );
  for (const reader of readers) await reader.close();
}, 300_000);
