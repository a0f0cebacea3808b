import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOf, summedAccount } from '../../../collector/sample/conservation.ts';
import { HOUR_MS, type Readings } from '../../../collector/sample/hour.ts';
import { REASON_CODE } from '../../../collector/sample/reason.ts';
import { QUALITY_CODE, type Sample } from '../../../collector/sample/sample.ts';
import { InOrder } from '../../../collector/sources/in-order.ts';
import { crc16 } from '../../../collector/sources/modbus/framing.ts';
import { Outbox } from '../../../collector/sources/outbox.ts';
import { Gather } from './gather.ts';
import { slowLine } from './modbus/slow-line.ts';
import { VirtualClock, Wire } from './modbus/virtual-time.ts';
import { plantOf } from './plants.ts';

const START = Date.UTC(2026, 2, 1, 8);
const EVERY_MS = 10_000;

const readingsOf = (samples: readonly Sample[]): Readings => {
  const sorted = [...samples].sort((a, b) => a.timeMs - b.timeMs);
  return {
    timeMs: Float64Array.from(sorted, ({ timeMs }) => timeMs),
    value: Float64Array.from(sorted, ({ value }) => value ?? Number.NaN),
    quality: Uint8Array.from(sorted, ({ quality }) => QUALITY_CODE[quality]),
    reason: Uint8Array.from(sorted, ({ reason }) => REASON_CODE[reason]),
    origin: new Uint8Array(sorted.length),
  };
};

/** Two refusals to ask a silent unit may fall into one moment. */
const ascending = (samples: readonly Sample[]): boolean =>
  samples.every(
    (one, at) => at === 0 || samples[at - 1]!.timeMs < one.timeMs || (samples[at - 1]!.timeMs === one.timeMs && one.value === null),
  );

/** Units 1, 2, 3 on one line, each answering after the next of the delays, or not at all (null), asked each 10 s for two hours. */
async function polled(delays: readonly (number | null)[]): Promise<{ readonly sink: Gather; readonly lateCycles: number }> {
  const clock = new VirtualClock(START - 400, 5);
  let asked = 0;
  const open = (): Wire =>
    new Wire((bytes, wire) => {
      const delayMs = delays[asked++ % delays.length]!;
      if (delayMs === null) return;
      const body = Buffer.from([bytes[0]!, 3, 2, 0, bytes[0]!]);
      clock.after(delayMs, () => wire.send(Buffer.concat([body, crc16(body)])));
    });
  const read = (unit: number) => ({ device: 'd', unit, table: 'holding', address: { pdu: 5 }, type: 'uint16', every: '10s' });
  const settings = { id: 'd', protocol: 'modbus-serial', path: '/dev/none', line: { baud: 9600 }, timeout: '60s', quiet: '500ms' };
  const plant = plantOf([settings], { a: read(1), b: read(2), c: read(3) });
  const source = slowLine(plant, 60_000, open, clock);
  const sink = new Gather();
  await clock.during(
    (async () => {
      await source.start(sink);
      await new Promise<void>((resolve) => clock.after(2 * HOUR_MS + 300_000, resolve));
      await source.stop();
    })(),
  );
  return { sink, lateCycles: source.status().counts.lateCycles };
}

describe('readings of a device that answers late', () => {
  it('come in the order of their times, one for each due time, however late the answers are', async () => {
    const delay = fc.oneof(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 58_000 }), fc.constant(null));
    await fc.assert(
      fc.asyncProperty(fc.array(delay, { minLength: 1, maxLength: 40 }), async (delays) => {
        const { sink } = await polled(delays);
        for (const id of ['a', 'b', 'c']) {
          const samples = sink.of(id);
          expect(ascending(samples)).toBe(true);
          const accounts = [0, 1].map((hour) => accountOf(readingsOf(samples), EVERY_MS, START + hour * HOUR_MS));
          const { expected, good, suspect, missing, unaccounted } = summedAccount(accounts)!;
          expect([expected, unaccounted]).toEqual([720, 0]);
          expect(good + suspect + (missing.communication ?? 0)).toBe(720);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('of one that answers in time nothing is missing and nothing is more than was due', async () => {
    const { sink, lateCycles } = await polled([30, 900, 200]);
    expect(lateCycles).toBe(0);
    const account = accountOf(readingsOf(sink.of('c')), EVERY_MS, START);
    expect(account).toMatchObject({ expected: 360, good: 360, missing: {}, unaccounted: 0, additional: 0 });
  });
});

it('rounds that end behind the next due time are counted, and no others', async () => {
  // Three units a round: the first answer takes the whole interval, or nearly.
  expect((await polled([9_500, 30, 30])).lateCycles).toBe(0);
  const { sink, lateCycles } = await polled([10_500, 30, 30]);
  const rounds = sink.of('a').filter(({ value }) => value !== null).length;
  expect(lateCycles).toBe(rounds);
});

describe('InOrder', () => {
  const handed = async (...answers: readonly (readonly [dueMs: number, missedMs: readonly number[], atMs: number])[]) => {
    const sink = new Gather();
    const outbox = new Outbox(sink, new VirtualClock(0, 1), new AbortController().signal, () => {});
    const inOrder = new InOrder(outbox, 100);
    for (const [dueMs, missedMs, timeMs] of answers) {
      inOrder.due(dueMs, missedMs, () => ({ reason: 'collector-stopped', batches: [] }));
      inOrder.give([{ channel: 'a', timeMs, value: 1, quality: 'good', reason: 'none', origin: 'device', raw: null }], timeMs);
    }
    await outbox.empty();
    return sink.taken.map(({ timeMs, value }) => (value === null ? `-${timeMs}` : `+${timeMs}`)).join(' ');
  };

  it('lets an answer that comes a little late speak for its due time where the next comes for its own', async () => {
    expect(await handed([1000, [], 1105], [1100, [], 1130], [1200, [], 1210])).toBe('+1105 +1130 +1210');
  });

  it('dates what is missing behind the late answer where the next speaks for a later time', async () => {
    expect(await handed([1000, [], 1105], [1100, [], 1220], [1200, [], 1230])).toBe('+1105 -1106 +1220 +1230');
  });

  it('hands over before an answer what was missed while it was waited for', async () => {
    expect(await handed([1000, [], 1340], [1300, [], 1350])).toBe('-1000 -1100 +1340 +1350');
    expect(await handed([1000, [], 1399], [1300, [], 1410])).toBe('-1000 -1100 -1200 +1399 +1410');
  });

  it('takes a clock that was set for no missed reading', async () => {
    expect(await handed([1000, [], 1010], [1100, [], 900_000_010], [900_000_100, [], 900_000_101])).toBe('+1010 +900000010 +900000101');
    expect(await handed([1000, [], 1010], [500, [], 505], [600, [], 601])).toBe('+1010 +505 +601');
  });

  it('goes on to tell what is missing after a clock that was set back', async () => {
    expect(await handed([1000, [], 1010], [500, [], 505], [600, [], 830], [800, [], 840])).toBe('+1010 +505 -600 +830 +840');
  });
});
