import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../../collector/sources/clock.ts';
import { dataBytes, type ReadRequest } from '../../../../collector/sources/modbus/frame.ts';
import { ascii, crc16, type Framing, lrc, rtu } from '../../../../collector/sources/modbus/framing.ts';
import { LineLink } from '../../../../collector/sources/modbus/line.ts';
import type { Outcome } from '../../../../collector/sources/modbus/link.ts';
import { openSocket } from '../../../../collector/sources/socket.ts';
import { freePort } from '../../../free-port.ts';
import { registerAt } from './faulty-device.ts';
import { VirtualClock, Wire } from './virtual-time.ts';

const EXCHANGES = Number(process.env.LIANGHENG_EXCHANGES ?? 4_000);
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A line whose device answers as `behave` says: with the right frame, when and how often it likes. */
async function line(
  framing: Framing,
  behave: (answer: Buffer, send: (bytes: Buffer) => void, request: ReadRequest, exchange: number) => void,
  quietMs = 60,
  clock: Clock = systemClock,
): Promise<LineLink> {
  const port = await freePort();
  let exchange = 0;
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const body = framing === rtu ? bytes.subarray(0, 6) : Buffer.from(bytes.toString('latin1', 1, 13), 'hex');
      const request: ReadRequest = {
        unit: body.readUInt8(0),
        table: body[1] === 3 ? 'holding' : 'input',
        address: body.readUInt16BE(2),
        count: body.readUInt16BE(4),
      };
      behave(answerTo(framing, request), (answer) => socket.destroyed || socket.write(answer), request, exchange++);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const socket = await openSocket('127.0.0.1', port, 1000, systemClock, new AbortController().signal);
  socket.setNoDelay(true);
  const link = new LineLink(socket, framing, { quietMs, gapMs: 0, byteMs: 0 }, clock, () => {});
  closing.push(() => link.close());
  return link;
}

function answerTo(framing: Framing, request: ReadRequest): Buffer {
  const code = request.table === 'holding' ? 3 : 4;
  const body = Buffer.alloc(3 + dataBytes(request));
  body[0] = request.unit;
  body[1] = code;
  body[2] = dataBytes(request);
  for (let i = 0; i < request.count; i++) body.writeUInt16BE(registerAt(request.unit, code, request.address + i), 3 + 2 * i);
  if (framing === rtu) return Buffer.concat([body, crc16(body)]);
  return Buffer.from(
    `:${Buffer.concat([body, lrc(body)])
      .toString('hex')
      .toUpperCase()}\r\n`,
  );
}

const ask = (address: number, count = 2, unit = 7): ReadRequest => ({ unit, table: 'holding', address, count });
const isRight = (outcome: Outcome, request: ReadRequest): boolean =>
  outcome.kind === 'data' &&
  Array.from({ length: request.count }, (_, i) => i).every(
    (i) => outcome.data.readUInt16BE(2 * i) === registerAt(request.unit, request.table === 'holding' ? 3 : 4, request.address + i),
  );

it('waits for an answer at least as long as question and answer take on the wire', async () => {
  const waits: number[] = [];
  const clock: Clock = {
    ...systemClock,
    after(delayMs, callback) {
      waits.push(delayMs);
      return systemClock.after(0, callback);
    },
  };
  const silent = new Duplex({ read() {}, write: (_bytes, _encoding, done) => done() });
  const link = new LineLink(silent, rtu, { quietMs: 0, gapMs: 0, byteMs: 10 }, clock, () => {});
  expect((await link.read(ask(0, 10), 100)).kind).toBe('silence');
  // 8 bytes of the question, 25 of the answer.
  expect(waits).toEqual([100 + 33 * 10]);
  link.close();
});

it('is asked nothing until it has been silent for the quiet time: a serial server may hold an answer to an earlier connection', async () => {
  const clock = new VirtualClock(0, 1);
  const asked: number[] = [];
  // The answer to the earlier connection comes as this one is opened, and fits what is asked first.
  const stale = Buffer.from([7, 3, 2, 0xde, 0xad]);
  const wire = new Wire((_bytes, own) => {
    asked.push(clock.nowMs());
    own.send(answerTo(rtu, ask(0, 1)));
  });
  const link = new LineLink(wire, rtu, { quietMs: 100, gapMs: 2, byteMs: 0 }, clock, () => {});
  clock.after(40, () => wire.send(Buffer.concat([stale, crc16(stale)])));
  const outcome = await clock.during(link.read(ask(0, 1), 1_000));
  expect(asked).toEqual([140]);
  expect(isRight(outcome, ask(0, 1))).toBe(true);
  expect(link.unsolicited).toBe(1);
  link.close();
});

