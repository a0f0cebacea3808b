import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Condition } from '../../balance/oversight/alarms.ts';
import { openAlarms } from '../../cli/oversight-alarms.ts';
import { overseeAll } from '../../cli/oversight-plants.ts';
import { watchOversight } from '../../cli/oversight-watch.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { loadPlant } from '../../config/plant/load.ts';
import { openTargets } from '../../dashboards/alarms/open.ts';
import { Outbox } from '../../dashboards/alarms/outbox.ts';
import { ONE_STACK } from '../cli/one-stack.ts';
import { Mosquitto } from './mosquitto.ts';

/** Alarms against Mosquitto and against a web and a mail server in plain Python. */
let broker: Mosquitto;
let peer: ChildProcess;
let ports: { webhook: number; smtp: number };
const heard: Record<string, unknown>[] = [];

beforeAll(async () => {
  broker = await Mosquitto.start();
  peer = spawn('python3', [new URL('alarms-peer.py', import.meta.url).pathname], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: peer.stdout! });
  lines.on('line', (line) => heard.push(JSON.parse(line) as Record<string, unknown>));
  await vi.waitFor(() => expect(heard).toHaveLength(1), 60_000);
  ports = heard.shift() as typeof ports;
});

afterAll(async () => {
  peer.kill();
  await once(peer, 'exit');
  await broker.remove();
});

const condition = (key: string): Condition => ({
  key,
  plant: 'p1',
  outfall: 'DW001',
  code: 'w01018',
  kind: 'over-limit',
  zh: `DW001 w01018 超标 0.50 倍 ${key}`,
  en: 'over the limit',
});

it('are told once by each way, and once more when the condition is gone, though a target was away', async () => {
  vi.stubEnv('ALARM_TOKEN', 'secret-token');
  const listener = await connectAsync(broker.url);
  const published: { topic: string; payload: { event: string } }[] = [];
  listener.on('message', (topic, payload) => published.push({ topic, payload: JSON.parse(payload.toString()) as { event: string } }));
  await listener.subscribeAsync('alarms/#', { qos: 1 });
  const targets = openTargets(
    [
      { to: 'mqtt', url: broker.url, topic: 'alarms' },
      { to: 'webhook', url: `http://127.0.0.1:${ports.webhook}/hook`, bearer: { env: 'ALARM_TOKEN' } },
      { to: 'smtp', host: '127.0.0.1', port: ports.smtp, tls: 'none', from: 'plant@example.com', recipients: ['officer@example.com'] },
    ],
    tmpdir(),
  );
  const path = join(await mkdtemp(join(tmpdir(), 'liangheng-alarms-')), 'state.json');
  const look = (conditions: readonly Condition[], atMs: number) =>
    new Outbox(path, targets).look(conditions, new Set(['p1']), atMs, () => false);
  const refuse = async (what: string, count: number): Promise<void> => {
    peer.stdin!.write(`${what} ${count}\n`);
    await vi.waitFor(() => expect(heard.some(({ refusing }) => refusing === what)).toBe(true), 60_000);
    heard.splice(0, heard.length);
  };

  await refuse('webhook', 1);
  const first = await look([condition('a')], 1_000);
  expect(first).toMatchObject({ delivered: 2, waiting: 1 });
  expect(first.failures[0]!.target).toContain('webhook');
  expect(await look([condition('a')], 2_000)).toMatchObject({ events: [], delivered: 1, waiting: 0, failures: [] });
  expect(await look([condition('a')], 3_000)).toMatchObject({ events: [], delivered: 0 });
  expect(await look([], 4_000)).toMatchObject({ delivered: 3, waiting: 0 });

  await vi.waitFor(() => expect(published).toHaveLength(2), 60_000);
  expect(published.map(({ topic, payload }) => [topic, payload.event])).toEqual([
    ['alarms/p1/DW001', 'raised'],
    ['alarms/p1/DW001', 'recovered'],
  ]);
  await vi.waitFor(() => expect(heard).toHaveLength(4), 60_000);
  const hooks = heard.filter(({ via }) => via === 'webhook');
  expect(hooks.map(({ body }) => (body as { event: string }).event)).toEqual(['raised', 'recovered']);
  expect(hooks[0]!.authorization).toBe('Bearer secret-token');
  const mails = heard.filter(({ via }) => via === 'smtp');
  expect(mails.map(({ to }) => to)).toEqual([['officer@example.com'], ['officer@example.com']]);
  const id = /^Message-ID: (<.*>)/im.exec(String(mails[0]!.text))![1]!;
  expect(String(mails[1]!.text)).toContain(`In-Reply-To: ${id}`);
  heard.splice(0, heard.length);

  // A mail server that is away holds back mail only, in order.
  await refuse('smtp', 1);
  expect(await look([condition('b')], 5_000)).toMatchObject({ delivered: 2, waiting: 1 });
  expect(await look([], 6_000)).toMatchObject({ delivered: 4, waiting: 0 });
  await listener.endAsync(true);
  await Promise.all(targets.map((target) => target.close()));
});

