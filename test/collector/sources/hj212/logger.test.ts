import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerTo } from '../../../../collector/sources/hj212/answers.ts';
import { decode } from '../../../../collector/sources/hj212/decode.ts';
import { encode } from '../../../../collector/sources/hj212/encode.ts';
import { Framer } from '../../../../collector/sources/hj212/framing.ts';
import {
  type History,
  Hj212Logger,
  type LoggerSettings,
  type SentKeeper,
  type SentState,
} from '../../../../collector/sources/hj212/logger.ts';
import { Numbers, packetsOf, type Report, wire } from '../../../../collector/sources/hj212/outgoing.ts';
import { headerField, itemsOf, type Packet, plainFields } from '../../../../collector/sources/hj212/packet.ts';
import type { Hj212Source } from '../../../../collector/sources/hj212/source.ts';
import { timeOf, written } from '../../../../collector/sources/hj212/time.ts';
import { Gather } from '../gather.ts';
import { CHANNELS, MINUTE, MN, OFFSET, platform, settingsOf, TEN, TestClock } from './station.ts';

const DAY = 86_400_000;
const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** A plant that was read all the time: a figure for each ten minutes. */
const figure = (timeMs: number): string => ((timeMs / 600_000) % 997).toFixed(1);
const steady: History = {
  async reports(period, fromMs, toMs) {
    const everyMs = period === 'minute' ? 10 * MINUTE : period === 'hour' ? 60 * MINUTE : DAY;
    const found: Report[] = [];
    for (let timeMs = Math.ceil(fromMs / everyMs) * everyMs; timeMs <= toMs; timeMs += everyMs) {
      found.push({ timeMs, items: [{ code: 'w01018', values: { Avg: figure(timeMs), Flag: 'N' } }] });
    }
    return found;
  },
  now: async () => ({ timeMs: TEN, items: [{ code: 'w01018', values: { Rtd: '7.0', Flag: 'N' } }] }),
};

const identity = { mn: MN, password: '123456', system: '32', version: '2025', crc: 'hj212', key: null, offsetMinutes: OFFSET } as const;

function logger(port: number, clock: TestClock, more: Partial<LoggerSettings> = {}, keeper: SentKeeper | null = null): Hj212Logger {
  const one = new Hj212Logger(
    {
      ...identity,
      host: '127.0.0.1',
      port,
      timeoutMs: 60,
      sends: 3,
      minuteIntervalMs: 10 * MINUTE,
      periods: ['minute'],
      fromMs: TEN,
      backlogMs: 31 * DAY,
      ...more,
    },
    steady,
    clock,
    keeper,
  );
  ending.push(() => one.stop());
  one.start();
  return one;
}

