import { describe, expect, it } from 'vitest';
import { UnitHealth } from '../../../collector/sources/health.ts';
import { type Group, Schedule } from '../../../collector/sources/schedule.ts';

describe('a schedule', () => {
  it('is aligned to the wall clock, each group by its own interval', () => {
    const schedule = new Schedule([{ everyMs: 1000 }, { everyMs: 60_000 }], 119_500);
    expect(schedule.waitMs(119_500)).toBe(500);
    expect(schedule.take(119_999)).toEqual([]);
    expect(schedule.take(120_000).map((due) => [due.group.everyMs, due.dueMs])).toEqual([
      [1000, 120_000],
      [60_000, 120_000],
    ]);
    expect(schedule.waitMs(120_010)).toBe(990);
  });

  it('names the times that went by unread', () => {
    const schedule = new Schedule([{ everyMs: 1000 }], 0);
    expect(schedule.take(3500)).toEqual([{ group: { everyMs: 1000 }, dueMs: 3000, missedMs: [1000, 2000] }]);
    expect(schedule.take(4000)[0]?.missedMs).toEqual([]);
  });

  it('goes over to other groups without leaving out a time of an interval that stays', () => {
    const schedule = new Schedule([{ everyMs: 1000 }, { everyMs: 5000 }], 500);
    // The change comes a little after a due time, before it was taken.
    schedule.replace([{ everyMs: 1000 }, { everyMs: 2000 }], 1100);
    expect(schedule.take(1100)).toEqual([{ group: { everyMs: 1000 }, dueMs: 1000, missedMs: [] }]);
    expect(schedule.take(2000).map((due) => [due.group.everyMs, due.dueMs])).toEqual([
      [1000, 2000],
      [2000, 2000],
    ]);
  });

  it('goes over to looks, and back, without leaving out a time when a reading is due', () => {
    const looks = { keepMs: 5000, bandOf: new Map([['a', 1]]) };
    const schedule = new Schedule<Group>([{ everyMs: 5000 }], 500);
    schedule.replace([{ everyMs: 1000, looks }], 5100);
    expect(schedule.take(5100)).toEqual([{ group: { everyMs: 1000, looks }, dueMs: 5000, missedMs: [] }]);
    schedule.replace([{ everyMs: 5000 }], 10_100);
    expect(schedule.take(10_100)).toEqual([{ group: { everyMs: 5000 }, dueMs: 10_000, missedMs: [] }]);
    // Nothing is due: it waits for its own next time.
    schedule.replace([{ everyMs: 2500, looks }], 10_200);
    expect(schedule.waitMs(10_200)).toBe(2300);
  });

  it('takes a leap for a clock that was set by how often readings are due, not by how often they are looked at', () => {
    const schedule = new Schedule<Group>([{ everyMs: 1000, looks: { keepMs: 60_000, bandOf: new Map() } }, { everyMs: 1000 }], 0);
    const [looked, due] = schedule.take(3_600_000);
    expect([looked!.missedMs.length, looked!.missedMs[0], due!.missedMs]).toEqual([3599, 1000, []]);
    expect(schedule.take(3_600_000 + 601 * 60_000)[0]?.missedMs).toEqual([]);
  });

  it('takes a leap to 2036 for a clock that was set, and goes on when it is set back', () => {
    const now = Date.UTC(2026, 2, 1);
    const schedule = new Schedule([{ everyMs: 60_000 }], now);
    const leap = Date.UTC(2036, 1, 7);
    const untold = (leap - now) / 60_000 - 1;
    expect(schedule.take(leap)).toEqual([{ group: { everyMs: 60_000 }, dueMs: leap, missedMs: [], untold }]);
    expect(schedule.waitMs(now)).toBeLessThanOrEqual(60_000);
    expect(schedule.take(now + 1)).toEqual([]);
    expect(schedule.take(now + 60_000).map((due) => due.dueMs)).toEqual([now + 60_000]);
  });
});

describe('the health of a unit', () => {
  it('skips the rest of a cycle after two silences, demotes after three, and probes at growing intervals', () => {
    const health = new UnitHealth();
    expect(health.missed(1, 0)).toBe(false);
    expect(health.mayAsk(1, 0)).toBe(true);
    expect(health.missed(1, 0)).toBe(false);
    expect(health.mayAsk(1, 0)).toBe(false);
    expect(health.mayAsk(2, 1000)).toBe(true);
    expect(health.missed(2, 1000)).toBe(true);
    expect(health.demoted).toBe(true);
    expect(health.mayAsk(3, 10_999)).toBe(false);
    expect(health.mayAsk(4, 11_000)).toBe(true);
    expect(health.missed(4, 11_000)).toBe(false);
    expect(health.mayAsk(5, 30_999)).toBe(false);
    expect(health.mayAsk(6, 31_000)).toBe(true);
  });

  it('asks at least every five minutes, and as ever once the unit has answered', () => {
    const health = new UnitHealth();
    for (let cycle = 0; cycle < 30; cycle++) health.missed(cycle, 0);
    expect(health.mayAsk(31, 299_999)).toBe(false);
    expect(health.mayAsk(31, 300_000)).toBe(true);
    expect(health.answered()).toBe(true);
    expect(health.silent).toBe(false);
    expect(health.answered()).toBe(false);
  });
});
