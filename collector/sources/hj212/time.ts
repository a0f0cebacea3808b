const DIGITS = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})?$/;

/** UTC ms of `YYYYMMDDhhmmss`, with `zzz` behind it or not, in a fixed offset from UTC; null where no calendar has that time. */
export function timeOf(text: string, offsetMinutes: number): number | null {
  const parts = DIGITS.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const localMs = Date.UTC(year, month - 1, day, hour, minute, second, Number(parts[7] ?? 0));
  const local = new Date(localMs);
  const exists = local.getUTCMonth() === month - 1 && local.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return exists && year >= 1970 ? localMs - offsetMinutes * 60_000 : null;
}

/** `YYYYMMDDhhmmsszzz` of a time, as QN has it. */
export function writtenMs(timeMs: number, offsetMinutes: number): string {
  return new Date(timeMs + offsetMinutes * 60_000).toISOString().replaceAll(/[-T:.Z]/g, '');
}

/** `YYYYMMDDhhmmss` of a time, as DataTime has it. */
export function written(timeMs: number, offsetMinutes: number): string {
  return writtenMs(timeMs, offsetMinutes).slice(0, 14);
}
