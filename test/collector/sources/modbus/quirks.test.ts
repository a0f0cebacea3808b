import { createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pollBudgets } from '../../../../collector/sources/budget.ts';
import { systemClock } from '../../../../collector/sources/clock.ts';
import { identificationIn, readAnswer, requestBody } from '../../../../collector/sources/modbus/frame.ts';
import { crc16, rtu } from '../../../../collector/sources/modbus/framing.ts';
import type { Link } from '../../../../collector/sources/modbus/link.ts';
import { Overheard } from '../../../../collector/sources/modbus/overheard.ts';
import { PacedLink } from '../../../../collector/sources/modbus/paced.ts';
import type { PlannedRead } from '../../../../collector/sources/modbus/plan.ts';
import { alike, apart } from '../../../../collector/sources/modbus/sequence.ts';
import { openSession } from '../../../../collector/sources/modbus/session.ts';
import { SharedLine } from '../../../../collector/sources/modbus/shared-line.ts';
import { openSources } from '../../../../collector/sources/open.ts';
import { freePort } from '../../../free-port.ts';
import { Gather } from '../gather.ts';
import { plantOf } from '../plants.ts';
import { registerAt } from './faulty-device.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const checked = (body: Buffer): Buffer => Buffer.concat([body, crc16(body)]);

interface Asked {
  readonly atMs: number;
  readonly unit: number;
  readonly inFlight: number;
}

