import { expect, it } from 'vitest';
import { missingBatch, type SampleBatch, samplesIn } from '../../../collector/sample/batch.ts';
import type { Reason } from '../../../collector/sample/reason.ts';
import type { Clock } from '../../../collector/sources/clock.ts';
import type { Answers } from '../../../collector/sources/in-order.ts';
import { PolledSource } from '../../../collector/sources/polled.ts';
import type { Group } from '../../../collector/sources/schedule.ts';
import type { Sink } from '../../../collector/sources/source.ts';
import { Gather } from './gather.ts';
import { VirtualClock } from './modbus/virtual-time.ts';

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

it('after a sleep of minutes, what was missed is handed over as fast as it is taken, not all at once', async () => {
  const virtual = new VirtualClock(Date.UTC(2026, 2, 1, 8) - 500, 1);
  let sleptMs = 0;
  const clock: Clock = {
    nowMs: () => virtual.nowMs() + sleptMs,
    after: (delayMs, callback) => virtual.after(delayMs, callback),
    random: virtual.random,
  };
  const sink = new Gather();
  let [underWay, most] = [0, 0];
  const slowly: Sink = {
    samples: (samples) => sink.samples(samples),
    quarantine: (item) => sink.quarantine(item),
    event: (item) => sink.event(item),
    async batch(batch) {
      most = Math.max(most, ++underWay);
      await new Promise<void>((resolve) => virtual.after(5, resolve));
      underWay--;
      await sink.samples(samplesIn(batch));
    },
  };
  const source = new Asking(clock);
  const passed = (async () => {
    await source.start(slowly);
    await new Promise<void>((resolve) => virtual.after(10 * EVERY_MS, resolve));
    sleptMs = 500 * EVERY_MS;
    await new Promise<void>((resolve) => virtual.after(20 * EVERY_MS, resolve));
    await source.stop();
  })();
  await virtual.during(passed);

  expect(most).toBeLessThan(100);
  const seconds = sink.of('d').map(({ timeMs }) => Math.floor(timeMs / EVERY_MS));
  expect(seconds.every((second, index) => index === 0 || second === seconds[index - 1]! + 1)).toBe(true);
  expect(sink.of('d').filter(({ reason }) => reason === 'collector-stopped').length).toBeGreaterThan(490);
});
