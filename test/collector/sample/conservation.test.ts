import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOf, accountsOf, dueReadings, type HourAccount, summedAccount } from '../../../collector/sample/conservation.ts';
import { HOUR_MS, type Readings } from '../../../collector/sample/hour.ts';
import { REASON_CODE } from '../../../collector/sample/reason.ts';

interface One {
  readonly timeMs: number;
  readonly quality: 0 | 1 | 2;
  readonly reason: number;
}

const columns = (list: readonly One[]): Readings => {
  const sorted = [...list].sort((a, b) => a.timeMs - b.timeMs);
  return {
    timeMs: Float64Array.from(sorted, (one) => one.timeMs),
    value: Float64Array.from(sorted, (one) => (one.quality === 2 ? Number.NaN : 1)),
    quality: Uint8Array.from(sorted, (one) => one.quality),
    reason: Uint8Array.from(sorted, (one) => one.reason),
    origin: new Uint8Array(sorted.length),
  };
};
const sumOf = ({ good, suspect, missing }: HourAccount) => good + suspect + Object.values(missing).reduce((sum, count) => sum + count, 0);

const kind = fc.constantFrom(
  { quality: 0 as const, reason: 0 },
  { quality: 1 as const, reason: REASON_CODE.spike },
  { quality: 2 as const, reason: REASON_CODE.communication },
  { quality: 2 as const, reason: REASON_CODE['plant-stopped'] },
);

