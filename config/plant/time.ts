import { Fault } from '../words/fault.ts';

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|min|h|d)$/;
const MS_PER: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Milliseconds of a duration such as `200ms`, `60s`, `10min`, `72h`, `3d`.
 *
 * @throws Fault `time.duration` for any other text.
 */
export function durationMs(text: string): number {
  const match = DURATION.exec(text);
  if (!match) {
    throw new Fault({
      code: 'time.duration',
      zh: `“${text}”不是时间长度；请写成 60s、10min、72h、3d 这样的形式`,
      en: `"${text}" is no duration; write it like 60s, 10min, 72h or 3d`,
    });
  }
  return Number(match[1]) * (MS_PER[match[2]!] as number);
}

/**
 * Minutes east of UTC of an offset such as `+08:00`.
 *
 * @throws Fault `time.offset` for any other text and beyond 14 hours.
 */
export function offsetMinutesOf(text: string): number {
  const match = /^([+-])(\d\d):(\d\d)$/.exec(text);
  const minutes = match ? Number(match[2]) * 60 + Number(match[3]) : Number.NaN;
  if (!match || Number(match[3]) > 59 || minutes > 14 * 60) {
    throw new Fault({
      code: 'time.offset',
      zh: `“${text}”不是时区偏移；请写成 +08:00 这样的形式`,
      en: `"${text}" is no offset from UTC; write it like +08:00`,
    });
  }
  return match[1] === '-' ? -minutes : minutes;
}

/**
 * UTC milliseconds of a date, which means the plant's midnight, or of an ISO 8601 instant that states its own offset or `Z`.
 *
 * @throws Fault `time.instant` for a day that no calendar has, a time without an offset, and any other text.
 */
export function instantMs(text: string, offsetMinutes: number): number {
  const date = DATE.exec(text);
  const instant = date ? null : INSTANT.exec(text);
  const parts = date ?? instant;
  const [year, month, day] = [Number(parts?.[1]), Number(parts?.[2]), Number(parts?.[3])];
  const [hour, minute, second] = [Number(instant?.[4] ?? 0), Number(instant?.[5] ?? 0), Number(instant?.[6] ?? 0)];
  if (!parts || !isDay(year, month, day) || hour > 23 || minute > 59 || second > 59) {
    throw new Fault({
      code: 'time.instant',
      zh: `“${text}”不是日期，也不是带时区的时刻；请写成 2026-03-01 或 2026-03-01T08:00:00+08:00`,
      en: `"${text}" is neither a date nor an instant with its offset; write 2026-03-01 or 2026-03-01T08:00:00+08:00`,
    });
  }
  const east = instant ? (instant[8] === 'Z' ? 0 : offsetMinutesOf(instant[8]!)) : offsetMinutes;
  const ms = instant?.[7] === undefined ? 0 : Math.floor(Number(`0.${instant[7]}`) * 1_000);
  return Date.UTC(year, month - 1, day, hour, minute, second, ms) - east * 60_000;
}

/** ISO 8601 with offset, e.g. `2026-03-01T08:00:00+08:00`; milliseconds only where there are some. */
export function formatInstant(timeMs: number, offsetMinutes: number): string {
  const local = new Date(timeMs + offsetMinutes * 60_000).toISOString();
  const seconds = local.endsWith('.000Z') ? local.slice(0, -5) : local.slice(0, -1);
  const east = Math.abs(offsetMinutes);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${seconds}${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(east / 60))}:${two(east % 60)}`;
}

function isDay(year: number, month: number, day: number): boolean {
  const utc = new Date(Date.UTC(year, month - 1, day));
  return year >= 1900 && utc.getUTCMonth() === month - 1 && utc.getUTCDate() === day;
}
