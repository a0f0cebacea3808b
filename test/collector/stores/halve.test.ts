import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Batch, batchesAmong } from '../../../collector/stores/batch.ts';
import { Reach, type Sender, sendAll } from '../../../collector/stores/halve.ts';
import { quarantineFile } from '../../../collector/stores/quarantine.ts';
import { sample } from './contract.ts';

const BATCH = 10_000;

/** A server that takes a while over each batch, fails at those told, and notes what stands there and how much was under way at once. */
function slowServer(failing: readonly number[]) {
  const stored = new Map<string, number | null>();
  let [sent, underWay, most] = [0, 0, 0];
  const sender: Sender = {
    async send(batch: Batch, before?: Promise<void>) {
      await before;
      const [number, delay] = [sent++, sent % 3];
      underWay += 1;
      most = Math.max(most, underWay);
      for (let k = 0; k < 1 + 2 * delay; k += 1) await setImmediate();
      underWay -= 1;
      if (failing.includes(number)) throw Object.assign(new Error('away'), { status: 503 });
      for (const { channel, timeMs, value } of batch.samples()) stored.set(`${channel} ${timeMs}`, value);
    },
    post: () => Promise.resolve(),
    statusOf: (error) => (error as { status?: number }).status ?? null,
  };
  return { sender, stored, most: () => most, underWay: () => underWay };
}

it('sends two batches at a time, never one that says something again before the other is stored, and leaves nothing under way', async () => {
  const quarantine = quarantineFile(await mkdtemp(join(tmpdir(), 'liangheng-halve-')), 'none');
  const plan = fc.record({
    again: fc.array(fc.nat({ max: 4 * BATCH }), { maxLength: 3 }),
    failing: fc.array(fc.nat({ max: 5 }), { maxLength: 1 }),
  });
  let together = 0;
  await fc.assert(
    fc.asyncProperty(plan, async ({ again, failing }) => {
      const samples = Array.from({ length: 4 * BATCH }, (_, i) => sample(`F${i % 50}`, Math.floor(i / 50), i));
      // Readings of the batch before, with another value.
      for (const at of again.filter((place) => place >= BATCH)) samples.splice(at, 0, { ...samples[at - BATCH + 1]!, value: -at });
      const due = new Map(samples.map(({ channel, timeMs, value }) => [`${channel} ${timeMs}`, value]));
      const server = slowServer(failing);
      const done = await sendAll(batchesAmong(samples, BATCH), server.sender, quarantine).then(
        () => true,
        () => false,
      );
      expect(server.underWay()).toBe(0);
      expect(server.most()).toBeLessThanOrEqual(2);
      together = Math.max(together, server.most());
      if (!done) await sendAll(batchesAmong(samples, BATCH), server.sender, quarantine);
      expect(server.stored).toEqual(due);
    }),
    { numRuns: 12 },
  );
  expect(together).toBe(2);
}, 120_000);

it('what runs forward is told anew for each call, channel by channel', () => {
  const reach = new Reach();
  const at = (...times: readonly number[]) => Batch.of(times.map((time) => sample(`F${time % 2}`, time, 0)));
  for (let call = 0; call < 2; call += 1) {
    reach.begin();
    expect([at(10, 12, 11), at(13, 14), at(15, 14), at(20), at(16), at(17)].map((batch) => reach.runsForward(batch))).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
  }
});
