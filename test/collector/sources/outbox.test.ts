import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { missingBatch } from '../../../collector/sample/batch.ts';
import type { Sample } from '../../../collector/sample/sample.ts';
import { systemClock } from '../../../collector/sources/clock.ts';
import { Outbox } from '../../../collector/sources/outbox.ts';
import { Gather } from './gather.ts';

const sample = (channel: string, timeMs: number): Sample => ({
  channel,
  timeMs,
  value: timeMs,
  quality: 'good',
  reason: 'none',
  origin: 'device',
  raw: null,
});

function outboxInto(sink: Gather) {
  const stop = new AbortController();
  const errors: string[] = [];
  return { outbox: new Outbox(sink, systemClock, stop.signal, ({ message }) => errors.push(message)), stop, errors };
}

describe('what a sink refuses', () => {
  it('is handed over again until it is taken, and waits together', async () => {
    const sink = new Gather();
    const { outbox, stop, errors } = outboxInto(sink);
    let full = true;
    sink.refuse = () => full;
    for (let batch = 0; batch < 40; batch++) outbox.giveBatch(missingBatch(['a', 'b'], batch, 'device', 'communication'));
    while (errors.length < 40) await new Promise((resolve) => setImmediate(resolve));
    // Node warns of more than ten: whoever looks for a leak would look here.
    expect(getEventListeners(stop.signal, 'abort').length).toBeLessThanOrEqual(1);
    full = false;
    await outbox.empty();
    expect(sink.of('a').map(({ timeMs }) => timeMs)).toEqual(Array.from({ length: 40 }, (_, batch) => batch));
    expect(sink.taken.length).toBe(80);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });
});

describe('samples that come one by one', () => {
  /** A sink that takes its time: each batch when the test says so. */
  function slow() {
    const sink = new Gather();
    const pending: (() => void)[] = [];
    const batches: number[][] = [];
    const take = sink.samples.bind(sink);
    sink.samples = async (samples) => {
      batches.push(samples.map(({ timeMs }) => timeMs));
      await new Promise<void>((resolve) => pending.push(resolve));
      await take(samples);
    };
    return { sink, pending, batches };
  }

  it('go together while one is on its way, and before what is given behind them', async () => {
    const { sink, pending, batches } = slow();
    const { outbox } = outboxInto(sink);
    expect([1, 2, 3].map((timeMs) => outbox.giveOne(sample('a', timeMs)))).toEqual([0, 1, 2]);
    outbox.give([sample('a', 4)]);
    expect(outbox.giveOne(sample('a', 5))).toBe(1);
    expect(batches).toEqual([[1], [2, 3], [4]]);
    const emptied = outbox.empty();
    while (sink.taken.length < 5) {
      for (const done of pending.splice(0)) done();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await emptied;
    expect(batches).toEqual([[1], [2, 3], [4], [5]]);
  });
});
