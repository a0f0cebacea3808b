import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Condition } from '../../balance/oversight/alarms.ts';
import { openTargets } from '../../dashboards/alarms/open.ts';
import { Outbox } from '../../dashboards/alarms/outbox.ts';
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
  await vi.waitFor(() => expect(heard).toHaveLength(1), 10_000);
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
    await vi.waitFor(() => expect(heard.some(({ refusing }) => refusing === what)).toBe(true));
    heard.splice(0, heard.length);
  };

  await refuse('webhook', 1);
  const first = await look([condition('a')], 1_000);
  expect(first).toMatchObject({ delivered: 2, waiting: 1 });
  expect(first.failures[0]!.target).toContain('webhook');
  expect(await look([condition('a')], 2_000)).toMatchObject({ events: [], delivered: 1, waiting: 0, failures: [] });
  expect(await look([condition('a')], 3_000)).toMatchObject({ events: [], delivered: 0 });
  expect(await look([], 4_000)).toMatchObject({ delivered: 3, waiting: 0 });

  await vi.waitFor(() => expect(published).toHaveLength(2));
  expect(published.map(({ topic, payload }) => [topic, payload.event])).toEqual([
    ['alarms/p1/DW001', 'raised'],
    ['alarms/p1/DW001', 'recovered'],
  ]);
  await vi.waitFor(() => expect(heard).toHaveLength(4));
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
