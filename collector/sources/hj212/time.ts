/** UTC ms of `YYYYMMDDhhmmss`, with `zzz` behind it or not, in a fixed offset from UTC; null where no calendar has that time. */
export function timeOf(text: string, offsetMinutes: number): number | null {
  if (text.length !== 14 && text.length !== 17) return null;
  for (let at = 0; at < text.length; at++) if (!(text.charCodeAt(at) >= ZERO && text.charCodeAt(at) <= ZERO + 9)) return null;
  const [year, month, day] = [two(text, 0) * 100 + two(text, 2), two(text, 4), two(text, 6)];
  const [hour, minute, second] = [two(text, 8), two(text, 10), two(text, 12)];
  if (year < 1970 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  const ms = text.length === 14 ? 0 : (text.charCodeAt(14) - ZERO) * 100 + two(text, 15);
  return Date.UTC(year, month - 1, day, hour, minute, second, ms) - offsetMinutes * 60_000;
}

const ZERO = 0x30;

function two(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

/** `YYYYMMDDhhmmsszzz` of a time, as QN has it. */
export function writtenMs(timeMs: number, offsetMinutes: number): string {
  return new Date(timeMs + offsetMinutes * 60_000).toISOString().replaceAll(/[-T:.Z]/g, '');
}

/** `YYYYMMDDhhmmss` of a time, as DataTime has it. */
export function written(timeMs: number, offsetMinutes: number): string {
  return writtenMs(timeMs, offsetMinutes).slice(0, 14);
}
