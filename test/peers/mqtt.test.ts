import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { afterEach, expect, it } from 'vitest';
import { createRecorder } from '../../collector/recorder/recorder.ts';
import { differenceOf, IntakeBook } from '../../collector/sample/intake.ts';
import { openSources } from '../../collector/sources/open.ts';
import type { Source } from '../../collector/sources/source.ts';
import { MemoryJournal } from '../collector/recorder/memory-journal.ts';
import { Gather } from '../collector/sources/gather.ts';
import { plantOf } from '../collector/sources/plants.ts';
import { Mosquitto } from './mosquitto.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function broker(): Promise<Mosquitto> {
  const started = await Mosquitto.start();
  closing.push(() => started.remove());
  return started;
}

function source(url: string, reads: Record<string, object>, device: object = {}): Source {
  const [opened] = openSources(plantOf([{ id: 'broker', protocol: 'mqtt', url, ...device }], reads));
  closing.push(() => (opened as Source).stop());
  return opened as Source;
}

async function online(opened: Source): Promise<void> {
  while (opened.status().state !== 'online') await new Promise((resolve) => setTimeout(resolve, 10));
}

async function publisher(url: string) {
  const client = await connectAsync(url, { reconnectPeriod: 100 });
  closing.push(() => client.endAsync(true));
  return client;
}

const plain = (topic: string, more: object = {}) => ({ device: 'broker', topic, format: 'plain', ...more });
const numbers = (sink: Gather, channel = 'a') => sink.of(channel).flatMap((sample) => (sample.value === null ? [] : [sample.value]));

it.each([4, 5])('reads JSON and plain payloads through a broker, MQTT level %d', async (version) => {
  const { url } = await broker();
  const opened = source(
    url,
    {
      flow: { device: 'broker', topic: 'plant/{meter}', value: '$.data.flow', time: '$.ts', scale: 0.1, offset: 1 },
      level: plain('plant/level'),
    },
    { version },
  );
  const sink = new Gather();
  await opened.start(sink);
  await online(opened);
  const client = await publisher(url);
  await client.publishAsync('plant/flow', '{"data":{"flow":120},"ts":"2026-03-01T08:00:00+08:00"}', { qos: 1 });
  await client.publishAsync('plant/level', ' 4.25 ', { qos: 1 });
  await client.publishAsync('plant/level', 'broken', { qos: 1 });
  await client.publishAsync('plant/flow', '{"data":{}}', { qos: 1 });
  await sink.until(() => sink.taken.length >= 4 && sink.quarantined.length >= 2);
  expect(sink.of('flow')[0]).toMatchObject({ value: 13, timeMs: Date.UTC(2026, 2, 1), quality: 'good', origin: 'device' });
  expect(sink.of('level')[0]).toMatchObject({ value: 4.25, raw: ' 4.25 ' });
  expect(sink.of('level')[1]).toMatchObject({ value: null, quality: 'missing', reason: 'unreadable', raw: 'broken' });
  expect(sink.of('flow')[1]).toMatchObject({ value: null, reason: 'unreadable' });
  expect(sink.quarantined.map((item) => item.raw)).toEqual(['broken', '{"data":{}}']);
  expect(opened.status().counts).toMatchObject({ quarantined: 2, reconnects: 0 });
});

it('loses nothing that a sink refused: the broker sends it again', async () => {
  const { url } = await broker();
  const opened = source(url, { a: plain('a') });
  const sink = new Gather();
  let refusals = 3;
  sink.refuse = (samples) => samples.some((sample) => (sample.value ?? 0) >= 100) && refusals-- > 0;
  await opened.start(sink);
  await online(opened);
  const client = await publisher(url);
  await Promise.all(Array.from({ length: 300 }, (_, i) => client.publishAsync('a', String(i), { qos: 1 })));
  await sink.until(() => new Set(numbers(sink)).size === 300);
  expect(opened.status().counts.reconnects).toBeGreaterThanOrEqual(1);
});