describe('checksums and frames', () => {
  it('are those of the specification and of the library', () => {
    // MODBUS over Serial Line V1.02, section 2.5.1.2 (CRC of 02 07 is 0x1241) and the ASCII example :010300000001FB of common texts.
    expect(crc16(Buffer.from('0207', 'hex')).toString('hex')).toBe('4112');
    expect(ascii.encode({ unit: 1, table: 'holding', address: 0, count: 1 }).toString()).toBe(':010300000001FB\r\n');
    const theirs = createRequire(import.meta.url)('modbus-serial/utils/crc16') as (bytes: Buffer) => number;
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 256 }),
        (bytes) => crc16(Buffer.from(bytes)).readUInt16LE() === theirs(Buffer.from(bytes)),
      ),
    );
  });

  it.each([
    ['RTU', rtu],
    ['ASCII', ascii],
  ] as const)('%s answers are read wherever the bytes are split', async (_, framing) => {
    const link = await line(framing, (answer, send, _request, exchange) => {
      const at = 1 + (exchange % (answer.length - 1));
      send(answer.subarray(0, at));
      setTimeout(() => send(answer.subarray(at)), 1);
    });
    for (let i = 0; i < 12; i++) expect(isRight(await link.read(ask(i), 200), ask(i))).toBe(true);
  });
});

