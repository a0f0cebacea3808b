const DAY_S = 86_400;

/** What a clock that knows no zone shows; it runs in the plant's time. */
export interface Face {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/**
 * Seconds by which a meter's own clock is ahead of the collector's, behind it if negative; null for a face that no clock shows.
 *
 * @param nowMs UTC when the answer arrived.
 * @param offsetMinutes of the plant, east of UTC.
 */
export function secondsAhead({ year, month, day, hour, minute, second }: Face, nowMs: number, offsetMinutes: number): number | null {
  const shownMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const shown = new Date(shownMs);
  if (shown.getUTCMonth() !== month - 1 || shown.getUTCDate() !== day || !isTimeOfDay(hour, minute, second)) return null;
  return (shownMs - nowMs) / 1000 - offsetMinutes * 60;
}

/** The same for a face without a date: the nearest such time is meant, so that the answer lies within half a day. */
export function timeOfDayAhead(hour: number, minute: number, second: number, nowMs: number, offsetMinutes: number): number | null {
  if (!isTimeOfDay(hour, minute, second)) return null;
  const ahead = hour * 3600 + minute * 60 + second - offsetMinutes * 60 - nowMs / 1000;
  return ahead - Math.round(ahead / DAY_S) * DAY_S;
}

const isTimeOfDay = (hour: number, minute: number, second: number): boolean => hour < 24 && minute < 60 && second < 60;
