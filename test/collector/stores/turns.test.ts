import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Sample } from '../../../collector/sample/sample.ts';
import { Batch } from '../../../collector/stores/batch.ts';
import type { Sender } from '../../../collector/stores/halve.ts';
import type { ExportedSeries } from '../../../collector/stores/victoriametrics/server.ts';
import { Turns, turningSender } from '../../../collector/stores/victoriametrics/write.ts';
import { sample } from './contract.ts';

/** A VictoriaMetrics in memory: of two contents at one place and turn it would keep one of its own choosing, so that there must be none. */
function server(answersAll = true) {
  const stored = new Map<string, { readonly channel: string; readonly turn: number; readonly values: Map<number, number> }>();
  let [exports, questions, fails] = [0, 0, 0];
  const asked = {
    flush: () => Promise.resolve(true),
    newest: (match: string, fromMs: number, toMs: number) => {
      questions += 1;
      if (!answersAll && !match.includes('channel=~')) return Promise.reject(Object.assign(new Error('too many series'), { status: 422 }));
      const found = new Map<string, number>();
      for (const { channel, values } of stored.values()) {
        if (match.includes('channel=~') && !new RegExp(`[|"]${channel}[|"]`).test(match)) continue;
        for (const timeMs of values.keys())
          if (timeMs >= fromMs && timeMs <= toMs) found.set(channel, Math.max(timeMs, found.get(channel) ?? timeMs));
      }
      return Promise.resolve(found);
    },
    export: (_: string, fromMs: number, toMs: number) => {
      exports += 1;
      const series = [...stored.values()].flatMap(({ channel, turn, values }) => {
        const within = [...values].filter(([timeMs]) => timeMs >= fromMs && timeMs <= toMs);
        return (['v', 'q', 'r', 'o'] as const).map((field): ExportedSeries => {
          const metric = { __name__: `sample_${field}`, channel, ...(turn === 0 ? {} : { turn: String(turn) }) };
          return { metric, timestamps: within.map(([timeMs]) => timeMs), values: within.map(([, value]) => (field === 'v' ? value : 0)) };
        });
      });
      return Promise.resolve(series);
    },
  };
  const sender = (): Sender =>
    turningSender(new Turns(asked, 'p1', 0), (tags) => ({
      async send(batch, before) {
        await before;
        if (fails > 0) {
          fails -= 1;
          throw new Error('away');
        }
        for (const { channel, timeMs, value } of batch.samples()) {
          const turn = Number(tags?.(channel).turn ?? 0);
          const series = stored.get(`${turn} ${channel}`) ?? { channel, turn, values: new Map<number, number>() };
          stored.set(`${turn} ${channel}`, series);
          if (series.values.has(timeMs)) expect(value).toBe(series.values.get(timeMs));
          series.values.set(timeMs, value!);
        }
      },
      post: () => Promise.resolve(),
      statusOf: () => null,
    }));
  const read = (): Map<string, number> => {
    const found = new Map<string, number>();
    for (const { channel, values } of [...stored.values()].sort((a, b) => a.turn - b.turn))
      for (const [timeMs, value] of values) found.set(`${channel} ${timeMs}`, value);
    return found;
  };
  return { sender, read, fail: () => (fails += 1), exports: () => exports, questions: () => questions };
}

const span = (channel: string, from: number, to: number): Sample[] =>
  Array.from({ length: to - from }, (_, i) => sample(channel, 1000 * (from + i), from + i));

it('the last record of each reading holds, whatever leaps, goes back, fails and starts anew', async () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 40 }), fc.integer({ min: 1, max: 6 }), fc.nat({ max: 2 })) },
    { weight: 1, arbitrary: fc.constantFrom('fail' as const, 'start' as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const one = server();
      let sender = one.sender();
      const due = new Map<string, number>();
      for (const what of steps) {
        if (what === 'fail') one.fail();
        else if (what === 'start') sender = one.sender();
        else {
          const [channel, from, count, alike] = what;
          const batch = Batch.of(
            Array.from({ length: count }, (_, i) => sample(`F${channel}`, 1000 * (from + (i % 4)), alike === 0 ? 7 : from + i)),
          );
          for (const { channel: name, timeMs, value } of batch.samples()) due.set(`${name} ${timeMs}`, value!);
          for (let tries = 0; ; tries += 1) {
            const sent = await sender.send(batch).then(
              () => true,
              () => false,
            );
            if (sent) break;
            expect(tries).toBeLessThan(steps.length);
          }
        }
      }
      expect([...one.read()].sort()).toEqual([...due].sort());
    }),
    { numRuns: 2000 },
  );
}, 120_000);

it('a backlog behind live data is not read back, nor live data themselves', async () => {
  const one = server();
  const earlier = one.sender();
  await earlier.send(Batch.of(span('F1', 0, 10)));
  const sender = one.sender();
  await sender.send(Batch.of(span('F1', 8, 10)));
  await sender.send(Batch.of(span('F1', 1000, 1010)));
  const before = one.exports();
  for (let k = 0; k < 20; k += 1) {
    await sender.send(Batch.of(span('F1', 1010 + 10 * k, 1020 + 10 * k)));
    await sender.send(Batch.of(span('F1', 10 + 49 * k, 10 + 49 * (k + 1))));
  }
  expect(one.exports()).toBe(before);
  await sender.send(Batch.of(span('F1', 985, 995)));
  expect(one.exports()).toBe(before + 1);
  expect(one.read().size).toBe(10 + 10 + 200 + 985);
});

it('many channels are asked for in one question, in smaller ones where the server answers no such', async () => {
  const channels = Array.from({ length: 250 }, (_, i) => `F${i}`);
  const at = (time: number) => Batch.of(channels.map((channel) => sample(channel, time, time)));
  for (const answersAll of [true, false]) {
    const one = server(answersAll);
    await one.sender().send(at(5000));
    expect(one.questions()).toBe(answersAll ? 1 : 4);
    const sender = one.sender();
    await sender.send(at(1000));
    await sender.send(at(6000));
    expect(one.questions()).toBe(answersAll ? 2 : 8);
    expect(one.read().size).toBe(750);
    // Others of the plant are known to have nothing there, where all were asked for.
    await sender.send(Batch.of([sample('G1', 1000, 1), sample('G1', 2000, 2)]));
    expect(one.questions()).toBe(answersAll ? 2 : 9);
    await sender.send(Batch.of([sample('G1', 500, 3), sample('G1', 1000, 4)]));
    expect([one.read().get('G1 1000'), one.read().size]).toEqual([4, 753]);
  }
});