describe('a line', () => {
  // modbus-serial, jsmodbus and others: 1000 -> time-out, 2000 -> 1000, 3000 -> 2000, for ever.
  it('does not give a late answer to the next request', async () => {
    const link = await line(rtu, (answer, send, _request, exchange) => setTimeout(() => send(answer), exchange === 0 ? 45 : 0));
    expect((await link.read(ask(1000), 30)).kind).toBe('silence');
    for (const address of [2000, 3000, 4000]) expect(isRight(await link.read(ask(address), 100), ask(address))).toBe(true);
    expect(link.unsolicited).toBe(1);
  });

  it.each([
    ['forward', 45_000],
    ['back by years', -1e11],
  ])('is quiet for as long as ever where the clock of the machine is set %s meanwhile', async (_, stepMs) => {
    let setByMs = 0;
    const clock: Clock = { ...systemClock, nowMs: () => Date.now() + setByMs };
    // The first answer is late by less than the quiet time; the second is no quicker.
    const link = await line(rtu, (answer, send, _request, exchange) => setTimeout(() => send(answer), [200, 400][exchange]), 800, clock);
    const [first, second] = [ask(10, 2), ask(50, 2)];
    expect((await link.read(first, 20)).kind).toBe('silence');
    setByMs = stepMs;
    expect(isRight(await link.read(second, 60_000), second)).toBe(true);
  });

  it('takes no bytes behind an answer, no wrong checksum, no other unit, function or length', async () => {
    const spoilt: ((answer: Buffer) => Buffer)[] = [
      (answer) => Buffer.concat([answer, answer]),
      (answer) => Buffer.from(answer).fill((answer[4] as number) ^ 1, 4, 5),
      () => answerTo(rtu, ask(1, 2, 8)),
      () => answerTo(rtu, { ...ask(1), table: 'input' }),
      () => answerTo(rtu, ask(1, 3)),
    ];
    for (const spoil of spoilt) {
      const link = await line(rtu, (answer, send, _request, exchange) => send(exchange === 0 ? spoil(answer) : answer));
      expect((await link.read(ask(1), 50)).kind).toBe('confused');
      expect(isRight(await link.read(ask(1), 50), ask(1))).toBe(true);
    }
  });

  it('says so where it never falls silent', async () => {
    const link = await line(
      rtu,
      (_answer, send) => {
        const babble = setInterval(() => send(Buffer.from([1])), 3);
        closing.push(() => clearInterval(babble));
      },
      20,
    );
    expect((await link.read(ask(1), 50)).kind).toBe('confused');
    expect(await link.read(ask(2), 50)).toMatchObject({ kind: 'confused', why: expect.stringContaining('second master') });
  });

  it('is given up after five silences in a row', async () => {
    const link = await line(rtu, () => {}, 5);
    for (let i = 0; i < 5; i++) {
      expect(link.closed).toBe(false);
      expect((await link.read(ask(1), 10)).kind).toBe('silence');
    }
    expect(link.closed).toBe(true);
  });

  it('is not given up for silences between which it answers', async () => {
    const clock = new VirtualClock(0, 1);
    let asked = 0;
    // Four silences, an answer, and so on.
    const wire = new Wire((_bytes, own) => {
      if (asked++ % 5 === 4) own.send(answerTo(rtu, ask(1)));
    });
    const link = new LineLink(wire, rtu, { quietMs: 20, gapMs: 2, byteMs: 0 }, clock, () => {});
    const kinds: string[] = [];
    for (let i = 0; i < 25; i++) kinds.push((await clock.during(link.read(ask(1), 100))).kind);
    expect(kinds.filter((kind) => kind === 'data')).toHaveLength(5);
    expect(kinds.filter((kind) => kind === 'silence')).toHaveLength(20);
    expect(link.closed).toBe(false);
    link.close();
  });

  it.each<[string, (wire: Wire, link: LineLink) => void]>([
    ['is closed', (_wire, link) => link.close()],
    ['breaks', (wire) => wire.destroy(new Error('the adapter is gone'))],
    ['goes away', (wire) => wire.destroy()],
  ])('that %s settles the question in flight at once, and takes no further one', async (_, end) => {
    const clock = new VirtualClock(0, 1);
    let lost = 0;
    const wire = new Wire((_bytes, own) => end(own, link));
    const link: LineLink = new LineLink(wire, rtu, { quietMs: 20, gapMs: 2, byteMs: 0 }, clock, () => lost++);
    const outcome = await clock.during(link.read(ask(1), 60_000));
    expect([outcome.kind, link.closed, clock.nowMs()]).toEqual(['lost', true, 20]);
    expect(await clock.during(link.read(ask(1), 60_000))).toMatchObject({ kind: 'lost' });
    // Who asks learns it from the answer; it is told only where nobody asks.
    expect(lost).toBe(0);
  });

  it('that goes away while nobody asks is told of, once', async () => {
    const clock = new VirtualClock(0, 1);
    const told: string[] = [];
    const wire = new Wire((_bytes, own) => own.send(answerTo(rtu, ask(1))));
    const link = new LineLink(wire, rtu, { quietMs: 20, gapMs: 2, byteMs: 0 }, clock, (error) => told.push(error.message));
    expect((await clock.during(link.read(ask(1), 100))).kind).toBe('data');
    wire.destroy(new Error('the adapter is gone'));
    await new Promise((resolve) => setImmediate(resolve));
    expect([told, link.closed]).toEqual([['the adapter is gone'], true]);
  });

  it(`believes no wrong value in ${EXCHANGES} exchanges with answers late by less than deadline and quiet time`, {
    timeout: 60_000 + EXCHANGES * 5,
  }, async () => {
    let wrong = 0;
    const seen = { data: 0, exception: 0, silence: 0, confused: 0, lost: 0 };
    const [deadlineMs, quietMs] = [15, 60];
    let left = EXCHANGES;
    const talk = async () => {
      let last = answerTo(rtu, ask(1));
      const link = await line(
        rtu,
        (answer, send) => {
          const earlier = last;
          last = answer;
          const fault = Math.random() < 0.12 ? Math.floor(Math.random() * 7) : -1;
          if (fault === -1) send(answer);
          if (fault === 1) setTimeout(() => send(answer), Math.random() * (deadlineMs + quietMs - 30));
          if (fault === 2) send(answer.subarray(0, Math.floor(Math.random() * answer.length)));
          if (fault === 3) send(Buffer.concat([answer, earlier]));
          // At least a byte is left: an old answer alone, of the shape of this one, is what no line can tell.
          if (fault === 4) send(Buffer.concat([answer.subarray(0, 1 + Math.floor(Math.random() * (answer.length - 1))), earlier]));
          if (fault === 5) send(Buffer.from(answer).fill(Math.random() * 256, 3, 4));
          if (fault === 6) {
            send(answer.subarray(0, 4));
            setTimeout(() => send(answer.subarray(4)), 2);
          }
        },
        quietMs,
      );
      while (left-- > 0) {
        const request = ask(Math.floor(Math.random() * 500), 2, 1 + Math.floor(Math.random() * 2));
        const outcome = await link.read(request, deadlineMs);
        seen[outcome.kind]++;
        if (outcome.kind === 'data' && !isRight(outcome, request)) wrong++;
        if (link.closed) break;
      }
    };
    while (left > 0) await Promise.all(Array.from({ length: 20 }, talk));
    expect(wrong).toBe(0);
    expect(seen.data).toBeGreaterThan(EXCHANGES / 10);
    expect(Math.min(seen.silence, seen.confused)).toBeGreaterThan(EXCHANGES / 200);
  });
});