describe('accountOf', () => {
  it('balances exactly, whatever was recorded', () => {
    const any = fc.array(fc.tuple(fc.integer({ min: -HOUR_MS, max: 3 * HOUR_MS }), kind), { maxLength: 80 });
    fc.assert(
      fc.property(any, fc.constantFrom(60_000, 300_000, 420_000, HOUR_MS, 24 * HOUR_MS), (list, everyMs) => {
        const readings = columns([...new Map(list)].map(([timeMs, what]) => ({ timeMs, ...what })));
        const account = accountOf(readings, everyMs, HOUR_MS);
        expect(sumOf(account) + account.unaccounted).toBe(account.expected);
        expect(account.unaccounted).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('finds every due time of a poll that answers late, and none where it was never recorded', () => {
    const slots = fc.array(fc.tuple(kind, fc.integer({ min: 0, max: 99_000 }), fc.boolean()), { minLength: 180, maxLength: 180 });
    fc.assert(
      fc.property(slots, (list) => {
        const everyMs = 60_000;
        let lastMs = -1;
        const kept = list.map(([what, delayMs], slot) => {
          const timeMs = Math.max(lastMs + 1, slot * everyMs + (delayMs < 90_000 ? delayMs % 1000 : 0));
          lastMs = timeMs;
          return { timeMs, ...what };
        });
        const late = kept.map((one, slot) =>
          slot % 7 === 3 ? { ...one, timeMs: (slot + 1) * everyMs + 0.5 } : { ...one, timeMs: Math.max(one.timeMs, slot * everyMs + 1) },
        );
        const hours = [0, 1, 2].map((hour) => accountOf(columns(late), everyMs, hour * HOUR_MS));
        expect(hours.map(({ expected, unaccounted, additional }) => [expected, unaccounted, additional])).toEqual([
          [60, 0, 0],
          [60, 0, 0],
          [60, 0, 0],
        ]);
        expect(hours.reduce((sum, hour) => sum + hour.good, 0)).toBe(kept.filter(({ quality }) => quality === 0).length);
        const lost = kept.filter((_, slot) => !(list[slot] as [unknown, number, boolean])[2]);
        const holes = [0, 1, 2].map((hour) => accountOf(columns(lost), everyMs, hour * HOUR_MS));
        expect(holes.reduce((sum, hour) => sum + hour.unaccounted, 0)).toBe(kept.length - lost.length);
      }),
      { numRuns: 60 },
    );
  });

  it('counts by reason, and what came beyond what was due', () => {
    const at = (minute: number, quality: 0 | 1 | 2, reason: number): One => ({ timeMs: minute * 60_000, quality, reason });
    const account = accountOf(
      columns([
        at(0, 0, 0),
        at(10, 2, REASON_CODE.communication),
        at(20, 2, REASON_CODE.communication),
        at(30, 1, 12),
        at(31, 0, 0),
        at(40, 0, 0),
      ]),
      600_000,
      0,
    );
    expect(account).toEqual({ hourMs: 0, expected: 6, good: 3, suspect: 0, missing: { communication: 2 }, unaccounted: 1, additional: 1 });
  });

  it('expects nothing of messages on change', () => {
    const account = accountOf(columns([{ timeMs: 5, quality: 0, reason: 0 }]), null, 0);
    expect(account).toMatchObject({ expected: null, good: 1, unaccounted: 0 });
    expect(() => accountOf(columns([]), 0, 0)).toThrow(RangeError);
  });

  it('adds up over the hours of a day, exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<0 | 1 | 2 | null>(0, 1, 2, null), { minLength: 144, maxLength: 144 }), (states) => {
        const readings = columns(
          states.flatMap((quality, slot): One[] => (quality === null ? [] : [{ timeMs: slot * 600_000, quality, reason: quality }])),
        );
        const accounts = accountsOf(readings, 600_000, 0, 24 * HOUR_MS);
        const day = summedAccount(accounts)!;
        expect(accounts).toHaveLength(24);
        expect(day.expected).toBe(144);
        const missing = Object.values(day.missing).reduce((sum, count) => sum + count, 0);
        expect(day.good + day.suspect + missing + day.unaccounted).toBe(144);
        expect(day.good).toBe(states.filter((state) => state === 0).length);
        expect(day.unaccounted).toBe(states.filter((state) => state === null).length);
      }),
    );
    expect(summedAccount([])).toBeNull();
  });
});

describe('readings that are looked at between their due times', () => {
  const [EVERY, LOOK] = [600_000, 10_000];
  const [GOOD, SUSPECT, MISSING] = [
    [0, 0],
    [1, REASON_CODE.spike],
    [2, REASON_CODE.communication],
  ] as const;
  /** Seconds behind the due time number `slot`. */
  const at = (slot: number, seconds: number, [quality, reason]: readonly [0 | 1 | 2, number]): One => ({
    timeMs: slot * EVERY + seconds * 1000,
    quality,
    reason,
  });
  const rest = [2, 3, 4, 5].map((slot) => at(slot, 0.1, GOOD));

  it.each<[string, One[], Partial<HourAccount>]>([
    [
      'a look that fails is no due time that failed',
      [at(0, 0.1, GOOD), at(0, 30, MISSING), at(1, 0.1, GOOD)],
      { good: 6, missing: {}, additional: 1 },
    ],
    [
      'a look that comes back makes no due time good',
      [at(0, 0.1, MISSING), at(0, 30, GOOD), at(1, 0.1, GOOD)],
      { good: 5, missing: { communication: 1 }, additional: 1 },
    ],
    ['a due time answered late', [at(0, 12, SUSPECT), at(0, 30, GOOD), at(1, 0.1, GOOD)], { good: 5, suspect: 1, additional: 1 }],
    [
      'the look before a due time answered behind it',
      [at(0, 0.1, GOOD), at(1, 0.2, MISSING), at(1, 0.6, GOOD)],
      { good: 6, missing: {}, additional: 1 },
    ],
    [
      'looks of another interval stand for no due time that is lost',
      [at(1, 0.1, GOOD), at(1, 20, GOOD), at(1, 30, GOOD)],
      { good: 5, unaccounted: 1, additional: 2 },
    ],
  ])('%s', (_, list, expected) => {
    const account = accountOf(columns([...list, ...rest]), EVERY, 0, LOOK);
    expect(account).toMatchObject({ expected: 6, suspect: 0, unaccounted: 0, ...expected });
    expect(accountsOf(columns([...list, ...rest]), EVERY, 0, HOUR_MS, LOOK)).toEqual([account]);
  });

  it('are taken by themselves where each stands for its interval', () => {
    const list = [at(0, 0.1, GOOD), at(0, 30, MISSING), at(1, 12, SUSPECT), at(1, 60, GOOD), at(3, 0.1, GOOD), at(3, 599, GOOD)];
    const due = dueReadings(columns(list), EVERY, LOOK);
    expect([...due.timeMs]).toEqual([100, EVERY + 12_000, 3 * EVERY + 100]);
    expect([...due.quality]).toEqual([0, 1, 0]);
    expect(dueReadings(columns(list), EVERY, null).timeMs).toHaveLength(6);
    expect(dueReadings(columns([]), EVERY, LOOK).timeMs).toHaveLength(0);
  });
});
