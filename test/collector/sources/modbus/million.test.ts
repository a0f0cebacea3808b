import { expect, it } from 'vitest';
import { dataBytes, type ReadRequest } from '../../../../collector/sources/modbus/frame.ts';
import { crc16, rtu } from '../../../../collector/sources/modbus/framing.ts';
import { LineLink } from '../../../../collector/sources/modbus/line.ts';
import type { Link } from '../../../../collector/sources/modbus/link.ts';
import { TcpLink } from '../../../../collector/sources/modbus/tcp.ts';
import { frameOf, registerAt } from './faulty-device.ts';
import { randomFrom, VirtualClock, Wire } from './virtual-time.ts';

/** `npm run drill` asks for a million. */
const EXCHANGES = Number(process.env.LIANGHENG_EXCHANGES ?? 3_000);
const SEED = Number(process.env.LIANGHENG_SEED ?? Math.floor(Math.random() * 2 ** 31));
const DEADLINE_MS = 200;
const QUIET_MS = 300;
/** Between an answer and the next request on a line. */
const GAP_MS = 4;

/** What a device does with its answer on a wire: now, later, spoilt, or not at all. */
type Fault = (answer: Buffer, send: (bytes: Buffer, afterMs: number) => void, random: () => number, earlier: Buffer, other: Buffer) => void;

const cut = (bytes: Buffer, random: () => number): Buffer => bytes.subarray(0, 1 + Math.floor(random() * (bytes.length - 1)));
const flipped = (bytes: Buffer, random: () => number): Buffer => {
  const copy = Buffer.from(bytes);
  const at = Math.floor(random() * copy.length);
  copy[at] = (copy[at] as number) ^ (1 << Math.floor(random() * 8));
  return copy;
};
const torn: Fault = (answer, send, random) => {
  const at = 1 + Math.floor(random() * (answer.length - 1));
  send(answer.subarray(0, at), 2);
  send(answer.subarray(at), 2 + random() * 20);
};

const COMMON: readonly Fault[] = [
  () => {},
  torn,
  (answer, send, random) => send(cut(answer, random), 1),
  (answer, send) => send(Buffer.concat([answer, answer]), 1),
  (answer, send, random, earlier) => send(Buffer.concat([cut(answer, random), earlier]), 1),
  (answer, send, _random, earlier) => send(Buffer.concat([answer, earlier]), 1),
  (_answer, send, _random, _earlier, other) => send(other, 1),
  (answer, send, random) => {
    send(answer, 1);
    send(answer, 1 + random() * (GAP_MS - 1));
  },
];

/** A second copy that comes while a later request waits: where that has the same shape, nothing on a line tells them apart. */
const copied: Fault = (answer, send, random) => {
  send(answer, 1);
  send(answer, 1 + random() * QUIET_MS * 0.5);
};

/** Later than the deadline by less than the quiet time: the line is read empty of it. */
const late: Fault = (answer, send, random) => send(answer, DEADLINE_MS * (0.5 + random()));
/** Later than deadline and quiet time together. */
const tooLate: Fault = (answer, send, random) => send(answer, DEADLINE_MS + QUIET_MS + 1 + random() * 400);
/** A bit that turned on its way, which the checksum tells. */
const noise: Fault = (answer, send, random) => send(flipped(answer, random), 1);

interface Tally {
  readonly exchanges: number;
  readonly good: number;
  readonly suspect: number;
  readonly wrongGood: number;
  readonly wrongSuspect: number;
  readonly failed: number;
}

/** Asks over links that are opened anew where they close themselves, as a source does, and holds every value against the truth. */
async function talk(open: (clock: VirtualClock) => Link, clock: VirtualClock, exchanges: number): Promise<Tally> {
  const tally = { exchanges, good: 0, suspect: 0, wrongGood: 0, wrongSuspect: 0, failed: 0 };
  const random = randomFrom(SEED ^ 0x5eed);
  let link = open(clock);
  let doubt = false;
  for (let n = 0; n < exchanges; n++) {
    if (link.closed) link = open(clock);
    const request: ReadRequest = {
      unit: 1 + Math.floor(random() * 3),
      table: random() < 0.8 ? 'holding' : 'input',
      address: Math.floor(random() * 300),
      count: random() < 0.7 ? 2 : 4,
    };
    const outcome = await link.read(request, DEADLINE_MS);
    if (outcome.kind !== 'data') {
      tally.failed++;
      if (outcome.kind !== 'lost' && outcome.kind !== 'exception') doubt = true;
      continue;
    }
    const code = request.table === 'holding' ? 3 : 4;
    const right = Array.from({ length: request.count }, (_, i) => i).every(
      (i) => outcome.data.readUInt16BE(2 * i) === registerAt(request.unit, code, request.address + i),
    );
    tally[doubt ? 'suspect' : 'good']++;
    if (!right) tally[doubt ? 'wrongSuspect' : 'wrongGood']++;
    doubt = false;
  }
  link.close();
  return tally;
}

