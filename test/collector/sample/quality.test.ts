import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qualityChecks } from '../../../collector/recorder/checks.ts';
import { createRecorder } from '../../../collector/recorder/recorder.ts';
import { QualityCheck, type QualityChecks, qualityStage } from '../../../collector/sample/quality.ts';
import type { Sample } from '../../../collector/sample/sample.ts';
import type { Channel } from '../../../config/plant/plant.ts';

const sample = (timeMs: number, value: number | null, more: Partial<Sample> = {}): Sample => ({
  channel: 'a',
  timeMs,
  value,
  quality: value === null ? 'missing' : 'good',
  reason: value === null ? 'communication' : 'none',
  origin: 'device',
  raw: '41a0 0000',
  ...more,
});
/** Reasons of one reading a minute. */
const reasons = (checks: QualityChecks, values: readonly (number | null)[]) => {
  const check = new QualityCheck(checks);
  return values.map((value, minute) => check.judge(sample(minute * 60_000, value)).reason);
};

describe('readings that are not later than the one before', () => {
  const checks: QualityChecks = { limits: [0, 150], changePerMinute: 5, frozen: { forMs: 180_000, within: 0 } };
  const SET_BACK_MS = 8 * 3_600_000;

  it('go on being looked at when the clock that dates them was set back', () => {
    const check = new QualityCheck(checks);
    const reason = (minute: number, value: number) => check.judge(sample(SET_BACK_MS + minute * 60_000, value)).reason;
    expect([0, 1, 2].map((minute) => reason(minute, 50 + minute))).toEqual(['none', 'none', 'none']);
    const back = [52, 53, 54, 55, 120, 56, 56, 56, 56, 56].map((value, at) => reason(3 + at - SET_BACK_MS / 60_000, value));
    expect(back).toEqual(['none', 'none', 'none', 'none', 'spike', 'none', 'none', 'none', 'frozen', 'frozen']);
  });

  it('disturb none of the others, and are held against the limits only where they are an hour behind at most', () => {
    const behindMs = fc.oneof(fc.integer({ min: 0, max: 3_599_999 }), fc.integer({ min: 3_600_000, max: 1e8 }));
    const late = fc.record({ behindMs, value: fc.integer({ min: -20, max: 170 }) });
    const live = fc.record({ value: fc.constantFrom(50, 50, 50, 51, 53, 90, 200), late: fc.array(late, { maxLength: 6 }) });
    fc.assert(
      fc.property(fc.array(live, { maxLength: 40 }), (list) => {
        const [alone, beside] = [new QualityCheck(checks), new QualityCheck(checks)];
        for (const [minute, { value, late: behind }] of list.entries()) {
          const timeMs = minute * 60_000;
          expect(beside.judge(sample(timeMs, value)).reason).toBe(alone.judge(sample(timeMs, value)).reason);
          const near = behind.every((one) => one.behindMs < 3_600_000);
          for (const { behindMs: by, value: kept } of behind) {
            const { reason } = beside.judge(sample(timeMs - by, kept));
            if (kept < 0 || kept > 150) expect(reason).toBe('out-of-range');
            else if (near) expect(reason).toBe('none');
          }
        }
      }),
    );
  });
});

describe('a stage that takes the place of another', () => {
  const checks: QualityChecks = { limits: [-50, 150], changePerMinute: 5, frozen: { forMs: 180_000, within: 0.5 } };
  const values = fc.array(fc.oneof(fc.constantFrom(10, 10.2, 80, 200), fc.double({ min: 0, max: 100, noNaN: true })), {
    minLength: 1,
    maxLength: 30,
  });

  it('goes on with a channel whose checks stay as if it had been there all along, and begins anew with one whose checks changed', () => {
    fc.assert(
      fc.property(values, fc.nat({ max: 30 }), (list, at) => {
        const readings = list.map((value, minute) => sample(minute * 60_000, value));
        const whole = qualityStage(new Map([['a', checks]]));
        const expected = readings.map((one) => whole(one).reason);
        let stage = qualityStage(new Map([['a', checks]]));
        const others = new Map([
          ['b', { limits: [0, 1] }],
          ['a', { ...checks }],
        ] as [string, QualityChecks][]);
        const seen = readings.map((one, index) => {
          if (index === at) stage = qualityStage(others, stage);
          return stage(one).reason;
        });
        expect(seen).toEqual(expected);
        const fresh = qualityStage(new Map([['a', { ...checks, changePerMinute: 6 }]]), stage);
        expect(fresh(sample(readings.length * 60_000, 77)).reason).toBe('none');
      }),
    );
  });
});