/** A serial server with RTU units behind it, each of which answers after a while; tells what it was asked and how often it was called. */
async function line(answerMs: number, before: (socket: Socket) => void = () => {}) {
  const port = await freePort();
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  let calls = 0;
  let inFlight = 0;
  const openedMs: number[] = [];
  const server = createServer((socket) => {
    calls++;
    openedMs.push(Date.now());
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      inFlight++;
      asked.push({ atMs: Date.now(), unit: bytes.readUInt8(0), inFlight });
      before(socket);
      const [unit, code, address, count] = [bytes.readUInt8(0), bytes.readUInt8(1), bytes.readUInt16BE(2), bytes.readUInt16BE(4)];
      const body = Buffer.alloc(3 + 2 * count);
      body.set([unit, code, 2 * count]);
      for (let i = 0; i < count; i++) body.writeUInt16BE(registerAt(unit, code, address + i), 3 + 2 * i);
      setTimeout(() => {
        inFlight--;
        if (!socket.destroyed) socket.write(checked(body));
      }, answerMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port, asked, openedMs, calls: () => calls };
}

const device = (id: string, port: number, more: object = {}) => ({
  id,
  protocol: 'modbus-tcp',
  host: '127.0.0.1',
  port,
  framing: 'rtu',
  timeout: '20s',
  quiet: '20ms',
  ...more,
});
const read = (from: string, unit: number, pdu: number) => ({
  device: from,
  unit,
  table: 'holding',
  address: { pdu },
  type: 'uint16',
  every: '100ms',
});

describe('devices on one line', () => {
  it('share one connection, ask one at a time, and are all read', async () => {
    const { port, asked, calls } = await line(4);
    const sources = openSources(plantOf([device('a', port), device('b', port)], { x: read('a', 1, 7), y: read('b', 2, 9) }));
    expect(sources).toHaveLength(2);
    const sink = new Gather();
    closing.push(() => Promise.all(sources.map((source) => source.stop())));
    for (const source of sources) await source.start(sink);
    const good = (id: string) => sink.of(id).filter(({ quality }) => quality === 'good');
    await sink.until(() => good('x').length > 4 && good('y').length > 4);
    expect(calls()).toBe(1);
    expect(Math.max(...asked.map(({ inFlight }) => inFlight))).toBe(1);
    expect(new Set(good('x').map(({ value }) => value))).toEqual(new Set([registerAt(1, 3, 7)]));
    expect(new Set(good('y').map(({ value }) => value))).toEqual(new Set([registerAt(2, 3, 9)]));
  });

  it('go on when one of them stops, and the line is closed with the last', async () => {
    const { port, calls } = await line(1);
    const [a, b] = openSources(plantOf([device('a', port), device('b', port)], { x: read('a', 1, 7), y: read('b', 2, 9) }));
    const sink = new Gather();
    closing.push(() => b!.stop());
    await a!.start(sink);
    await b!.start(sink);
    await sink.until(() => sink.of('x').length > 1 && sink.of('y').length > 1);
    await a!.stop();
    const before = sink.told('y').length;
    await sink.until(() => sink.told('y').length > before + 3);
    expect(sink.told('y').every(({ quality }) => quality === 'good')).toBe(true);
    expect(calls()).toBe(1);
  });

  it('wait for it together: who goes while it is being opened takes it from nobody, and leaves it open for nobody', async () => {
    let opened: (link: Link) => void = () => {};
    const links: { closed: boolean }[] = [];
    const wanted: AbortSignal[] = [];
    const shared = new SharedLine(
      (signal) =>
        new Promise((resolve) => {
          wanted.push(signal);
          opened = resolve;
        }),
      systemClock,
    );
    const open = (): void => {
      const link: Link = {
        unsolicited: 0,
        closed: false,
        read: async () => ({ kind: 'data', data: Buffer.of(1) }),
        close: () => {
          Object.assign(link, { closed: true });
        },
      };
      links.push(link);
      opened(link);
    };
    const pauses = { afterConnectMs: 0, betweenMs: 0, onUnitChangeMs: 0 };
    const joining = (signal: AbortSignal) => shared.join(pauses, signal, () => {});
    const [goes, stays] = [new AbortController(), new AbortController()];
    const [gone, user] = [joining(goes.signal), joining(stays.signal)];
    goes.abort();
    expect(wanted.map(({ aborted }) => aborted)).toEqual([false]);
    open();
    await expect(gone).rejects.toThrow();
    const link = await user;
    expect([link.closed, links[0]!.closed]).toEqual([false, false]);
    expect((await link.read({ unit: 1, table: 'holding', address: 0, count: 1 }, 1_000)).kind).toBe('data');
    link.close();
    expect(links[0]!.closed).toBe(true);

    const alone = new AbortController();
    const nobody = joining(alone.signal);
    alone.abort();
    expect(wanted.map(({ aborted }) => aborted)).toEqual([false, true]);
    open();
    await expect(nobody).rejects.toThrow();
    expect(links[1]!.closed).toBe(true);
    await expect(joining(AbortSignal.abort())).rejects.toThrow();
    expect(wanted).toHaveLength(2);
  });

  it('are all told when it is lost, and open it anew, also where that had failed before', async () => {
    const links: { closed: boolean }[] = [];
    let [away, lose] = [false, (_error: Error): void => {}];
    const shared = new SharedLine(async (_signal, onLost) => {
      if (away) throw new Error('nobody listens');
      lose = onLost;
      const link: Link = {
        unsolicited: 0,
        closed: false,
        read: async () => ({ kind: 'silence' }),
        close: () => {
          Object.assign(link, { closed: true });
        },
      };
      links.push(link);
      return link;
    }, systemClock);
    const told: [user: number, link: Link, why: string][] = [];
    const pauses = { afterConnectMs: 0, betweenMs: 0, onUnitChangeMs: 0 };
    const join = (user: number) =>
      shared.join(pauses, new AbortController().signal, (link, error) => {
        told.push([user, link, error.message]);
        link.close();
      });
    const before = [await join(1), await join(2)];
    lose(new Error('the adapter is gone'));
    expect(told).toEqual(before.map((link, at) => [at + 1, link, 'the adapter is gone']));
    expect(before.map(({ closed }) => closed)).toEqual([true, true]);
    expect(await before[0]!.read({ unit: 1, table: 'holding', address: 0, count: 1 }, 1_000)).toMatchObject({ kind: 'lost' });

    away = true;
    await expect(join(1)).rejects.toThrow('nobody listens');
    away = false;
    const [first, second] = [await join(1), await join(2)];
    expect(links).toHaveLength(2);
    first.close();
    first.close();
    expect([first.closed, second.closed, links[1]!.closed]).toEqual([true, false, false]);
    second.close();
    expect([second.closed, links[1]!.closed]).toEqual([true, true]);
    expect(told).toHaveLength(2);
  });

  it('tell what stands on the line beside their exchanges once, by the one that has been there longest', async () => {
    const heard = { count: 3, last: 'unit 9, function 3' };
    const link: Link = { unsolicited: 4, overheard: heard, closed: false, read: async () => ({ kind: 'silence' }), close: () => {} };
    const shared = new SharedLine(async () => link, systemClock);
    const pauses = { afterConnectMs: 0, betweenMs: 0, onUnitChangeMs: 0 };
    const users = await Promise.all([1, 2, 3].map(() => shared.join(pauses, new AbortController().signal, () => {})));
    const told = () => users.map(({ unsolicited, overheard }) => [unsolicited, overheard]);
    const nothing = [0, { count: 0, last: '' }];
    expect(told()).toEqual([[4, heard], nothing, nothing]);
    users[0]!.close();
    expect(told()).toEqual([nothing, [4, heard], nothing]);
  });

  it('ask no more once they have stopped, even where their turn is still to come', async () => {
    const asked: number[] = [];
    let answer = (): void => {};
    const link: Link = {
      unsolicited: 0,
      closed: false,
      close: () => {},
      read: ({ unit }) =>
        new Promise((resolve) => {
          asked.push(unit);
          answer = () => resolve({ kind: 'silence' });
        }),
    };
    const paced = new PacedLink(link, systemClock);
    const pauses = { afterConnectMs: 0, betweenMs: 0, onUnitChangeMs: 0 };
    const stopped = new AbortController();
    const ask = (unit: number, signal?: AbortSignal) => paced.read({ unit, table: 'holding', address: 0, count: 1 }, 1_000, pauses, signal);
    const first = ask(1);
    const [second, third] = [ask(2, stopped.signal), ask(3)];
    await vi.waitUntil(() => asked.length === 1, { timeout: 60_000 });
    stopped.abort();
    answer();
    expect(await first).toEqual({ kind: 'silence' });
    expect(await second).toMatchObject({ kind: 'lost' });
    await vi.waitUntil(() => asked.length === 2, { timeout: 60_000 });
    answer();
    expect(await third).toEqual({ kind: 'silence' });
    expect(asked).toEqual([1, 3]);
  });

  it('have one budget, and must agree on the line', () => {
    const serial = (id: string, more: object = {}) => ({ id, protocol: 'modbus-serial', path: '/dev/ttyX', line: { baud: 9600 }, ...more });
    const reads = { x: read('a', 1, 7), y: read('b', 2, 9) };
    const [one, ...none] = pollBudgets(plantOf([serial('a'), serial('b')], reads));
    const alone = pollBudgets(plantOf([serial('a')], { x: reads.x }));
    expect(none).toEqual([]);
    expect(one).toMatchObject({ device: 'a', devices: ['a', 'b'], requests: 2 });
    expect(one!.utilisation).toBeCloseTo(2 * alone[0]!.utilisation, 9);
    expect(() => openSources(plantOf([serial('a'), serial('b', { line: { baud: 19_200 } })], reads))).toThrow(/must be the same/);
  });

  it('share the connections that a gateway bears, when it says how many', () => {
    const gateway = (id: string) => device(id, 502, { framing: 'tcp', connections: 2 });
    const reads = Object.fromEntries(['a', 'b', 'c', 'd'].map((id, i) => [`m${id}`, read(id, i + 1, 0)]));
    const budgets = pollBudgets(plantOf(['a', 'b', 'c', 'd'].map(gateway), reads));
    expect(budgets.map(({ devices }) => devices)).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ]);
  });
});

