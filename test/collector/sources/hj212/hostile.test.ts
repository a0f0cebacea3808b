import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { encode } from '../../../../collector/sources/hj212/encode.ts';
import { Line } from '../../../../collector/sources/hj212/listener.ts';
import type { Packet } from '../../../../collector/sources/hj212/packet.ts';
import type { Hj212Source } from '../../../../collector/sources/hj212/source.ts';
import { Gather } from '../gather.ts';
import { item, MINUTE, packetOf, platform, settingsOf, TEN, TestClock, TestLogger } from './station.ts';

const open: (Hj212Source | TestLogger | Socket)[] = [];

async function started(clock: TestClock, limits: { connections: number; introductionMs: number; idleMs: number; backlog: number }) {
  const source = platform(clock, [settingsOf()], { limits });
  const sink = new Gather();
  await source.start(sink);
  open.push(source);
  return { source, sink };
}

/** A peer that only connects; what it does is the test's. */
async function stranger(source: Hj212Source): Promise<Socket> {
  const socket = connect(source.port, '127.0.0.1');
  socket.on('error', () => {});
  open.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** Whatever ended it: a reset is an end too. */
const closed = (socket: Socket): Promise<void> =>
  socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', () => resolve()));

async function station(source: Hj212Source): Promise<TestLogger> {
  const logger = await TestLogger.call(source.port);
  open.push(logger);
  return logger;
}

afterEach(async () => {
  for (const one of open.splice(0).reverse()) {
    if (one instanceof TestLogger) one.close();
    else if ('destroy' in one) one.destroy();
    else await one.stop();
  }
});

const LIMITS = { connections: 16, introductionMs: 200, idleMs: 2_000, backlog: 8 };

/** The n-th period's data. */
const data = (n: number): Packet =>
  packetOf({
    cn: '2051',
    qnMs: TEN + 10 * MINUTE * (n + 1) + 1_000,
    dataMs: TEN + 10 * MINUTE * n,
    groups: [item('w01018', { Avg: String(n), Flag: 'N' })],
  });

describe('a client that is gone without saying so', () => {
  it('is closed when nothing came of it for the idle time, and its station told as disconnected', async () => {
    const clock = new TestClock(TEN + 30 * MINUTE);
    const { source, sink } = await started(clock, LIMITS);
    const silent = await station(source);
    await silent.settled(TEN);
    clock.ms += LIMITS.idleMs + 1_000;
    await closed(silent.socket);
    await sink.until(() => sink.events.some(({ event }) => event === 'station-disconnected'));
  });

  it('does not keep its station from calling again: the new line is heard at once, the old one closed', async () => {
    const clock = new TestClock(TEN + 30 * MINUTE);
    const { source, sink } = await started(clock, LIMITS);
    const half = await station(source);
    await half.settled(TEN);
    // As a peer whose cable was pulled: it neither reads nor answers from now on.
    half.socket.pause();
    const again = await station(source);
    again.send(data(0));
    await again.until(() => again.answers('9014').length === 1);
    expect(sink.of('w01018.minute').map(({ value }) => value)).toEqual([0]);
    expect(sink.events.map(({ event }) => event)).toEqual(['station-connected', 'connection-replaced']);
  });

  it('holds no place for ever: connections without an introduction end, and the station gets through', async () => {
    const clock = new TestClock(TEN + 30 * MINUTE);
    const { source } = await started(clock, { ...LIMITS, connections: 4 });
    const mute = await Promise.all(Array.from({ length: 4 }, () => stranger(source)));
    const refused = await stranger(source);
    await closed(refused);
    clock.ms += LIMITS.introductionMs + 1_000;
    await Promise.all(mute.map((socket) => closed(socket)));
    const logger = await station(source);
    logger.send(data(0));
    await logger.until(() => logger.answers('9014').length === 1);
    expect(source.tally).toMatchObject({ refused: 1, stored: 1 });
  });
});

describe('a slow loris', () => {
  it.each([
    ['that never introduced itself', false],
    ['of a station that did', true],
  ])('%s ends, though a byte comes every so often', async (_, introduced) => {
    const clock = new TestClock(TEN + 30 * MINUTE);
    const { source, sink } = await started(clock, LIMITS);
    const logger = await station(source);
    if (introduced) await logger.settled(TEN);
    const bytes = encode(data(0));
    let at = 0;
    const drip = setInterval(() => {
      // Never the last byte of the packet.
      logger.socket.write(bytes.subarray(at % (bytes.length - 1), (at % (bytes.length - 1)) + 1));
      at++;
      clock.ms += 250;
    }, 10);
    await closed(logger.socket);
    clearInterval(drip);
    expect(sink.taken).toEqual([]);
  });

  it('that never ends its line costs no more than the longest packet', async () => {
    const { source, sink } = await started(new TestClock(TEN + 30 * MINUTE), { ...LIMITS, introductionMs: 1e9 });
    const socket = await stranger(source);
    const part = Buffer.alloc(4096, 0x41);
    // Every 16 KB without an end is given up and counts as damage; eight of them end the connection.
    while (!socket.closed) {
      socket.write(part);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(source.tally.damaged).toBe(8);
    expect(sink.quarantined).toEqual([]);
  });
});

describe('a flood', () => {
  it('of a station is held back while the disk is slow, and nothing of it is lost', async () => {
    const clock = new TestClock(TEN + 900 * 10 * MINUTE);
    const { source, sink } = await started(clock, LIMITS);
    const logger = await station(source);
    await logger.settled(TEN);
    let [underWay, most] = [0, 0];
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const keep = sink.samples.bind(sink);
    sink.samples = async (samples) => {
      most = Math.max(most, ++underWay);
      await gate;
      underWay--;
      await keep(samples);
    };
    const packets = Array.from({ length: 900 }, (_, n) => data(n));
    // One a write, so that they come in many pieces.
    for (const packet of packets) logger.send(packet);
    while (underWay === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    release();
    await logger.until(() => logger.answers('9014').length === packets.length);
    expect(sink.of('w01018.minute').map(({ value }) => value)).toEqual(packets.map((_, n) => n));
    // One piece of 64 KB at most is looked at at once, whatever it holds, and the reading stops behind it.
    expect(most).toBeLessThan((64 * 1024) / encode(packets[0]!).length + LIMITS.backlog);
  });

  it('of who never reads the answers ends his connection before they fill the memory', async () => {
    // What is written to it stays with us, as with a peer whose window is shut.
    const deaf = new Duplex({ read() {}, write() {} });
    const line = new Line(deaf as unknown as Socket, LIMITS, TEN);
    let sent = 0;
    while (!line.closed) {
      line.send(Buffer.alloc(100));
      if (++sent % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent * 100).toBeGreaterThan(1024 * 1024);
    expect(sent * 100).toBeLessThan(1.2 * 1024 * 1024);
  });

  it('of strangers fills neither the journal nor the platform: told once, every connection ended, the station served', async () => {
    const { source, sink } = await started(new TestClock(TEN + 30 * MINUTE), { ...LIMITS, connections: 64, introductionMs: 1e9 });
    const logger = await station(source);
    const wrong = encode(
      packetOf({ cn: '2051', qnMs: TEN, dataMs: TEN, groups: [item('w01018', { Avg: '1' })], header: { PW: '000000' } }),
    );
    const strangers = await Promise.all(Array.from({ length: 40 }, () => stranger(source)));
    const ended = Promise.all(strangers.map((socket) => closed(socket)));
    for (const socket of strangers) for (let n = 0; n < 20; n++) socket.write(wrong);
    logger.send(data(0));
    await logger.until(() => logger.answers('9014').length === 1);
    await ended;
    expect(source.tally.strangers).toBe(40 * 8);
    expect(sink.events.filter(({ event }) => event === 'wrong-password')).toHaveLength(1);
    expect(sink.taken).toHaveLength(1);
  });
});
