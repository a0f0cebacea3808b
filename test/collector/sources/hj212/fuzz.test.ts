import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encode } from '../../../../collector/sources/hj212/encode.ts';
import type { Hj212Source } from '../../../../collector/sources/hj212/source.ts';
import { Gather } from '../gather.ts';
import { item, at as local, MINUTE, packetOf, platform, reads, settingsOf, TestClock, TestLogger } from './station.ts';

/** Packets in all; LIANGHENG_FUZZ raises it (a million takes some minutes). */
const PACKETS = Number(process.env.LIANGHENG_FUZZ ?? 20_000);
const BATCH = 20;
const CODES = ['w01018', 'w21003', 'w21001', 'w21011', 'w00000'] as const;

/** What the instrument measured: known for every code and time, so that any other value is false. */
const truth = (code: number, timeMs: number): string => {
  const mixed = Math.imul(timeMs / 1000 + code * 7919, 2654435761) >>> 0;
  return (mixed % 2 === 0 ? (mixed % 9973) / 100 : (mixed % 997) / 10).toFixed(1 + (mixed % 2));
};

function cleanPacket(timeMs: number, realTime: boolean): Buffer {
  const groups = CODES.map((code, index) => {
    const value = truth(index, timeMs);
    return item(code, realTime ? { Rtd: value, Flag: 'N' } : { Min: value, Avg: value, Max: value, Flag: 'N' });
  });
  const qnMs = timeMs + 10 * MINUTE;
  return encode(packetOf({ cn: realTime ? '2011' : '2051', qnMs, dataMs: timeMs, groups }));
}

type Damage = (bytes: Buffer, at: number, more: number) => Buffer;
const position = (bytes: Buffer, at: number): number => at % bytes.length;
/** What happens to packets on their way. Two errors that are independent of each other are left out: an 8-bit CRC lets 1 of 256 pass. */
const DAMAGES: readonly Damage[] = [
  (bytes) => bytes,
  (bytes, at, more) => {
    const flipped = Buffer.from(bytes);
    flipped[position(bytes, at)]! ^= 1 << (more % 8);
    return flipped;
  },
  (bytes, at, more) => {
    const other = Buffer.from(bytes);
    other[position(bytes, at)] = more % 256;
    return other;
  },
  (bytes, at, more) => {
    const swapped = Buffer.from(bytes);
    // Half of them where it would hurt most: from a digit of DataTime on.
    const from = more % 2 === 0 ? position(bytes, at) : bytes.indexOf('DataTime=') + 9 + (at % 14);
    const to = from + 8;
    if (to < bytes.length) [swapped[from], swapped[to]] = [bytes[to]!, bytes[from]!];
    return swapped;
  },
  (bytes, at) => bytes.subarray(0, position(bytes, at)),
  (bytes, at) => bytes.subarray(position(bytes, at)),
  (bytes, at, more) => Buffer.concat([bytes.subarray(0, position(bytes, at)), bytes.subarray(position(bytes, at) + 1 + (more % 40))]),
  (bytes, at, more) =>
    Buffer.concat([bytes.subarray(0, position(bytes, at)), Buffer.from([more % 256]), bytes.subarray(position(bytes, at))]),
  (bytes) => Buffer.concat([bytes, bytes]),
  (bytes) => bytes.subarray(0, -2),
];

describe('the platform under damage', () => {
  // From October on: a digit of the month can change places with one of the second and still name a month.
  const clock = new TestClock(local('2026-10-01T00:00:00'));
  const sink = new Gather();
  let source: Hj212Source;
  let logger: TestLogger;
  let sent = 0;

  beforeAll(async () => {
    const channels = reads(CODES.flatMap((code) => [[code, 'Rtd', 'real-time'] as const, [code, 'Avg', 'minute'] as const]));
    source = platform(clock, [settingsOf({ systems: ['32'], channels })], {
      limits: { connections: 64, introductionMs: 1e11, idleMs: 1e11, backlog: 64 },
    });
    await source.start(sink);
    logger = await TestLogger.call(source.port);
  });
  afterAll(async () => {
    logger.close();
    await source.stop();
  });

  it('never crashes and never stores a false value', async () => {
    const one = fc.record({ damage: fc.nat(DAMAGES.length - 1), at: fc.nat(1_000), more: fc.nat(255), realTime: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: BATCH, maxLength: BATCH }), async (batch) => {
        if (logger.socket.destroyed) logger = await TestLogger.call(source.port);
        const stream: Buffer[] = [];
        const firstMs = clock.ms - 10 * MINUTE;
        clock.ms += batch.length * 10 * MINUTE;
        for (const [index, { damage, at, more, realTime }] of batch.entries()) {
          stream.push(DAMAGES[damage]!(cleanPacket(firstMs + index * 10 * MINUTE, realTime), at, more));
          sent++;
        }
        logger.socket.write(Buffer.concat(stream));
        await logger.settled(clock.ms);
        for (const sample of sink.taken.splice(0)) {
          const code = CODES.findIndex((known) => sample.channel.startsWith(known));
          if (sample.quality === 'good')
            expect([sample.channel, sample.timeMs, sample.value]).toEqual([
              sample.channel,
              sample.timeMs,
              Number(truth(code, sample.timeMs)),
            ]);
        }
        sink.quarantined.length = 0;
        sink.events.length = 0;
        logger.got.length = 0;
      }),
      {
        numRuns: Math.ceil(PACKETS / BATCH),
        endOnFailure: true,
        ...(process.env.LIANGHENG_SEED ? { seed: Number(process.env.LIANGHENG_SEED) } : {}),
      },
    );
    expect(sent).toBeGreaterThanOrEqual(PACKETS);
    expect(source.tally.stored).toBeGreaterThan(sent / 20);
    expect(source.tally.damaged).toBeGreaterThan(sent / 4);
  }, 3_600_000);
});
