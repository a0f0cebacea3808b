import { expect, it } from 'vitest';
import { missingBatch, type SampleBatch, samplesIn } from '../../../collector/sample/batch.ts';
import type { Reason } from '../../../collector/sample/reason.ts';
import type { Clock } from '../../../collector/sources/clock.ts';
import type { Answers } from '../../../collector/sources/in-order.ts';
import { crc16 } from '../../../collector/sources/modbus/framing.ts';
import { PolledSource } from '../../../collector/sources/polled.ts';
import type { Group } from '../../../collector/sources/schedule.ts';
import type { Sink } from '../../../collector/sources/source.ts';
import { Gather } from './gather.ts';
import { slowLine } from './modbus/slow-line.ts';
import { VirtualClock, Wire } from './modbus/virtual-time.ts';
import { plantOf } from './plants.ts';

const QUESTIONS = ['a', 'b', 'c', 'd'];
const EVERY_MS = 1_000;

/** A source of four questions a second, of which nothing is known but when they were asked. */
class Asking extends PolledSource<null, Group> {
  constructor(clock: Clock) {
    super('d', [{ everyMs: EVERY_MS }], () => ({ open: async () => null, close: () => undefined }), clock);
  }

  protected async poll(_group: Group, answers: Answers): Promise<void> {
    for (const channel of QUESTIONS) answers.giveBatch(missingBatch([channel], this.clock.nowMs(), 'device', 'device-exception'));
  }

  protected missed(_group: Group, reason: Reason, timeMs: number): readonly SampleBatch[] {
    return QUESTIONS.map((channel) => missingBatch([channel], timeMs, 'device', reason));
  }
}

/** A sink whose batches take a while, and how many were on their way at most. */
function slowSink(clock: VirtualClock, takesMs: number) {
  const sink = new Gather();
  const seen = { underWay: 0, most: 0 };
  const slowly: Sink = {
    samples: (samples) => sink.samples(samples),
    quarantine: (item) => sink.quarantine(item),
    event: (item) => sink.event(item),
    async batch(batch) {
      seen.most = Math.max(seen.most, ++seen.underWay);
      await new Promise<void>((resolve) => clock.after(takesMs, resolve));
      seen.underWay--;
      await sink.samples(samplesIn(batch));
    },
  };
  return { sink, slowly, seen };
}

/** Reads for ten seconds, sleeps, and reads for twenty. */
async function sleeping(forMs: number) {
  const virtual = new VirtualClock(Date.UTC(2026, 2, 1, 8) - 500, 1);
  let sleptMs = 0;
  const clock: Clock = {
    nowMs: () => virtual.nowMs() + sleptMs,
    after: (delayMs, callback) => virtual.after(delayMs, callback),
    random: virtual.random,
  };
  const { sink, slowly, seen } = slowSink(virtual, 5);
  const source = new Asking(clock);
  const passed = (async () => {
    await source.start(slowly);
    await new Promise<void>((resolve) => virtual.after(10 * EVERY_MS, resolve));
    sleptMs = forMs;
    await new Promise<void>((resolve) => virtual.after(20 * EVERY_MS, resolve));
    await source.stop();
  })();
  await virtual.during(passed);
  return { sink, seen, seconds: sink.of('d').map(({ timeMs }) => Math.floor(timeMs / EVERY_MS)) };
}

it('after a sleep of minutes, what was missed is handed over as fast as it is taken, not all at once', async () => {
  const { sink, seen, seconds } = await sleeping(500 * EVERY_MS);
  expect(seen.most).toBeLessThan(100);
  expect(seconds.every((second, index) => index === 0 || second === seconds[index - 1]! + 1)).toBe(true);
  expect(sink.of('d').filter(({ reason }) => reason === 'collector-stopped').length).toBeGreaterThan(490);
  expect(sink.events).toEqual([]);
});

it('after a leap over more times than are told one by one, the record says from when to when', async () => {
  const { sink, seconds } = await sleeping(5000 * EVERY_MS);
  const [leap, ...more] = sink.events;
  expect([leap?.event, more]).toEqual(['times-leapt', []]);
  const [, count, from, to] = /^(\d+) times from (\S+) to (\S+), every 1000 ms:/.exec(leap!.detail)!;
  const untold = Array.from({ length: Number(count) }, (_, at) => Date.parse(from!) / EVERY_MS + at);
  expect(untold.at(-1)).toBe(Date.parse(to!) / EVERY_MS);
  const all = [...seconds, ...untold].sort((a, b) => a - b);
  expect(all.every((second, index) => index === 0 || second === all[index - 1]! + 1)).toBe(true);
});

it('a round whose every answer comes after hundreds of due times waits until they are taken', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 2, 1, 8) - 50, 1);
  const open = (): Wire =>
    new Wire((bytes, wire) => {
      const body = Buffer.from([bytes[0]!, 3, 2, 0, 7]);
      clock.after(5_000, () => wire.send(Buffer.concat([body, crc16(body)])));
    });
  const channel = (pdu: number) => ({ device: 'd', unit: 1, table: 'holding', address: { pdu }, type: 'uint16', every: '100ms' });
  const settings = { id: 'd', protocol: 'modbus-serial', path: '/dev/none', line: { baud: 9600 }, timeout: '60s' };
  const reads = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`m${at}`, channel(1_000 * at)]));
  const source = slowLine(plantOf([settings], reads), 60_000, open, clock);
  const { sink, slowly, seen } = slowSink(clock, 100_000);
  const passed = (async () => {
    await source.start(slowly);
    await new Promise<void>((resolve) => clock.after(600_000, resolve));
    await source.stop();
  })();
  await clock.during(passed);

  expect(sink.of('m7').some(({ value }) => value === 7)).toBe(true);
  expect(seen.most).toBeLessThan(1_500);
});