function bodyOf(unit: number, code: number, address: number, count: number): Buffer {
  const body = Buffer.alloc(3 + dataBytes({ unit, table: 'holding', address, count }));
  body.set([unit, code, 2 * count]);
  for (let i = 0; i < count; i++) body.writeUInt16BE(registerAt(unit, code, address + i), 3 + 2 * i);
  return body;
}

/** A device on a wire in memory that misbehaves in a share of the exchanges. */
function device(framed: 'rtu' | 'tcp', faults: readonly Fault[], clock: VirtualClock, share: number): Wire {
  const random = randomFrom(SEED + 1);
  let earlier: Buffer | null = null;
  return new Wire((bytes, wire) => {
    const at = framed === 'tcp' ? 6 : 0;
    const [unit, code, address, count] = [bytes[at]!, bytes[at + 1]!, bytes.readUInt16BE(at + 2), bytes.readUInt16BE(at + 4)];
    const id = framed === 'tcp' ? bytes.readUInt16BE(0) : 0;
    const frame = (body: Buffer, own = id): Buffer => (framed === 'tcp' ? frameOf(own, body) : Buffer.concat([body, crc16(body)]));
    const answer = frame(bodyOf(unit, code, address, count));
    const send = (part: Buffer, afterMs: number): void => void clock.after(afterMs, () => wire.send(part));
    if (clock.random() >= share) send(answer, 1 + random() * 10);
    else {
      const fault = faults[Math.floor(random() * faults.length)] as Fault;
      // A stranger: of another unit, or with another length.
      const other = frame(random() < 0.5 ? bodyOf(unit + 1, code, address, count) : bodyOf(unit, code, address, count + 1), id + 7);
      fault(answer, send, random, earlier ?? other, other);
    }
    earlier = answer;
  });
}

const rtuOver =
  (faults: readonly Fault[], share = 0.15) =>
  (clock: VirtualClock): Link =>
    new LineLink(device('rtu', faults, clock, share), rtu, { quietMs: QUIET_MS, gapMs: GAP_MS, byteMs: 1.04 }, clock, () => {});
const tcpOver =
  (faults: readonly Fault[], share = 0.15) =>
  (clock: VirtualClock): Link =>
    new TcpLink(device('tcp', faults, clock, share), clock, () => {});

const report = (name: string, tally: Tally): void => {
  if (EXCHANGES >= 100_000) process.stderr.write(`${name} (seed ${SEED}): ${JSON.stringify(tally)}\n`);
};

it.each([
  ['TCP', tcpOver([...COMMON, copied, late, tooLate])],
  ['RTU', rtuOver([...COMMON, late, noise])],
] as const)(
  `%s: of ${EXCHANGES} exchanges not one wrong value is good (seed ${SEED})`,
  { timeout: 60_000 + EXCHANGES },
  async (name, open) => {
    const clock = new VirtualClock(Date.UTC(2026, 2, 1), SEED);
    const tally = await clock.during(talk(open, clock, EXCHANGES));
    report(name, tally);
    expect(tally).toMatchObject({ wrongGood: 0, wrongSuspect: 0 });
    expect(tally.good).toBeGreaterThan(EXCHANGES / 2);
    expect(tally.failed).toBeGreaterThan(EXCHANGES / 50);
  },
);

it('RTU, residual risk: answers beyond the quiet time and late copies may be taken for the next of the same shape; how many is stated', {
  timeout: 60_000 + EXCHANGES,
}, async () => {
  const clock = new VirtualClock(Date.UTC(2026, 2, 1), SEED);
  const exchanges = Math.ceil(EXCHANGES / 5);
  const tally = await clock.during(talk(rtuOver([tooLate, copied, ...COMMON]), clock, exchanges));
  report('RTU with answers beyond the quiet time and late copies', tally);
  expect((tally.wrongGood + tally.wrongSuspect) / exchanges).toBeLessThan(0.02);
});
