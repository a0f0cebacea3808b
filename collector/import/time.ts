import { instantMs } from '../../config/plant/time.ts';
import { type Cell, plain } from './cell.ts';

/** Day 0 of Excel's calendar, which counts a 29 February 1900 that was not. */
const EXCEL_DAY_0_MS = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;

const WALL =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]*(\d{1,2})(?:[:时点](\d{1,2})?分?(?::?(\d{1,2})(?:\.(\d{1,3})\d*)?秒?)?)?)?$/;
/** 01-Mar-26 08:00:05, as historians write it: the name of the month leaves nothing to guess. */
const NAMED = /^(\d{1,2})-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-(\d{4}|\d{2})(?: (\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?))?$/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** 20260301080000 or 202603010800. */
const COMPACT = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$/;
/** 上午8:00, 下午 2:30: twelve hours, of which the twelfth is the first. */
const HALF = /(上午|下午)\s*(\d{1,2})(?=[:时点])/;
/** 11:00:00 PM: the same as programs in English write it. */
const ENGLISH_HALF = /(\d{1,2})((?::\d{2}){1,2}(?:\.\d+)?)\s*([ap])\.?m\.?$/i;
const CLOCK = /^(\d{1,2})[:时](\d{1,2})?分?(?::?(\d{1,2})秒?)?$/;

/**
 * UTC ms of a time as files have it: 2026-03-01 08:00, 2026/3/1 8:00:05, 2026年3月1日8时, 2026/3/1 下午2:00, 2026-03-01 2:00 PM, 01-Mar-26 08:00:00,
 * 20260301080000, ISO 8601 with its offset, or a date of Excel.
 * A time without an offset is one of the plant's clock; 24:00 is the next midnight.
 *
 * @param clock the time of day where it stands in a cell of its own.
 * @returns null for what is no time.
 */
export function readTime(cell: Cell, clock: Cell, offsetMinutes: number): number | null {
  const wallMs = wallOf(cell, offsetMinutes);
  if (wallMs === null) return null;
  if (clock === null || clock === '') return wallMs;
  const ofDayMs = ofDay(clock);
  return ofDayMs === null ? null : wallMs + ofDayMs;
}

function wallOf(cell: Cell, offsetMinutes: number): number | null {
  if (cell instanceof Date) return rounded(cell.getTime()) - offsetMinutes * 60_000;
  if (typeof cell === 'number') {
    return cell > 20_000 && cell < 80_000 ? rounded(EXCEL_DAY_0_MS + cell * DAY_MS) - offsetMinutes * 60_000 : null;
  }
  if (typeof cell !== 'string') return null;
  const text = ordinary(plain(cell));
  if (text === null) return null;
  if (/(Z|[+-]\d\d:\d\d)$/.test(text) && /\d[T ]\d/.test(text)) {
    try {
      return instantMs(text, offsetMinutes);
    } catch {
      return null;
    }
  }
  const found = WALL.exec(text);
  if (found === null) return null;
  const [year, month, day, hour, minute, second, ms] = found.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const dayMs = Date.UTC(year, month - 1, day);
  const date = new Date(dayMs);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const clockMs = clockOf(hour, minute, second);
  return clockMs === null ? null : dayMs + clockMs + ms * 10 ** (3 - (found[7]?.length ?? 3)) - offsetMinutes * 60_000;
}

/** A time that is written in another way as year, month, day and 24 hours; null for one of twelve hours that has a thirteenth. */
function ordinary(text: string): string | null {
  const named = NAMED.exec(text);
  if (named !== null) {
    const [, day, month = '', year = '', clock = ''] = named;
    return `${year.length === 2 ? `20${year}` : year}-${MONTHS.indexOf(month.toLowerCase()) + 1}-${day} ${clock}`.trim();
  }
  const compact = COMPACT.exec(text);
  if (compact !== null) return `${compact.slice(1, 4).join('-')} ${compact.slice(4, 6).join(':')}:${compact[6] ?? '00'}`;
  const english = ENGLISH_HALF.exec(text);
  if (english !== null) {
    const hour = hourOfHalf(english[1] as string, (english[3] as string).toLowerCase() === 'p');
    return hour === null ? null : ordinary(text.replace(ENGLISH_HALF, `${hour}${english[2]}`));
  }
  const half = HALF.exec(text);
  if (half === null) return text;
  const hour = hourOfHalf(half[2] as string, half[1] === '下午');
  return hour === null ? null : text.replace(HALF, hour);
}

function hourOfHalf(text: string, later: boolean): string | null {
  const hour = Number(text);
  return hour > 12 ? null : String((hour % 12) + (later ? 12 : 0));
}

function ofDay(cell: Cell): number | null {
  if (cell instanceof Date) return rounded(cell.getTime() - Math.floor(cell.getTime() / DAY_MS) * DAY_MS);
  if (typeof cell === 'number') return cell >= 0 && cell <= 1 ? rounded(cell * DAY_MS) : null;
  const text = typeof cell === 'string' ? ordinary(plain(cell)) : null;
  const found = text === null ? null : CLOCK.exec(text);
  return found === null ? null : clockOf(Number(found[1]), Number(found[2] ?? 0), Number(found[3] ?? 0));
}

function clockOf(hour: number, minute: number, second: number): number | null {
  if (minute > 59 || second > 59 || hour > 24 || (hour === 24 && minute + second > 0)) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

/** Excel keeps times as fractions of a day, good to some tenths of a millisecond. */
const rounded = (ms: number): number => Math.round(ms / 100) * 100;
