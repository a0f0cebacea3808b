import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecodingAgain, decodedAgain, readingsDecodedAgain } from '../../../collector/import/again.ts';
import { MARKED } from '../../../collector/import/marks.ts';
import type { JournalGroup } from '../../../collector/journal/record.ts';
import { type QualityChecks, qualityStage } from '../../../collector/sample/quality.ts';
import type { Sample } from '../../../collector/sample/sample.ts';

const MINUTE = 60_000;
const CHECKS: QualityChecks = { limits: [0, 150], changePerMinute: 5, frozen: { forMs: 20 * MINUTE, within: 0 } };

const sample = (minute: number, value: number): Sample => ({
  channel: 'a',
  timeMs: minute * MINUTE,
  value,
  quality: 'good',
  reason: 'none',
  origin: 'device',
  raw: String(value),
});
async function* journalOf(samples: readonly Sample[]): AsyncGenerator<JournalGroup> {
  yield { seq: 1, timeMs: 0, records: samples.map((one) => ({ kind: 'sample', sample: one })) } as unknown as JournalGroup;
}
const asked = (fromMs: number, more: Partial<DecodingAgain> = {}): DecodingAgain => ({
  decoders: new Map([['a', (raw: string) => ({ value: Number(raw), reason: 'none' as const })]]),
  judge: qualityStage(new Map([['a', CHECKS]])),
  fromMs,
  toMs: 1e9,
  leadMs: 80 * MINUTE,
  ...more,
});

describe('readings decoded again', () => {
  it('by the plant file that they were read by say what they said, from wherever: neither a leap nor a value that stands is good for it', async () => {
    // A course that moves by little or stands, with single readings far off it or out of range.
    const step = fc.record({
      by: fc.constantFrom(0, 0, 0, 0, 0, 1, -1, 2),
      off: fc.option(fc.constantFrom(60, -200), { freq: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 150, maxLength: 220 }), fc.integer({ min: 90, max: 149 }), async (steps, from) => {
        let level = 50;
        const live = qualityStage(new Map([['a', CHECKS]]));
        const readings = steps.map(({ by, off }, minute) => {
          level = Math.min(80, Math.max(20, level + by));
          // The readings before and behind one that is far off are honest: otherwise nobody can say which are.
          const lonely = minute > 2 && minute % 4 === 0;
          return live(sample(minute, lonely && off !== null ? level + off : level));
        });
        const again = await readingsDecodedAgain(journalOf(readings), asked(from * MINUTE));
        expect(again).toEqual({ changed: [], before: [], marked: [], read: readings.length - from, without: 0 });
      }),
      { numRuns: 60 },
    );
  });

  it('leave alone what came before, and count only what they look at', async () => {
    const readings = [10, 11, 12, 13].map((value, minute) => sample(minute, value));
    const decoders = new Map([['a', (raw: string) => ({ value: 2 * Number(raw), reason: 'none' as const })]]);
    const again = await readingsDecodedAgain(journalOf(readings), asked(2 * MINUTE, { decoders, toMs: 3 * MINUTE, judge: (one) => one }));
    expect(again).toEqual({ changed: [{ ...sample(2, 12), value: 24 }], before: [sample(2, 12)], marked: [], read: 1, without: 0 });
  });

  it('are counted apart from those that have nothing to decode', async () => {
    const plain = { ...sample(4, 9), raw: null };
    const again = await readingsDecodedAgain(journalOf([sample(3, 8), plain, { ...plain, timeMs: 5 * MINUTE }]), asked(0));
    expect(again).toEqual({ changed: [], before: [], marked: [], read: 1, without: 2 });
  });

  it('have the marks of people put over them again, in the order of their times', async () => {
    const marked = (minute: number, value: number): Sample => ({ ...sample(minute, value), quality: 'suspect', reason: 'maintenance' });
    const missing: Sample = { ...sample(3, 13), value: null, quality: 'missing', reason: 'calibration' };
    async function* journal(): AsyncGenerator<JournalGroup> {
      yield* journalOf([13, 12, 11].map((value, at) => sample(3 - at, value)));
      const event = { kind: 'event', timeMs: 0, source: 'import', event: MARKED, detail: '' } as const;
      const marks = [missing, marked(2, 12)].map((one) => ({ kind: 'sample', sample: one }) as const);
      yield { seq: 2, timeMs: 0, records: [...marks, event] } as unknown as JournalGroup;
    }
    const decoders = new Map([
      [
        'a',
        (raw: string) => (raw === '13' ? { value: null, reason: 'garbage' as const } : { value: 2 * Number(raw), reason: 'none' as const }),
      ],
    ]);
    const again = await readingsDecodedAgain(journal(), asked(0, { decoders, judge: (one) => one }));
    const gone: Sample = { ...sample(3, 13), value: null, quality: 'missing', reason: 'garbage' };
    expect(again.changed).toEqual([{ ...sample(1, 11), value: 22 }, { ...sample(2, 12), value: 24 }, gone]);
    expect(again.before).toEqual([sample(1, 11), sample(2, 12), sample(3, 13)]);
    expect(again.marked).toEqual([
      { ...marked(2, 12), value: 24 },
      { ...gone, reason: 'calibration' },
    ]);
  });

  it('keep a doubt that does not follow from the value, and lose one that does', () => {
    const to =
      (value: number | null, reason: Sample['reason'] = 'none') =>
      () => ({ value, reason });
    const doubtful = (reason: Sample['reason']): Sample => ({ ...sample(1, 5), quality: 'suspect', reason });
    for (const reason of ['resynchronised', 'clock-fault', 'calibration', 'contradictory'] as const) {
      expect(decodedAgain(doubtful(reason), to(7))).toMatchObject({ value: 7, quality: 'suspect', reason });
    }
    for (const reason of ['garbage', 'unknown-mark', 'device-fault', 'out-of-range', 'spike', 'frozen'] as const) {
      expect(decodedAgain(doubtful(reason), to(7))).toMatchObject({ value: 7, quality: 'good', reason: 'none' });
      expect(decodedAgain(doubtful(reason), to(7, 'device-fault'))).toMatchObject({ value: 7, quality: 'suspect', reason: 'device-fault' });
    }
    expect(decodedAgain(sample(1, 5), to(null, 'garbage'))).toMatchObject({ value: null, quality: 'missing', reason: 'garbage' });
    expect(decodedAgain({ ...sample(1, 5), raw: null }, to(7))).toBeNull();
    expect(decodedAgain(sample(1, 5), () => null)).toBeNull();
  });
});
