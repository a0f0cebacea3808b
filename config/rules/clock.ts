import { addDays, type WorkCalendar } from './calendar.ts';
import type { Deadline } from './families/deadline.ts';

/** The last day of a duty (or, for `after`, its first). */
export interface DueDay {
  readonly day: string;
  /** True where working days were counted in a year whose calendar is not held. */
  readonly provisional: boolean;
}

/**
 * The day by which a duty is due, from the day of its base event (`2009-01-05`). Null where the rule prints no time.
 *
 * The day of the event does not count. A month or a year ends on the day of the same number, or on the last day of a shorter month. The
 * texts say neither; a last day that is no working day is not moved.
 *
 * @throws RangeError where a yearly or dated duty is asked for with a base event: those are `nextYearly`'s and `on`'s.
 */
export function dueDay(deadline: Pick<Deadline, 'limit' | 'on' | 'yearly'>, base: string, calendar: WorkCalendar): DueDay | null {
  if (deadline.yearly || deadline.on) throw new RangeError('a date of the calendar has no base event');
  if (deadline.limit === null) return null;
  const { amount, unit, kind } = deadline.limit;
  const sign = kind === 'before' ? -1 : 1;
  if (unit === 'month') return { day: addMonths(base, sign * amount), provisional: false };
  if (unit === 'year') return { day: addMonths(base, sign * amount * 12), provisional: false };
  if (unit === 'day' || unit === 'week') return { day: addDays(base, sign * amount * (unit === 'week' ? 7 : 1)), provisional: false };
  return workingDays(base, sign * amount, calendar);
}

/** The next day of a yearly duty, from `today` on; 28 February stands for the end of that month. */
export function nextYearly(yearly: NonNullable<Deadline['yearly']>, today: string): string {
  const year = Number(today.slice(0, 4));
  const dayIn = (which: number) => {
    const last = new Date(Date.UTC(which, yearly.month, 0)).getUTCDate();
    const number = yearly.month === 2 && yearly.day === 28 ? last : Math.min(yearly.day, last);
    return `${which}-${String(yearly.month).padStart(2, '0')}-${String(number).padStart(2, '0')}`;
  };
  return dayIn(year) >= today ? dayIn(year) : dayIn(year + 1);
}

/** The same day so many months later (or earlier), or the last day of a shorter month. */
export function addMonths(from: string, months: number): string {
  const [year, month, day] = from.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))).toISOString().slice(0, 10);
}

function workingDays(base: string, amount: number, calendar: WorkCalendar): DueDay {
  const step = Math.sign(amount);
  let day = base;
  let provisional = false;
  for (let left = Math.abs(amount); left > 0; ) {
    day = addDays(day, step);
    provisional ||= !calendar.isHeld(day);
    if (calendar.isWorked(day)) left -= 1;
  }
  return { day, provisional };
}
