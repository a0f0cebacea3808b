import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, loadCalendar } from '../../../config/rules/calendar.ts';
import { addMonths, dueDay, nextYearly } from '../../../config/rules/clock.ts';

const calendar = await loadCalendar();
const limit = (
  amount: number,
  unit: 'day' | 'working-day' | 'week' | 'month' | 'year',
  kind: 'within' | 'before' | 'every' | 'after' = 'within',
) => ({
  limit: { amount, unit, kind },
});
const day = fc
  .date({ min: new Date('2009-01-01T00:00:00Z'), max: new Date('2009-10-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('due days', () => {
  it('count working days by the announced calendar: Spring Festival 2009 with its two worked week-end days', () => {
    expect(calendar.isWorked('2009-01-24')).toBe(true);
    expect(calendar.isWorked('2009-01-26')).toBe(false);
    expect(calendar.isWorked('2009-02-01')).toBe(true);
    expect(dueDay(limit(1, 'working-day'), '2009-01-24', calendar)).toEqual({ day: '2009-02-01', provisional: false });
    expect(dueDay(limit(45, 'working-day'), '2009-01-05', calendar)).toEqual({ day: '2009-03-12', provisional: false });
  });
  it('say that they are provisional in a year whose calendar is not held', () => {
    expect(dueDay(limit(10, 'working-day'), '2026-12-28', calendar)).toEqual({ day: '2027-01-11', provisional: true });
    expect(dueDay(limit(10, 'working-day'), '2003-12-01', calendar)?.provisional).toBe(true);
    expect(dueDay(limit(10, 'working-day'), '2009-12-28', calendar)).toEqual({ day: '2010-01-12', provisional: false });
  });
  it.each([
    // Week days off less week-end days worked, year by year: what the announcements themselves trade.
    [2007, 249],
    [2008, 251],
    [2009, 250],
    [2010, 250],
    [2026, 248],
  ])('hold %i with %i working days', (year, days) => {
    let counted = 0;
    for (let each = `${year}-01-01`; each <= `${year}-12-31`; each = addDays(each, 1)) if (calendar.isWorked(each)) counted += 1;
    expect(counted).toBe(days);
  });
  it('end a month on the same number or on its last day', () => {
    expect(addMonths('2009-01-31', 1)).toBe('2009-02-28');
    expect(addMonths('2008-01-31', 1)).toBe('2008-02-29');
    expect(addMonths('2008-12-15', 2)).toBe('2009-02-15');
    expect(addMonths('2009-03-31', -1)).toBe('2009-02-28');
    expect(dueDay(limit(2, 'week'), '2009-02-20', calendar)?.day).toBe('2009-03-06');
    expect(dueDay(limit(30, 'day', 'before'), '2009-03-15', calendar)?.day).toBe('2009-02-13');
    expect(dueDay({ limit: null }, '2009-03-15', calendar)).toBeNull();
  });
  it('count every working day once, forwards and back', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 30 }), (base, amount) => {
        const due = dueDay(limit(amount, 'working-day'), base, calendar)!.day;
        let counted = 0;
        for (let each = addDays(base, 1); each <= due; each = addDays(each, 1)) if (calendar.isWorked(each)) counted += 1;
        expect(counted).toBe(amount);
        expect(calendar.isWorked(due)).toBe(true);
        const back = dueDay(limit(amount, 'working-day', 'before'), due, calendar)!.day;
        expect(back <= base || !calendar.isWorked(base)).toBe(true);
      }),
    );
  });
  it('find the next day of a yearly duty, the end of February included', () => {
    expect(nextYearly({ month: 2, day: 20 }, '2009-02-20')).toBe('2009-02-20');
    expect(nextYearly({ month: 2, day: 20 }, '2009-02-21')).toBe('2010-02-20');
    expect(nextYearly({ month: 2, day: 28 }, '2012-01-05')).toBe('2012-02-29');
  });
});
