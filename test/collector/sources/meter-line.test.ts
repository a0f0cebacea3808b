import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findFrame as findCjt188 } from '../../../collector/sources/cjt188/frame.ts';
import { systemClock } from '../../../collector/sources/clock.ts';
import { findFrame } from '../../../collector/sources/dlt645/frame.ts';
import { MeterLineSource } from '../../../collector/sources/meter-line.ts';
import { openSources } from '../../../collector/sources/open.ts';
import { Gather, unread } from './gather.ts';
import { VirtualClock, Wire } from './modbus/virtual-time.ts';
import { needless } from './needless.ts';
import { plantOf } from './plants.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** A transparent gateway: what a test answers to each question. */
async function gateway(answer: (question: Buffer, socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (question: Buffer) => answer(question, socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function gathered(device: object, reads: Readonly<Record<string, object>>): Promise<Gather> {
  const sink = new Gather();
  for (const source of openSources(plantOf([device], reads), systemClock)) {
    await source.start(sink);
    ending.push(() => source.stop());
  }
  return sink;
}

const sumOf = (body: Buffer): number => body.reduce((sum, byte) => (sum + byte) & 0xff, 0);
/** An answer of a DL/T 645 meter with these data bytes, as meant. */
function reply(address: string, control: number, data: Buffer): Buffer {
  const body = Buffer.concat([
    bytes('68'),
    bytes(address).reverse(),
    Buffer.from([0x68, control, data.length]),
    data.map((byte) => (byte + 0x33) & 0xff),
  ]);
  return Buffer.concat([bytes('FE FE'), body, Buffer.from([sumOf(body), 0x16])]);
}

const METER = '202107072529';
const ENERGY = bytes('00 00 00 00 76 17 03 00');

describe('electricity meters through a gateway', () => {
  const device = (port: number, more: object = {}) => ({
    id: 'line',
    protocol: 'dlt645-tcp',
    host: '127.0.0.1',
    port,
    timeout: '150ms',
    quiet: '120ms',
    ...more,
  });
  const read = (more: object = {}) => ({ device: 'line', meter: METER, di: '00000000', every: '50ms', ...more });

  it('are read by one question for several values of a block', async () => {
    const asked: string[] = [];
    const port = await gateway((question, socket) => {
      asked.push(question.toString('hex'));
      const found = findFrame(question);
      if (found.kind === 'answer')
        socket.write(reply(found.answer.address, 0x91, Buffer.concat([found.answer.data, bytes('14 23 98 22 01 23')])));
    });
    const volts = { di: '0201FF00' };
    const sink = await gathered(device(port), {
      A: read({ ...volts, index: 0 }),
      B: read({ ...volts, index: 1 }),
      C: read({ ...volts, index: 2 }),
      D: read({ ...volts, index: 3 }),
    });
    await sink.until(() => sink.told('D').length > 0);
    expect(['A', 'B', 'C', 'D'].map((id) => sink.told(id)[0]!.value)).toEqual([231.4, 229.8, 230.1, null]);
    expect(sink.told('D')[0]!.reason).toBe('garbage');
    const question = bytes('68 29 25 07 07 21 20 68 11 04 33 32 34 35');
    expect(asked[0]).toBe(Buffer.concat([bytes('FE FE FE FE'), question, Buffer.from([sumOf(question), 0x16])]).toString('hex'));
  });

  it('tell what the plant file says of their bytes, decimals, sign, scale and offset, and nothing where the data are of another length', async () => {
    const data: Readonly<Record<string, string>> = {
      '02800002': '34 92',
      '0000FF00': '00 00 00 00 00 00 10 00',
      '02030000': '45 23 01 00',
      '02060000': '12',
      '04000102': '61 00 00',
    };
    const port = await gateway((question, socket) => {
      const found = findFrame(question);
      if (found.kind !== 'answer') return;
      const di = Buffer.from(found.answer.data).reverse().toString('hex').toUpperCase();
      socket.write(reply(found.answer.address, 0x91, Buffer.concat([found.answer.data, bytes(data[di]!)])));
    });
    const stated = { di: '02800002', bytes: 2, decimals: 2 };
    const sink = await gathered(device(port), {
      signed: read({ ...stated, signed: true, scale: 2, offset: 1 }),
      unsigned: read(stated),
      first: read({ di: '0000ff00' }),
      second: read({ di: '0000ff00', index: 1, scale: 0.5 }),
      long: read({ di: '02030000' }),
      short: read({ di: '02060000' }),
      clock: read({ di: '04000102' }),
    });
    const ids = ['signed', 'unsigned', 'first', 'second', 'long', 'short', 'clock'];
    await sink.until(() => ids.every((id) => sink.told(id).length > 0));
    // -12.34 × 2 + 1; as digits alone 92 is no more than 9234.
    expect(ids.map((id) => sink.told(id)[0]!.value)).toEqual([-23.68, 92.34, 0, 500, null, null, null]);
    expect(ids.slice(-3).map((id) => sink.told(id)[0]!.reason)).toEqual(['garbage', 'garbage', 'garbage']);
  });

  it('that answer late or for another are never mistaken; the line rests before the next question', async () => {
    let turn = 0;
    const happened: string[] = [];
    const port = await gateway((_, socket) => {
      turn++;
      happened.push('asked');
      if (turn === 1) {
        setTimeout(() => {
          happened.push('late');
          socket.write(reply(METER, 0x91, bytes('00 00 00 00 11 11 11 11')));
        }, 200);
      } else if (turn === 2) socket.write(reply('202107072528', 0x91, bytes('00 00 00 00 22 22 22 22')));
      else if (turn === 4) socket.write(reply(METER, 0x91, bytes('00 00 01 00 33 33 33 33')));
      else if (turn === 5) socket.write(Buffer.concat([reply(METER, 0x91, ENERGY), reply(METER, 0x91, ENERGY)]));
      else socket.write(reply(METER, 0x91, ENERGY));
    });
    const sink = await gathered(device(port), { E: read() });
    await sink.until(() => sink.of('E').filter(({ quality }) => quality === 'good').length > 1);
    const values = sink.of('E').map(({ value }) => value);
    expect(values.filter((value) => value !== null).every((value) => value === 317.76)).toBe(true);
    expect(sink.of('E').find(({ value }) => value !== null)).toMatchObject({ quality: 'suspect', reason: 'resynchronised' });
    expect(happened.slice(0, 3)).toEqual(['asked', 'late', 'asked']);
  });

  it('are looked at between the readings that are due, and recorded where they move beyond the dead-band', async () => {
    const looks = { everyMs: 86_400_000, samplingMs: 50, band: 1 };
    let turn = 0;
    const port = await gateway((_, socket) => {
      // A quarter of a kWh at each look.
      const hundredths = 31_776 + 25 * turn++;
      const digits = String(hundredths).padStart(8, '0');
      socket.write(reply(METER, 0x91, Buffer.concat([bytes('00 00 00 00'), bytes(digits).reverse()])));
    });
    const sink = await gathered(device(port, { timeout: '20s' }), {
      E: read({ every: '1d', change: { absolute: looks.band, sampling: `${looks.samplingMs}ms` } }),
    });
    await sink.until(() => sink.told('E').length > 4 && turn > sink.told('E').length + 4);
    const values = sink.told('E').map(({ value }) => value!);
    expect(values[0]).toBe(317.76);
    expect(values.every((value, at) => at === 0 || value > values[at - 1]!)).toBe(true);
    expect(needless(sink.of('E'), looks)).toEqual([]);
  });

  it('that refuse, are silent, or fill with FF give missing samples with their reasons', async () => {
    const port = await gateway((question, socket) => {
      const found = findFrame(question);
      if (found.kind !== 'answer') return;
      const { address, data } = found.answer;
      if (address.endsWith('1')) socket.write(reply(address, 0xd1, bytes('02')));
      if (address.endsWith('2')) socket.write(reply(address, 0x91, Buffer.concat([data, bytes('FF FF FF FF')])));
    });
    const sink = await gathered(device(port), {
      refuses: read({ meter: '000000000001' }),
      blank: read({ meter: '000000000002' }),
      silent: read({ meter: '000000000003' }),
    });
    await sink.until(() => sink.told('refuses').length > 0 && sink.told('blank').length > 0 && sink.of('silent').length > 0);
    expect(sink.told('refuses')[0]).toMatchObject({ value: null, reason: 'device-exception', raw: 'error 02' });
    expect(sink.told('blank')[0]).toMatchObject({ value: null, reason: 'garbage', raw: 'ffffffff' });
    expect(sink.of('silent').every((sample) => unread(sample) && sample.raw === null)).toBe(true);
  });

  it('that are silent cast no doubt on the others, and are asked once in a while', async () => {
    const asked = new Map<string, number>();
    const port = await gateway((question, socket) => {
      const found = findFrame(question);
      if (found.kind !== 'answer') return;
      const { address } = found.answer;
      asked.set(address, (asked.get(address) ?? 0) + 1);
      if (address === METER) socket.write(reply(address, 0x91, ENERGY));
    });
    const sink = await gathered(device(port), { gone: read({ meter: '000000000003' }), E: read() });
    const good = () => sink.of('E').filter(({ quality, value }) => quality === 'good' && value === 317.76);
    await sink.until(() => good().length > 20 && sink.events.length > 0);
    // A doubtful one follows an answer of its own that was missed, as it may be on a slow machine.
    const own = sink.of('E');
    expect(own.filter(({ quality }, at) => quality === 'suspect' && own[at - 1]?.quality !== 'missing')).toEqual([]);
    expect(sink.of('gone').every(unread)).toBe(true);
    expect(asked.get('000000000003')).toBeLessThan(asked.get(METER)!);
    expect(sink.events.map(({ event, detail }) => [event, detail])).toContainEqual([
      'unit-demoted',
      'meter 000000000003 does not answer; it is asked once in a while',
    ]);
  });

  it('need bytes and decimals where the identifier is not a common one, and an identifier of their edition', () => {
    const faulty =
      (reads: object, more: object = {}) =>
      () =>
        openSources(plantOf([device(1, more)], { E: read(reads) }), systemClock);
    expect(faulty({ di: '02800002' })).toThrow(/needs its bytes/);
    expect(faulty({ di: '9010' })).toThrow(/no data identifier of DL\/T 645-2007/);
    expect(faulty({ di: '9010' }, { edition: '1997' })).toThrow(/needs its bytes/);
    expect(faulty({ di: '9010', bytes: 4, decimals: 2 }, { edition: '1997' })).not.toThrow();
  });
});

/** Meters of one byte each on a line in virtual time, which is read for so long; a test opens the line. */
async function readFor(
  ms: number,
  clock: VirtualClock,
  meters: number,
  everyMs: number,
  open: () => Promise<Wire>,
  pauseBetweenMs = 0,
): Promise<Gather> {
  const question = (id: number) => ({
    frame: Buffer.of(id),
    find: () => ({ kind: 'answer', answer: { kind: 'data', data: Buffer.of(id) }, bytes: 1 }) as const,
  });
  const line = new MeterLineSource(
    { id: 'line', timeoutMs: 1_000, quietMs: 10, pauseBetweenMs, origin: 'device' },
    Array.from({ length: meters }, (_, at) => ({
      everyMs,
      meter: String(at),
      question: question(at + 1),
      channels: [{ channel: `m${at}`, value: (data: Buffer) => data[0]! }],
    })),
    open,
    clock,
  );
  const sink = new Gather();
  await clock.during(
    (async () => {
      await line.start(sink);
      await new Promise<void>((resolve) => clock.after(ms, resolve));
      await line.stop();
    })(),
  );
  return sink;
}

it('questions to a line of meters keep the pause between them, to the millisecond', async () => {
  const clock = new VirtualClock(60_000 - 500, 1);
  const asked: number[] = [];
  const open = async () =>
    new Wire((question, wire) => {
      asked.push(clock.nowMs());
      clock.after(30, () => wire.send(question));
    });
  const sink = await readFor(2_000, clock, 3, 60_000, open, 70);
  expect(asked).toEqual([60_000, 60_100, 60_200]);
  expect(sink.taken.map(({ channel, value, timeMs }) => [channel, value, timeMs])).toEqual([
    ['m0', 1, 60_030],
    ['m1', 2, 60_130],
    ['m2', 3, 60_230],
  ]);
});

it('a line that is away and a meter that falls silent leave a missing sample at each time; that it is gone and back is told once', async () => {
  const MINUTE = 60_000;
  const clock = new VirtualClock(-500, 1);
  const open = async () => {
    if (clock.nowMs() < 3 * MINUTE) throw new Error('nobody listens');
    return new Wire((question, wire) => {
      const silent = question[0] === 1 && clock.nowMs() >= 6 * MINUTE && clock.nowMs() < 9 * MINUTE;
      if (!silent) clock.after(30, () => wire.send(question));
    });
  };
  const sink = await readFor(20 * MINUTE, clock, 2, 10_000, open);
  expect(sink.polled).toBe(sink.taken.length);
  for (const id of ['m0', 'm1']) {
    const times = sink.of(id).map(({ timeMs }) => Math.floor(timeMs / 10_000));
    expect(new Set(times)).toEqual(new Set(Array.from({ length: 120 }, (_, at) => at)));
    expect(sink.of(id).every((one) => one.value !== null || (one.quality === 'missing' && one.reason === 'communication'))).toBe(true);
    expect(sink.of(id).filter(({ timeMs, value }) => timeMs < 3 * MINUTE && value !== null)).toEqual([]);
  }
  const good = (id: string, from: number, to: number) =>
    sink.of(id).filter(({ timeMs, quality }) => quality === 'good' && timeMs >= from * MINUTE && timeMs < to * MINUTE).length;
  // A connection is tried again after half a minute at most, a silent meter after five.
  expect(good('m1', 4, 20)).toBeGreaterThan(90);
  expect([good('m0', 4, 6) > 10, good('m0', 6.2, 9), good('m0', 14, 20)]).toEqual([true, 0, 36]);
  expect(sink.events.filter(({ event }) => event.startsWith('unit-')).map(({ event, detail }) => [event, detail])).toEqual([
    ['unit-demoted', 'meter 0 does not answer; it is asked once in a while'],
    ['unit-returned', 'meter 0 answers again'],
  ]);
});

describe('heat meters through a gateway', () => {
  it('tell each quantity in its unit by one question, with scale and offset, and the clock of the meter', async () => {
    const asked: string[] = [];
    // The published frame of the frame test, with digits in place of its zeros and a time of today.
    const port = await gateway((question, socket) => {
      const found = findCjt188(question);
      if (found.kind !== 'answer') return;
      asked.push(question.toString('hex'));
      const data = bytes(
        '1F 90 00 11 00 00 00 05 22 00 00 00 05 33 00 00 00 17 00 00 00 00 35 44 00 00 00 2C 02 23 00 11 23 00 34 58 00 00 00 00 00 00 00 00 08 F0',
      );
      const now = new Date(Date.now() + 480 * 60_000).toISOString();
      const face = [17, 14, 11, 8, 5].map((at) => now.slice(at, at + 2));
      bytes([...face, now.slice(2, 4), now.slice(0, 2)].join('')).copy(data, 37);
      const body = Buffer.concat([bytes('68 20 13 47 06 12 00 74 00 81 2E'), data]);
      socket.write(Buffer.concat([body, Buffer.from([sumOf(body), 0x16])]));
    });
    const device = { id: 'line', protocol: 'cjt188-tcp', host: '127.0.0.1', port, timeout: '20s', quiet: '60ms' };
    const read = { device: 'line', meter: '00740012064713', kind: '20', every: '100ms' };
    const quantities = ['cooling', 'heat', 'power', 'volume', 'total', 'clock'];
    const sink = await gathered(device, {
      ...Object.fromEntries(quantities.map((quantity) => [quantity, { ...read, quantity }])),
      scaled: { ...read, quantity: 'heat', scale: 100, offset: -1 },
    });
    await sink.until(() => [...quantities, 'scaled'].every((id) => sink.told(id).length > 0));
    const told = (id: string) => sink.told(id)[0]!.value;
    expect([...quantities.slice(0, 5), 'scaled'].map(told)).toEqual([0.11, 0.22, 0.33, 0.44, null, 21]);
    // Within the hour, however long the machine takes.
    expect(Math.abs(told('clock')!)).toBeLessThan(3_600);
    expect(new Set(asked).size).toBe(1);
  });
});

describe('water meters through a gateway', () => {
  it('are read, and one with another address is not taken for them', async () => {
    const port = await gateway((question, socket) => {
      const found = findCjt188(question);
      if (found.kind !== 'answer') return;
      const own = found.answer.address === '78330011223344' || found.answer.address === '78330011223345';
      if (own)
        socket.write(bytes('68 10 44 33 22 11 00 33 78 81 16 1F 90 00 00 77 66 55 2C 00 77 66 55 2C 31 01 22 11 05 15 20 21 84 13 16'));
    });
    const device = { id: 'line', protocol: 'cjt188-tcp', host: '127.0.0.1', port, timeout: '150ms', quiet: '60ms' };
    const read = { device: 'line', meter: '78330011223344', kind: '10', quantity: 'total', every: '50ms' };
    const sink = await gathered(device, { W: read, OTHER: { ...read, meter: '78330011223345' }, H: { ...read, quantity: 'heat' } });
    await sink.until(() => ['W', 'OTHER', 'H'].every((id) => sink.of(id).length > 1));
    expect(sink.of('W').every(({ value }) => value === null || value === 556677)).toBe(true);
    expect(sink.of('W').some(({ value }) => value === 556677)).toBe(true);
    expect(sink.of('OTHER').every(({ value }) => value === null)).toBe(true);
    expect(sink.of('H').every(({ value }) => value === null)).toBe(true);
  });
});
