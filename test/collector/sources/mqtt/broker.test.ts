import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type * as MqttPacket from 'mqtt-packet';
import { afterEach, describe, expect, it } from 'vitest';
import {
  acknowledge,
  type BrokerConnection,
  type BrokerSettings,
  type Held,
  openBroker,
  type Topics,
} from '../../../../collector/sources/mqtt/broker.ts';

const packets = createRequire(createRequire(import.meta.url).resolve('mqtt'))('mqtt-packet') as typeof MqttPacket;

/** A broker that writes down every packet it gets and sends what a test tells it to. */
class Script {
  readonly got: MqttPacket.Packet[] = [];
  readonly connections: Socket[] = [];
  readonly #level: 4 | 5;
  readonly #server = createServer((socket) => this.#serve(socket));

  constructor(level: 4 | 5) {
    this.#level = level;
  }

  async url(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `mqtt://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  send(packet: MqttPacket.Packet): void {
    this.connections.at(-1)?.write(packets.generate(packet, { protocolVersion: this.#level }));
  }

  publish(messageId: number, payload: string): void {
    this.send({ cmd: 'publish', topic: 't', payload, qos: 1, messageId, dup: false, retain: false });
  }

  acknowledged(): number[] {
    return this.got.flatMap((packet) => (packet.cmd === 'puback' ? [packet.messageId as number] : []));
  }

  close(): void {
    for (const socket of this.connections) socket.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    const parser = packets.parser({ protocolVersion: this.#level });
    this.connections.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => parser.parse(bytes));
    parser.on('packet', (packet) => {
      this.got.push(packet);
      if (packet.cmd === 'connect') this.send({ cmd: 'connack', returnCode: 0, reasonCode: 0, sessionPresent: true });
      if (packet.cmd === 'subscribe') {
        this.send({
          cmd: 'suback',
          messageId: packet.messageId as number,
          granted: packet.subscriptions.map(({ topic }) => (topic === 'no' ? 0x80 : 1)),
        });
      }
    });
  }
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
};
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

const only = (...wanted: string[]): Topics => ({ wanted, welcome: [] });

async function opened(script: Script, topics = ['t'], more: Partial<BrokerSettings> = {}, level: 4 | 5 = 5) {
  const held: Held[] = [];
  const lost: string[] = [];
  const settings = { url: await script.url(), version: level, clientId: 'c', qos: 1 as const, connectTimeoutMs: 2000, ...more };
  closing.push(() => script.close());
  const connection: BrokerConnection = await openBroker(
    settings,
    only(...topics),
    (message) => held.push(message),
    (_, error) => lost.push(error.message),
    new AbortController().signal,
  );
  closing.push(() => connection.close());
  return { held, lost, connection, settings };
}

describe.each([4, 5] as const)('the mqtt package at level %d', (level) => {
  it('leaves a turn to everything else while a quick broker sends its backlog', async () => {
    const script = new Script(level);
    const { held } = await opened(script, ['t'], {}, level);
    const COUNT = 50_000;
    const one = (messageId: number) =>
      packets.generate(
        { cmd: 'publish', topic: 't', payload: String(messageId), qos: 1, messageId, dup: false, retain: false },
        { protocolVersion: level },
      );
    script.connections.at(-1)!.write(Buffer.concat(Array.from({ length: COUNT }, (_, at) => one(at + 1))));
    let [before, most] = [0, 0];
    while (held.length < COUNT) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, held.length - before);
      before = held.length;
    }
    // A turn may end with one share and begin the next with another.
    expect(most).toBeLessThanOrEqual(4_000);
    expect(held.map(({ payload }) => Number(payload.toString()))).toEqual(Array.from({ length: COUNT }, (_, at) => at + 1));
  });

  it('takes message after message, acknowledges none by itself, and each when told to, in any order', async () => {
    const script = new Script(level);
    const { held } = await opened(script, ['t'], {}, level);
    for (let id = 1; id <= 100; id++) script.publish(id, `m${id}`);
    await until(() => held.length === 100);
    expect(held.map((message) => message.payload.toString())).toEqual(Array.from({ length: 100 }, (_, i) => `m${i + 1}`));
    await settle();
    expect(script.acknowledged()).toEqual([]);
    acknowledge([7, 1, 100].map((id) => held[id - 1] as Held));
    await until(() => script.acknowledged().length === 3);
    expect(script.acknowledged()).toEqual([7, 1, 100]);
  });

  it('sends no acknowledgement of an earlier connection on a later one', async () => {
    const script = new Script(level);
    const { held, lost, settings } = await opened(script, ['t'], {}, level);
    script.publish(5, 'held');
    await until(() => held.length === 1);
    script.connections[0]?.destroy();
    await until(() => lost.length === 1);
    const again: Held[] = [];
    const second = await openBroker(
      settings,
      only('t'),
      (message) => again.push(message),
      () => {},
      new AbortController().signal,
    );
    closing.push(() => second.close());
    acknowledge([held[0] as Held]);
    script.publish(6, 'next');
    await until(() => again.length === 1);
    await settle();
    expect(script.acknowledged()).toEqual([]);
  });

  it('delivers a backlog that comes right behind the CONNACK', async () => {
    const script = new Script(level);
    const send = script.send.bind(script);
    script.send = (packet) => {
      send(packet);
      if (packet.cmd === 'connack') for (let id = 1; id <= 20; id++) script.publish(id, 'queued');
    };
    const { held } = await opened(script, ['t'], {}, level);
    await until(() => held.length === 20);
    expect(script.acknowledged()).toEqual([]);
  });

  it('keeps its session under its name', async () => {
    const script = new Script(level);
    await opened(script, ['t'], {}, level);
    const [connect] = script.got;
    expect(connect).toMatchObject({ cmd: 'connect', clientId: 'c', clean: false });
    if (level === 5) expect(connect).toMatchObject({ properties: { sessionExpiryInterval: 2_592_000, receiveMaximum: 65_535 } });
    expect(script.got[1]).toMatchObject({ cmd: 'subscribe', subscriptions: [{ topic: 't', qos: 1 }] });
  });

  it('names the topics that the broker refuses, and reads the others', async () => {
    const script = new Script(level);
    const { connection, held } = await opened(script, ['t', 'no'], {}, level);
    expect(connection.refused).toEqual(['no']);
    script.publish(1, 'x');
    await until(() => held.length === 1);
  });

  it('says whether the broker kept the session, and whether a message is sent again', async () => {
    const script = new Script(level);
    const { connection, held } = await opened(script, ['t'], {}, level);
    expect(connection.sessionPresent).toBe(true);
    script.publish(1, 'x');
    script.send({ cmd: 'publish', topic: 't', payload: 'x', qos: 1, messageId: 1, dup: true, retain: false });
    await until(() => held.length === 2);
    expect(held.map(({ again }) => again)).toEqual([false, true]);
  });

  it('does without the topics that are merely welcome', async () => {
    const script = new Script(level);
    const settings = { url: await script.url(), version: level, clientId: 'c', qos: 1 as const, connectTimeoutMs: 2000 };
    closing.push(() => script.close());
    const connection = await openBroker(
      settings,
      { wanted: ['t'], welcome: ['no'] },
      () => {},
      () => {},
      new AbortController().signal,
    );
    closing.push(() => connection.close());
    expect(connection.unanswered()).toBe(true);
    await until(() => !connection.unanswered());
    expect(connection.refused).toEqual([]);
  });

  it('gives the connection up where a message could not be written', async () => {
    const script = new Script(level);
    const { held, lost } = await opened(script, ['t'], {}, level);
    script.publish(1, 'x');
    await until(() => held.length === 1);
    held[0]?.link.giveUp(new Error('disk full'));
    expect(lost).toEqual(['disk full']);
  });
});

it('gives up on a broker that takes the connection and says nothing', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  closing.push(() => silent.close());
  const opening = openBroker(
    { url: `mqtt://127.0.0.1:${(silent.address() as AddressInfo).port}`, version: 5, clientId: 'c', qos: 1, connectTimeoutMs: 50 },
    only('t'),
    () => {},
    () => {},
    new AbortController().signal,
  );
  await expect(opening).rejects.toThrow('connack timeout');
});
