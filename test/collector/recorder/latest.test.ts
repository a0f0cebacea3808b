import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Latest } from '../../../collector/recorder/latest.ts';
import { type SampleBatch, sampleAt } from '../../../collector/sample/batch.ts';
import { REASON_CODE } from '../../../collector/sample/reason.ts';
import type { Sample } from '../../../collector/sample/sample.ts';

const LISTS = [['a', 'b'], ['b', 'c', 'a'], ['d']] as const;

it('the newest samples are those that the journal says last of the latest time, whether they came one by one or in batches', () => {
  const step = fc.record({ list: fc.constantFrom(...LISTS), timeMs: fc.nat({ max: 6 }), value: fc.nat({ max: 99 }), batch: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const latest = new Latest();
      const expected = new Map<string, Sample>();
      for (const { list, timeMs, value, batch } of steps) {
        const whole: SampleBatch = {
          channels: list,
          timeMs,
          origin: 'device',
          values: Float64Array.from(list, (_, index) => 100 * index + value),
          reasons: Uint8Array.from(list, () => REASON_CODE.none),
          raw: { kind: 'same', text: '0001' },
        };
        const samples = list.map((_, index) => sampleAt(whole, index));
        if (batch) latest.keepBatch(whole);
        else for (const sample of samples) latest.keep(sample);
        for (const sample of samples) {
          if ((expected.get(sample.channel)?.timeMs ?? -1) <= sample.timeMs) expected.set(sample.channel, sample);
        }
      }
      const told = new Map<string, Sample>();
      latest.forEach((sample, channel, all) => {
        expect(all).toBe(latest);
        told.set(channel, sample);
      });
      for (const found of [told, new Map(latest), new Map(latest.entries())]) expect(found).toEqual(expected);
      expect(new Set(latest.keys())).toEqual(new Set(expected.keys()));
      expect([...latest.values()]).toEqual([...latest.keys()].map((channel) => expected.get(channel)));
      expect(latest.size).toBe(expected.size);
      for (const channel of ['a', 'b', 'c', 'd', 'e']) {
        expect(latest.has(channel)).toBe(expected.has(channel));
        expect(latest.get(channel)).toEqual(expected.get(channel));
      }
    }),
  );
});