it('pauses after connecting, between requests and before another unit, as the device needs', async () => {
  const { port, asked, openedMs } = await line(0);
  const pauses = { pauseAfterConnect: '150ms', pauseBetween: '10ms', pauseOnUnitChange: '60ms', maxRegisters: 1 };
  const reads = { a: read('d', 1, 0), b: read('d', 1, 5), c: read('d', 2, 0) };
  const [source] = openSources(plantOf([device('d', port, pauses)], reads));
  const sink = new Gather();
  closing.push(() => source!.stop());
  await source!.start(sink);
  await sink.until(() => asked.length >= 9);
  // Timers may fire a millisecond early by the wall clock.
  expect(asked[0]!.atMs - openedMs[0]!).toBeGreaterThanOrEqual(145);
  for (const [at, one] of asked.slice(1).entries()) {
    expect(one.atMs - asked[at]!.atMs).toBeGreaterThanOrEqual(one.unit === asked[at]!.unit ? 8 : 57);
  }
});

describe('a second master', () => {
  it('is known by a whole request that is not our own echo', () => {
    const request = fc
      .record({
        unit: fc.integer({ min: 1, max: 247 }),
        address: fc.integer({ min: 0, max: 60_000 }),
        count: fc.integer({ min: 1, max: 125 }),
      })
      .map((one) => rtu.encode({ ...one, table: 'holding' }));
    const noise = fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(request, request, noise, (own, theirs, before) => {
        const overheard = new Overheard();
        overheard.sent(own);
        overheard.hear(own);
        expect(overheard.count).toBe(0);
        if (own.equals(theirs)) return;
        const bytes = Buffer.concat([before, theirs]);
        overheard.hear(bytes.subarray(0, 3));
        overheard.hear(bytes.subarray(3));
        expect(overheard.count).toBeGreaterThanOrEqual(1);
      }),
    );
    const writing = new Overheard();
    writing.hear(checked(Buffer.from('01100001000204000a0102', 'hex')));
    expect(writing).toMatchObject({ count: 1, last: 'unit 1, function 16' });
  });

  it('is reported once, by the source that hears it', async () => {
    const foreign = checked(Buffer.from('090300000002', 'hex'));
    const { port } = await line(1, (socket) => setTimeout(() => socket.destroyed || socket.write(foreign), 30));
    const [source] = openSources(plantOf([device('d', port, { quiet: '15ms' })], { a: read('d', 1, 0) }));
    const sink = new Gather();
    closing.push(() => source!.stop());
    await source!.start(sink);
    await sink.until(() => sink.events.some(({ event }) => event === 'second-master') && sink.taken.length > 6);
    const told = sink.events.filter(({ event }) => event === 'second-master');
    expect(told).toHaveLength(1);
    expect(told[0]!.detail).toContain('unit 9, function 3');
    expect(sink.taken.every(({ value }) => value === null || value === registerAt(1, 3, 0))).toBe(true);
  });
});

