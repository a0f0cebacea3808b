import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type IClientPublishOptions } from 'mqtt';
import { afterEach, expect, it } from 'vitest';
import { openSources } from '../../collector/sources/open.ts';
import type { Source } from '../../collector/sources/source.ts';
import { Gather } from '../collector/sources/gather.ts';
import { plantOf } from '../collector/sources/plants.ts';
import { Mosquitto } from './mosquitto.ts';

/** What a broker loses shows: in the publisher's numbers, in the broker's own count, in a session that is gone. */
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const QOS1: IClientPublishOptions = { qos: 1 };
const STOCK = 'allow_anonymous true\nsys_interval 1\n';

async function setUp(configuration: string) {
  const broker = await Mosquitto.start(configuration);
  closing.push(() => broker.remove());
  const dataDir = await mkdtemp(join(tmpdir(), 'liangheng-mqtt-'));
  closing.push(() => rm(dataDir, { recursive: true, force: true }));
  const sink = new Gather();
  const run = async (): Promise<Source> => {
    const plant = plantOf([{ id: 'broker', protocol: 'mqtt', url: broker.url }], {
      a: { device: 'broker', topic: 'a', sequence: '$.seq', publisher: 'gateway' },
    });
    const [source] = openSources({ ...plant, dataDir });
    closing.push(() => (source as Source).stop());
    await (source as Source).start(sink);
    while (source?.status().state !== 'online') await new Promise((resolve) => setTimeout(resolve, 10));
    return source;
  };
  const publisher = await connectAsync(broker.url, { reconnectPeriod: 100 });
  closing.push(() => publisher.endAsync(true));
  let seq = 0;
  const publish = async (count: number) => {
    await Promise.all(Array.from({ length: count }, () => publisher.publishAsync('a', `{"value":1,"seq":${++seq}}`, QOS1)));
  };
  return { broker, sink, run, publish, last: () => seq };
}
const told = (sink: Gather, event: string) => sink.events.flatMap((one) => (one.event === event ? [one.detail] : []));

it('a queue of Mosquitto that ran over while the collector was stopped is told of, message for message', async () => {
  const { sink, run, publish, last } = await setUp(STOCK);
  const first = await run();
  await publish(10);
  await sink.until(() => sink.taken.length === 10);
  await first.stop();
  await publish(1500);
  const second = await run();
  await publish(1);
  await sink.until(() => told(sink, 'sequence-gap').length > 0 && sink.taken.some(({ raw }) => raw?.includes(`:${last()}}`) === true));
  const arrived = sink.taken.length;
  expect(second.status().counts.lost).toBe(last() - arrived);
  expect(second.status().counts.lost).toBeGreaterThan(400);
  expect(told(sink, 'sequence-gap')[0]).toMatch(/^gateway: \d+ messages missing between \d+ and \d+$/);
  await sink.until(() => told(sink, 'broker-dropped').length > 0);
  expect(told(sink, 'broker-dropped')[0]).toContain('$SYS/broker/publish/messages/dropped: 0 to ');
});

it('a broker that kept everything has lost nothing, nor has one that sends again', async () => {
  const { sink, run, publish } = await setUp('allow_anonymous true\nmax_queued_messages 0\nsys_interval 1\n');
  const first = await run();
  await publish(10);
  await sink.until(() => sink.taken.length === 10);
  await first.stop();
  await publish(1500);
  let refusals = 2;
  sink.refuse = () => refusals-- > 0;
  const second = await run();
  await sink.until(() => new Set(sink.taken.map(({ raw }) => raw)).size === 1510);
  expect(second.status().counts).toMatchObject({ lost: 0 });
  expect(sink.events.map(({ event }) => event).filter((event) => event !== 'reconnected')).toEqual([]);
});

it('a broker that forgot the session is told of', async () => {
  const { broker, sink, run, publish } = await setUp('allow_anonymous true\npersistence false\n');
  await run();
  await publish(3);
  await sink.until(() => sink.taken.length === 3);
  await broker.kill();
  await broker.run();
  await sink.until(() => told(sink, 'session-lost').length === 1);
});

it('a broker that refuses its counts is read all the same', async () => {
  const acl = await mkdtemp(join(tmpdir(), 'liangheng-acl-'));
  closing.push(() => rm(acl, { recursive: true, force: true }));
  const { writeFile } = await import('node:fs/promises');
  await writeFile(join(acl, 'acl'), 'topic readwrite a\n', { mode: 0o600 });
  const { sink, run, publish } = await setUp(`allow_anonymous true\nsys_interval 1\nacl_file ${join(acl, 'acl')}\n`);
  const source = await run();
  await publish(5);
  await sink.until(() => sink.taken.length === 5);
  expect(source.status()).toMatchObject({ state: 'online', counts: { lost: 0, reconnects: 0 } });
});