it('are raised by the running program, once a stretch though it is started again, with their end', async () => {
  const HOUR = 3_600_000;
  const T0 = Date.parse('2026-03-01T00:00:00+08:00');
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-alarms-'));
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
  await writeFile(join(dir, 'plant.yaml'), ONE_STACK);
  const file = join(dir, 'alarms.yaml');
  const targets = [
    { to: 'mqtt', url: broker.url, topic: 'run' },
    { to: 'webhook', url: `http://127.0.0.1:${ports.webhook}/hook` },
    { to: 'smtp', host: '127.0.0.1', port: ports.smtp, tls: 'none', from: 'plant@example.com', recipients: ['officer@example.com'] },
  ];
  await writeFile(file, JSON.stringify({ alarms: 1, targets }));
  const plant = await loadPlant(join(dir, 'plant.yaml'));
  // Ten-minute data of half a day; the hour 06:00 is over the limit.
  const journal = await openJournal(join(plant.dataDir, 'journal'), { plant: plant.id });
  await journal.append(
    Array.from({ length: 72 }, (_, n) => ({
      kind: 'sample' as const,
      sample: {
        channel: 'SO2',
        timeMs: T0 + (n * HOUR) / 6,
        value: Math.floor(n / 6) === 6 ? 75 : 20 + (n % 5),
        quality: 'good' as const,
        reason: 'none' as const,
        origin: 'device' as const,
        raw: null,
      },
    })),
  );
  await journal.close();
  const listener = await connectAsync(broker.url);
  const published: { event: string; kind: string }[] = [];
  listener.on('message', (_, payload) => published.push(JSON.parse(payload.toString()) as { event: string; kind: string }));
  await listener.subscribeAsync('run/#', { qos: 1 });
  heard.splice(0, heard.length);

  /** Runs the watch at a time of the plant's clock until a look found every target well. @returns how many events it told. */
  const watched = async (atMs: number): Promise<number> => {
    let told = 0;
    const alarms = await openAlarms(file, join(plant.dataDir, 'alarms.state.json'));
    await new Promise<void>((resolve, reject) => {
      const stop = watchOversight(plant, alarms, {
        ask: async ([, from, , to]) => (await overseeAll([plant.path], { from: from!, to: to! })).map(({ oversight }) => oversight),
        nowMs: () => atMs,
        everyMs: 200,
        told: ({ events, problem }) => {
          told += events;
          if (problem === null) queueMicrotask(() => void stop().then(resolve, reject));
        },
      });
    });
    return told;
  };
  const overLimit = () => published.filter(({ kind }) => kind === 'over-limit').map(({ event }) => event);
  expect(await watched(T0 + 7.2 * HOUR)).toBeGreaterThan(0);
  await vi.waitFor(() => expect(overLimit()).toEqual(['raised']), 60_000);
  expect(await watched(T0 + 7.5 * HOUR)).toBe(0);
  expect(await watched(T0 + 8.2 * HOUR)).toBeGreaterThan(0);
  await vi.waitFor(() => expect(overLimit()).toEqual(['raised', 'recovered']), 60_000);
  const toldBy = (via: string) =>
    heard
      .filter((one) => one.via === via && /a21026.*over-limit|over the limit/.test(JSON.stringify(one)))
      .map((one) => JSON.stringify(one));
  await vi.waitFor(() => expect([toldBy('webhook').length, toldBy('smtp').length]).toEqual([2, 2]), 60_000);
  await listener.endAsync(true);
});

it('go nowhere in the clear', () => {
  vi.stubEnv('ALARM_TOKEN', 'secret-token');
  const secret = { env: 'ALARM_TOKEN' };
  for (const one of [
    { to: 'mqtt', url: 'mqtt://broker.example', topic: 'a', username: secret, password: secret },
    { to: 'webhook', url: 'http://hook.example/', bearer: secret },
    { to: 'smtp', host: 'mail.example', port: 25, tls: 'none', from: 'a@example.com', recipients: ['b@example.com'] },
  ] as const) {
    expect(() => openTargets([{ ...one, ...('recipients' in one ? { recipients: [...one.recipients] } : {}) } as never], tmpdir())).toThrow(
      /in the clear/,
    );
  }
});