describe('the sequence of a round', () => {
  const read = (unit: number, count: number): PlannedRead => ({ unit, count, table: 'holding', address: 0, items: [] });
  const changes = (reads: readonly PlannedRead[]): number => reads.filter(({ unit }, at) => at > 0 && unit !== reads[at - 1]!.unit).length;

  it('is a permutation with the fewest neighbours that look alike', () => {
    // A few shapes, some of them of most of the requests.
    const shape = fc.record({
      unit: fc.integer({ min: 1, max: 3 }),
      count: fc.constantFrom(2, 4, 10),
      times: fc.integer({ min: 1, max: 8 }),
    });
    const shapes = fc.uniqueArray(shape, { maxLength: 5, selector: ({ unit, count }) => `${unit} ${count}` });
    const reads = shapes.chain((list) =>
      fc.shuffledSubarray(
        list.flatMap(({ unit, count, times }) => Array.from({ length: times }, () => read(unit, count))),
        { minLength: list.reduce((sum, { times }) => sum + times, 0) },
      ),
    );
    fc.assert(
      fc.property(reads, (planned) => {
        const sequence = apart(planned);
        expect(new Set(sequence)).toEqual(new Set(planned));
        expect(sequence).toHaveLength(planned.length);
        const counts = new Map<string, number>();
        for (const { unit, count } of planned) counts.set(`${unit} ${count}`, (counts.get(`${unit} ${count}`) ?? 0) + 1);
        const most = Math.max(0, ...counts.values());
        // One shape that is more than half of them cannot be kept apart.
        expect(alike(sequence)).toBe(Math.max(0, 2 * most - planned.length - 1));
      }),
      { numRuns: 500 },
    );
  });

  it('changes units as seldom as can be where each has requests of two shapes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), (units, times) => {
        const planned = Array.from({ length: times }, () =>
          [2, 4].flatMap((count) => Array.from({ length: units }, (_, i) => read(i + 1, count))),
        );
        const sequence = apart(planned.flat());
        expect([alike(sequence), changes(sequence)]).toEqual([0, units - 1]);
      }),
    );
  });
});

describe('device identification', () => {
  // MODBUS Application Protocol Specification V1.1b3, 6.21: request 2B 0E 01 00, and the answer of its example device.
  const answer = Buffer.concat([
    Buffer.from([7, 0x2b, 0x0e, 1, 1, 0, 0, 3, 0, 0x16]),
    Buffer.from('Company identification'),
    Buffer.from([1, 0x0f]),
    Buffer.from('Product code XX'),
    Buffer.from([2, 5]),
    Buffer.from('V2.11'),
  ]);

  it('asks as the specification has it, and takes the answer apart', () => {
    const request = { unit: 7, identify: 'basic', from: 0 } as const;
    expect(requestBody(request).toString('hex')).toBe('072b0e0100');
    const read = readAnswer(request, answer);
    expect(read.kind === 'data' && identificationIn(read.data)).toEqual({
      objects: [
        [0, 'Company identification'],
        [1, 'Product code XX'],
        [2, 'V2.11'],
      ],
      next: null,
    });
    expect(readAnswer(request, answer.subarray(0, -1)).kind).toBe('foreign');
    expect(readAnswer(request, Buffer.from([7, 0xab, 1]))).toEqual({ kind: 'exception', code: 1 });
    expect(() => requestBody({ unit: 7, identify: 'specific' as 'basic', from: 0 })).toThrow(RangeError);
  });

  it('comes over a line wherever the bytes are split', async () => {
    const port = await freePort();
    let split = 1;
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => {
        const frame = checked(answer);
        split += 7;
        const at = split % (frame.length - 1);
        socket.write(frame.subarray(0, at + 1));
        setTimeout(() => socket.destroyed || socket.write(frame.subarray(at + 1)), 3);
      });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const plant = plantOf([device('d', port)], { a: read('d', 7, 0) });
    const session = openSession(plant.devices.get('d') as never, plant, systemClock);
    closing.push(() => session.close());
    for (let i = 0; i < 4; i++) {
      const { outcome } = await session.read({ unit: 7, identify: 'basic', from: 0 });
      expect(outcome.kind === 'data' && identificationIn(outcome.data).objects[1]).toEqual([1, 'Product code XX']);
    }
  });
});