it('accounts for every message through a broker: what does not parse, what no journal takes, what a full disk gives back', async () => {
  const { url } = await broker();
  const opened = source(url, {
    a: { device: 'broker', topic: 'both', value: '$.a', time: '$.at' },
    b: { device: 'broker', topic: 'both', value: '$.b', time: '$.at' },
    c: plain('c', { scale: 2 }),
  });
  const journal = new MemoryJournal();
  const book = new IntakeBook('run', () => Date.now());
  const recorder = createRecorder(journal, { simulated: false, intake: book });
  const counts = () => book.of('broker').total;
  await opened.start(recorder.of('broker'));
  await online(opened);
  const client = await publisher(url);
  const at = Date.now() - 60_000;
  const send = (topic: string, text: string) => client.publishAsync(topic, text, { qos: 1 });
  const said = (n: number): string => {
    if (n % 5 === 0) return `{"a": ${n}, "b": "none", "at": ${at + n}}`;
    return n % 7 === 0 ? 'no JSON' : `{"a": ${n}, "b": 1, "at": ${at + n}}`;
  };
  await Promise.all(Array.from({ length: 200 }, (_, n) => send('both', said(n))));
  journal.full = true;
  const refused = counts().returned;
  const more = Array.from({ length: 100 }, (_, n) => send('c', n % 2 === 0 ? String(n) : 'broken'));
  await expect.poll(() => counts().returned, { timeout: 60_000 }).toBeGreaterThan(refused);
  journal.full = false;
  await Promise.all(more);
  const values = () => new Set(journal.samples.flatMap(({ channel, value }) => (value === null ? [] : [`${channel} ${value}`])));
  const due = Array.from({ length: 200 }, (_, n) => (n % 5 !== 0 && n % 7 === 0 ? [] : [`a ${n}`])).flat();
  const all = new Set([...due, 'b 1', ...Array.from({ length: 50 }, (_, n) => `c ${4 * n}`)]);
  await expect.poll(() => values(), { timeout: 60_000 }).toEqual(all);
  await expect
    .poll(() => new Set(journal.quarantined.filter(({ raw }) => raw === 'broken')).size, { timeout: 60_000 })
    .toBeGreaterThanOrEqual(50);
  await opened.stop();
  expect(differenceOf(counts())).toBe(0);
  expect(counts().journalled).toBe(journal.samples.length);
  expect(counts().quarantined).toBe(journal.quarantined.length);
  // Each message of two channels is two records, and one more where it did not parse for both of them.
  const first = journal.quarantined.filter(({ raw }) => raw !== 'broken').length;
  expect(first).toBeGreaterThanOrEqual(40 + 23);
});

it('tells of every message that did not come, also of those while nothing could be written', async () => {
  const { url } = await broker();
  const opened = source(url, { a: plain('a', { every: '200ms' }) });
  const sink = new Gather();
  const refused: number[] = [];
  let full = true;
  sink.refuse = (samples) => full && refused.push(...samples.map(({ timeMs }) => timeMs)) > 0;
  await opened.start(sink);
  await expect.poll(() => refused.length, { timeout: 60_000 }).toBeGreaterThan(0);
  full = false;
  await sink.until(() => sink.of('a').length > 0);
  expect(sink.of('a')[0]!.timeMs).toBe(refused[0]);
});

it('loses nothing between the broker and the disk when it is killed, again and again', async () => {
  const { url } = await broker();
  const client = await publisher(url);
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-mqtt-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'stored');
  const stored = () => new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1).map(Number) : []);
  const collector = () => {
    const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('./mqtt.child.ts', import.meta.url)), url, file], {
      stdio: 'inherit',
    });
    closing.push(async () => child.kill('SIGKILL'));
    return child;
  };
  let published = 0;
  let kills = 0;
  let child = collector();
  // The first collector makes the session; from then on the broker keeps what it is away for.
  while (stored().size === 0) {
    await client.publishAsync('a', '0', { qos: 1 });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const publishing = (async () => {
    while (kills < 3) {
      await Promise.all(Array.from({ length: 200 }, () => client.publishAsync('a', String(published++), { qos: 1 })));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  for (; kills < 3; kills++) {
    const before = stored().size;
    while (stored().size < before + 500) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGKILL');
    await once(child, 'exit');
    child = collector();
  }
  await publishing;
  while (stored().size < published) await new Promise((resolve) => setTimeout(resolve, 50));
  expect([...stored()].sort((a, b) => a - b)).toEqual(Array.from({ length: published }, (_, i) => i));
});

it.each([4, 5])('gets everything that a broker had taken before it was restarted, MQTT level %d', async (version) => {
  const running = await broker();
  const first = source(running.url, { a: plain('a') }, { version });
  const sink = new Gather();
  await first.start(sink);
  await online(first);
  const client = await publisher(running.url);
  const publish = (from: number, to: number) =>
    Promise.all(Array.from({ length: to - from }, (_, i) => client.publishAsync('a', String(from + i), { qos: 1 })));
  await publish(0, 50);
  await sink.until(() => numbers(sink).length === 50);
  await first.stop();
  await publish(50, 600);
  await running.kill();
  await running.run();
  const second = source(running.url, { a: plain('a') }, { version });
  await second.start(sink);
  await sink.until(() => new Set(numbers(sink)).size === 600);
  expect(numbers(sink)).toEqual(Array.from({ length: 600 }, (_, i) => i));
});

it('comes back after the broker was restarted, and says that it was away', async () => {
  const running = await broker();
  const opened = source(running.url, { a: plain('a', { every: '200ms' }) });
  const sink = new Gather();
  await opened.start(sink);
  await online(opened);
  const client = await publisher(running.url);
  await client.publishAsync('a', '1', { qos: 1 });
  await sink.until(() => numbers(sink).includes(1));
  await running.kill();
  await sink.until(() => sink.of('a').some((sample) => sample.reason === 'communication'));
  await running.run();
  await sink.until(() => sink.events.some((event) => event.event === 'reconnected'));
  await client.publishAsync('a', '2', { qos: 1 });
  await sink.until(() => numbers(sink).includes(2));
  await sink.until(() => sink.of('a').some((sample) => sample.reason === 'silent'));
});