/** A platform that writes down what it gets and answers as a test tells it to. */
async function script(
  answer: (packet: Packet, socket: Socket) => Packet | null,
): Promise<{ port: number; got: Packet[]; server: Server; until(condition: () => boolean): Promise<void> }> {
  const got: Packet[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const server = createServer((socket) => {
    const framer = new Framer();
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      for (const bytes of framer.push(chunk).packets) {
        const decoded = decode(bytes);
        if (!decoded.ok) throw new Error(decoded.detail);
        got.push(decoded.packet);
        const said = answer(decoded.packet, socket);
        if (said !== null) socket.write(encode(said));
      }
      for (const look of [...waiting]) look();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    got,
    server,
    until: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!condition()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

const cnOf = (packet: Packet): string => headerField(packet, 'CN')!;
const acknowledging = (packet: Packet): Packet | null => (/^9/.test(cnOf(packet)) ? null : answerTo(packet, '9014'));

describe('the logger', () => {
  it('says first that it is no certified logger, then sends the newest period and what has piled up, late ones marked', async () => {
    const clock = new TestClock(TEN + 61 * MINUTE);
    const { port, got, until } = await script(acknowledging);
    const one = logger(port, clock);
    await until(() => got.length === 7 && one.waiting() <= 1);
    expect(cnOf(got[0]!)).toBe('3020');
    expect(itemsOf(got[0]!)[0]).toMatchObject({ code: 'i21001', values: { Info: expect.stringContaining('非认证') } });
    const minutes = got.slice(1);
    expect(minutes.map((packet) => [plainFields(packet).DataTime, headerField(packet, 'RF')])).toEqual(
      [50, 0, 40, 10, 30, 20].map((after) => [written(TEN + after * MINUTE, OFFSET), after === 50 ? null : '1']),
    );
    expect(new Set(got.map((packet) => headerField(packet, 'QN'))).size).toBe(7);
  });

  it('sends a packet three times until it is acknowledged, then calls anew', async () => {
    const clock = new TestClock(TEN + 11 * MINUTE);
    let deaf = 4;
    const { port, got, until } = await script((packet) => (deaf-- > 0 ? null : acknowledging(packet)));
    const one = logger(port, clock);
    await until(() => got.some((packet) => cnOf(packet) === '2051'));
    const opening = got.filter((packet) => cnOf(packet) === '3020');
    expect(opening).toHaveLength(5);
    expect(new Set(opening.map((packet) => headerField(packet, 'QN'))).size).toBe(2);
    expect(one.status().repeated).toBe(3);
  });

  it('answers questions, refuses what sets or controls, and tells nothing to who does not know the password', async () => {
    const clock = new TestClock(TEN + 5 * MINUTE);
    let asked = false;
    const ask = (cn: string, n: number, more: Readonly<Record<string, string>> = {}, groups: Packet['groups'] = []): Buffer =>
      encode({ header: Object.entries({ QN: `2026030110050000${n}`, ST: '32', CN: cn, PW: '123456', MN, Flag: '9', ...more }), groups });
    const range = [[['BeginTime', written(TEN, OFFSET)]], [['EndTime', written(TEN + 20 * MINUTE, OFFSET)]]] as const;
    const { port, got, until } = await script((packet, socket) => {
      if (!asked) {
        asked = true;
        socket.write(
          Buffer.concat([
            ask('2051', 1, {}, range),
            ask('2011', 2),
            ask('1012', 3),
            ask('3011', 4),
            ask('1072', 5),
            ask('2051', 6, { PW: '000000' }, range),
            ask('8888', 7),
          ]),
        );
      }
      return acknowledging(packet);
    });
    logger(port, clock);
    await until(
      () => got.filter((packet) => cnOf(packet) === '9012').length === 2 && got.filter((packet) => cnOf(packet) === '9011').length === 6,
    );
    const rtn = got
      .filter((packet) => cnOf(packet) === '9011')
      .map((packet) => [headerField(packet, 'QN')!.at(-1), plainFields(packet).QnRtn]);
    expect(new Map(rtn as [string, string][])).toEqual(
      new Map([
        ['1', '1'],
        ['2', '1'],
        ['3', '2'],
        ['4', '2'],
        ['5', '2'],
        ['7', '8'],
      ]),
    );
    expect(
      got
        .filter((packet) => cnOf(packet) === '2051')
        .map((packet) => [timeOf(plainFields(packet).DataTime!, OFFSET), itemsOf(packet)[0]!.values.Avg]),
    ).toEqual([0, 10, 20].map((after) => [TEN + after * MINUTE, figure(TEN + after * MINUTE)]));
    expect(got.filter((packet) => cnOf(packet) === '2011').map((packet) => itemsOf(packet)[0]!.values.Rtd)).toEqual(['7.0']);
  });

  it('splits what is longer than a packet may be', () => {
    const items = Array.from({ length: 40 }, (_, n) => ({
      code: `w${10_000 + n}`,
      values: { Min: '1.25', Avg: '2.5', Max: '3.75', Flag: 'N' },
    }));
    const packets = packetsOf(identity, new Numbers(OFFSET), TEN, '2051', { timeMs: TEN - 10 * MINUTE, items }, true, true);
    expect(packets.length).toBeGreaterThan(2);
    expect(packets.flatMap(itemsOf)).toEqual(items);
    for (const [index, packet] of packets.entries()) {
      expect([headerField(packet, 'PNUM'), headerField(packet, 'PNO'), headerField(packet, 'Flag')]).toEqual([
        String(packets.length),
        String(index + 1),
        '11',
      ]);
      expect(decode(wire(identity, packet))).toMatchObject({ ok: true, warnings: [] });
    }
  });
});

describe('a logger that is started again', () => {
  it('sends what was not acknowledged before, and nothing twice', async () => {
    const clock = new TestClock(TEN + 51 * MINUTE);
    const sent: string[] = [];
    let most = 3;
    const platform = await script((packet) => {
      if (cnOf(packet) !== '2051') return acknowledging(packet);
      if (most-- <= 0) return null;
      sent.push(plainFields(packet).DataTime!);
      return acknowledging(packet);
    });
    let kept: SentState | null = null;
    const keeper: SentKeeper = {
      load: async () => kept,
      save: async (state) => {
        kept = JSON.parse(JSON.stringify(state)) as SentState;
      },
    };
    const first = logger(platform.port, clock, { timeoutMs: 5_000 }, keeper);
    await platform.until(() => sent.length === 3 && platform.got.length >= 5);
    await first.stop();
    expect(kept).not.toBeNull();
    [most, clock.ms] = [99, clock.ms + 10 * MINUTE];
    const second = logger(platform.port, clock, { timeoutMs: 5_000 }, keeper);
    await vi.waitFor(() => expect(second.waiting()).toBe(0), 20_000);
    await second.stop();
    expect([...sent].sort()).toEqual([0, 10, 20, 30, 40, 50].map((minute) => written(TEN + minute * MINUTE, OFFSET)));
  });
});

describe('logger and platform', () => {
  it('leave no gap after an outage of the platform for a day', async () => {
    const clock = new TestClock(TEN + 31 * MINUTE);
    const channels = CHANNELS.filter(({ period }) => period !== 'real-time');
    const key = Buffer.alloc(16, 0x41);
    const first = platform(clock, [settingsOf({ channels, key })]);
    const before = new Gather();
    await first.start(before);
    const port = first.port;
    const one = logger(port, clock, { key, periods: ['minute', 'hour'], timeoutMs: 2_000 });
    await before.until(() => before.of('w01018.minute').length === 3);
    await first.stop();
    clock.ms = TEN + DAY + 31 * MINUTE;
    const again: Hj212Source = platform(clock, [settingsOf({ channels, key })], { port, fromMs: TEN + 31 * MINUTE });
    ending.push(() => again.stop());
    const after = new Gather();
    await again.start(after);
    const all = new Map<number, number | null>();
    const minutes = (DAY + 30 * MINUTE) / (10 * MINUTE);
    await after.until(() => {
      for (const { timeMs, value } of [...before.of('w01018.minute'), ...after.of('w01018.minute')]) all.set(timeMs, value);
      return all.size >= minutes && after.of('w01018.hour').length >= 24;
    });
    for (let timeMs = TEN; timeMs < TEN + DAY + 30 * MINUTE; timeMs += 10 * MINUTE) expect(all.get(timeMs)).toBe(Number(figure(timeMs)));
    expect(one.status().state).toBe('online');
  });
});