describe('a reading is suspect', () => {
  it('outside the limits, and not at them', () => {
    expect(reasons({ limits: [0, 100] }, [0, 100, -0.1, 100.1, 50])).toEqual(['none', 'none', 'out-of-range', 'out-of-range', 'none']);
  });

  it('after a leap; the leap back is none, and a new level is believed at the third reading', () => {
    const checks = { changePerMinute: 5 };
    expect(reasons(checks, [10, 12, 80, 13, 12])).toEqual(['none', 'none', 'spike', 'none', 'none']);
    expect(reasons(checks, [10, 80, 81, 82, 83])).toEqual(['none', 'spike', 'spike', 'none', 'none']);
    expect(reasons(checks, [10, 80, 200, 201, 202, 203])).toEqual(['none', 'spike', 'spike', 'spike', 'none', 'none']);
    expect(reasons(checks, [10, 80, 200, 81, 300, 11])).toEqual(['none', 'spike', 'spike', 'spike', 'spike', 'none']);
  });

  it('less soon after a gap, in which the process may have moved', () => {
    expect(reasons({ changePerMinute: 5 }, [10, null, null, null, 30, 60])).toEqual([
      'none',
      'communication',
      'communication',
      'communication',
      'none',
      'spike',
    ]);
  });

  it('only by its limits where it comes late, behind a later one', () => {
    const check = new QualityCheck({ limits: [0, 100], changePerMinute: 1, frozen: { forMs: 60_000, within: 200 } });
    const judged = [
      [600_000, 10],
      [300_000, 80],
      [240_000, 101],
      [600_000, 11],
    ].map(([timeMs, value]) => check.judge(sample(timeMs!, value!)).reason);
    expect(judged).toEqual(['none', 'none', 'out-of-range', 'none']);
  });

  it('when it has not moved for the time, until it moves', () => {
    const checks = { frozen: { forMs: 180_000, within: 0.5 } };
    expect(reasons(checks, [7, 7.2, 6.8, 7, 7.4, 9, 9])).toEqual(['none', 'none', 'none', 'frozen', 'frozen', 'none', 'none']);
  });

  it('not for having been away', () => {
    expect(reasons({ frozen: { forMs: 120_000, within: 0 } }, [7, null, null, null, 7, 7, 7])).toEqual([
      'none',
      'communication',
      'communication',
      'communication',
      'none',
      'none',
      'frozen',
    ]);
  });
});

const checks = fc.record(
  {
    limits: fc.constantFrom([0, 50] as const, [-20, 20] as const),
    changePerMinute: fc.constantFrom(1, 10),
    frozen: fc.record({ forMs: fc.constantFrom(60_000, 300_000), within: fc.constantFrom(0, 2) }),
  },
  { requiredKeys: [] },
);
const readings = fc.array(
  fc.record({
    channel: fc.constantFrom('a', 'b'),
    stepMs: fc.constantFrom(-60_000, 0, 1000, 60_000, 600_000),
    value: fc.oneof(fc.integer({ min: -60, max: 60 }), fc.constant(null)),
    doubted: fc.boolean(),
  }),
  { maxLength: 60 },
);
const inTime = (list: readonly { channel: string; stepMs: number; value: number | null; doubted: boolean }[]): Sample[] => {
  let timeMs = 0;
  return list.map(({ channel, stepMs, value, doubted }) => {
    timeMs += stepMs;
    return sample(timeMs, value, { channel, ...(doubted && value !== null ? { quality: 'suspect', reason: 'resynchronised' } : {}) });
  });
};

describe('qualityStage', () => {
  it('never touches value, time, origin or raw, and makes suspect only what was good', () => {
    fc.assert(
      fc.property(checks, readings, (own, list) => {
        const stage = qualityStage(new Map([['a', own]]));
        for (const before of inTime(list)) {
          const after = stage(before);
          const { quality, reason, ...rest } = before;
          expect(after).toMatchObject(rest);
          if (before.channel === 'b' || quality !== 'good') expect(after).toBe(before);
          else
            expect([after.quality, after.reason === 'none']).toEqual(after === before ? [quality, reason === 'none'] : ['suspect', false]);
        }
      }),
    );
  });

  it('judges each channel as if there were no other, and a sample that comes again as before', () => {
    fc.assert(
      fc.property(checks, readings, (own, list) => {
        const samples = inTime(list);
        const both = qualityStage(
          new Map([
            ['a', own],
            ['b', own],
          ]),
        );
        const together = samples.map(both);
        for (const channel of ['a', 'b']) {
          const alone = qualityStage(new Map([[channel, own]]));
          const mine = samples.filter((one) => one.channel === channel);
          expect(mine.map(alone)).toEqual(together.filter((one) => one.channel === channel));
        }
        const last = samples.at(-1);
        if (last !== undefined) expect(both(last)).toEqual(together.at(-1));
      }),
    );
  });

  it('stands before the journal, whether it takes the batch at once or the second time', async () => {
    const kept: Sample[] = [];
    let full = true;
    const recorder = createRecorder(
      {
        async append(records) {
          if (full) throw new Error('disk full');
          for (const record of records) if (record.kind === 'sample') kept.push(record.sample);
          return 1;
        },
      },
      { simulated: true, judge: qualityStage(new Map([['a', { changePerMinute: 1 }]])) },
    );
    const batch = [sample(0, 10), sample(60_000, 90)];
    await expect(recorder.samples(batch)).rejects.toThrow('disk full');
    full = false;
    await recorder.samples(batch);
    expect(kept.map(({ quality, reason, origin, value }) => [quality, reason, origin, value])).toEqual([
      ['good', 'none', 'simulated', 10],
      ['suspect', 'spike', 'simulated', 90],
    ]);
  });
});

it('a range is a limit with a margin for what it measures, not for a counter', () => {
  const channel = (id: string, kind: Channel['kind'], quality?: Channel['quality']) =>
    ({ id, kind, range: [0, 200], quality, meter: { id } }) as unknown as Channel;
  const found = qualityChecks([
    channel('rate', 'rate'),
    channel('counter', 'counter'),
    channel('tight', 'level', { marginPercent: 0 }),
    channel('batch', 'batch'),
    channel('state', 'state'),
    channel('own', 'concentration', { limits: [1, 2], frozen: { for: '1h', within: 0.1 } }),
  ]);
  expect(Object.fromEntries(found)).toEqual({
    rate: { limits: [-10, 210] },
    tight: { limits: [0, 200] },
    own: { limits: [1, 2], frozen: { forMs: 3_600_000, within: 0.1 } },
  });
});
