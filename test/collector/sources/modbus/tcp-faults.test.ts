import { expect, it } from 'vitest';
import { systemClock } from '../../../../collector/sources/clock.ts';
import { type ReadRequest, readAnswer, type Table } from '../../../../collector/sources/modbus/frame.ts';
import { TcpLink } from '../../../../collector/sources/modbus/tcp.ts';
import { openSocket } from '../../../../collector/sources/socket.ts';
import { type Asked, faultyDevice, frameOf, registerAt, rightAnswer } from './faulty-device.ts';

/** A longer drill: LIANGHENG_EXCHANGES=1000000 npx vitest run test/collector/sources/modbus/tcp-faults.test.ts */
const EXCHANGES = Number(process.env.LIANGHENG_EXCHANGES ?? 20_000);
const SEED = Number(process.env.LIANGHENG_SEED ?? Math.floor(Math.random() * 2 ** 31));
const DEADLINE_MS = 15;
const LINKS = 40;
const CODES: Readonly<Record<Table, number>> = { coil: 1, discrete: 2, holding: 3, input: 4 };
const TABLES = Object.keys(CODES) as Table[];

/** mulberry32: the same faults again for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Delays, duplicates, drops, truncates, splices, merges and mixes up the answers of one connection in some of the exchanges. */
function misbehave(random: () => number): Parameters<typeof faultyDevice>[0] {
  const earlier: Buffer[] = [];
  const old = () => earlier[Math.floor(random() * earlier.length)] as Buffer;
  const cut = (answer: Buffer) => answer.subarray(0, Math.floor(random() * answer.length));
  const faults: ((answer: Buffer, send: (bytes: Buffer) => void, asked: Asked) => void)[] = [
    () => {},
    (answer, send) => setTimeout(() => send(answer), random() * DEADLINE_MS * 3),
    (answer, send) => send(cut(answer)),
    (answer, send) => send(Buffer.concat([cut(answer), old()])),
    (answer, send) => {
      send(cut(answer));
      setTimeout(() => send(old()), 2);
    },
    (answer, send) => send(Buffer.concat([old(), answer])),
    (answer, send) => send(Buffer.concat([answer, answer])),
    (_answer, send) => send(old()),
    (answer, send) => {
      send(answer);
      setTimeout(() => send(old()), random() * 4);
    },
    (_answer, send, asked) => send(rightAnswer({ ...asked, unit: asked.unit + 1 })),
    (_answer, send, asked) => send(rightAnswer({ ...asked, code: 7 - asked.code === 4 ? 4 : 3 })),
    // Bits: eight more, for fewer might have the same bytes.
    (_answer, send, asked) =>
      send(rightAnswer({ ...asked, count: asked.code <= 2 || asked.count === 1 ? asked.count + 8 : asked.count - 1 })),
    (_answer, send, asked) => send(rightAnswer({ ...asked, id: asked.id + 1 + Math.floor(random() * 60_000) })),
    (answer, send) => send(frameOf(answer.readUInt16BE(0), answer.subarray(6), 1 + Math.floor(random() * 60_000))),
    (answer, send) => {
      const at = Math.floor(random() * answer.length);
      send(answer.subarray(0, at));
      setTimeout(() => send(answer.subarray(at)), 1);
    },
  ];
  return (asked, send, exchange) => {
    const answer = rightAnswer(asked);
    if (exchange === 0) earlier.length = 0;
    earlier.push(answer);
    if (earlier.length > 400) earlier.shift();
    if (random() > 0.2) send(answer);
    else (faults[Math.floor(random() * faults.length)] as (typeof faults)[number])(answer, send, asked);
  };
}

it(`believes no wrong value in ${EXCHANGES} exchanges (seed ${SEED})`, { timeout: 60_000 + EXCHANGES }, async () => {
  const random = randomFrom(SEED);
  const seen = { data: 0, exception: 0, silence: 0, confused: 0, lost: 0 };
  const wrong: string[] = [];
  let left = EXCHANGES;
  const talk = async () => {
    const device = await faultyDevice(misbehave(random));
    let link: TcpLink | null = null;
    while (left-- > 0) {
      if (link === null) {
        link = new TcpLink(await openSocket('127.0.0.1', device.port, 5000, systemClock, new AbortController().signal), systemClock, () => {
          link = null;
        });
      }
      const table = TABLES[Math.floor(random() * 4)] as Table;
      const request: ReadRequest = {
        unit: Math.floor(random() * 4),
        table,
        // Few addresses and counts, so that answers that belong elsewhere would fit.
        address: Math.floor(random() * 500),
        count: [1, 2, 2, 2, 4, 8, 60, 125][Math.floor(random() * 8)] as number,
      };
      const outcome = await link.read(request, DEADLINE_MS);
      seen[outcome.kind]++;
      if (outcome.kind === 'data') {
        for (let i = 0; i < request.count; i++) {
          const expected = registerAt(request.unit, CODES[table], request.address + i);
          const bits = table === 'coil' || table === 'discrete';
          const value = bits ? ((outcome.data[i >> 3] as number) >> (i & 7)) & 1 : outcome.data.readUInt16BE(2 * i);
          if (value !== (bits ? expected & 1 : expected)) wrong.push(`${JSON.stringify(request)} at ${i}: ${value}`);
        }
      } else if (outcome.kind !== 'exception') link = null;
    }
    link?.close();
    await device.close();
  };
  await Promise.all(Array.from({ length: LINKS }, talk));
  expect(wrong).toEqual([]);
  // A busy machine misses deadlines, which is a silence and no wrong value.
  expect(seen.data).toBeGreaterThan(EXCHANGES / 10);
  expect(Math.min(seen.silence, seen.confused)).toBeGreaterThan(EXCHANGES / 200);
});

it('knows an answer by all that an answer says of itself', () => {
  const request: ReadRequest = { unit: 3, table: 'input', address: 0, count: 2 };
  const answer = Buffer.from([3, 4, 4, 1, 2, 3, 4]);
  expect(readAnswer(request, answer).kind).toBe('data');
  for (const [at, byte] of [
    [0, 4],
    [1, 3],
    [2, 2],
  ] as const) {
    const other = Buffer.from(answer);
    other[at] = byte;
    expect(readAnswer(request, other).kind).toBe('foreign');
  }
  expect(readAnswer(request, answer.subarray(0, 6)).kind).toBe('foreign');
});
