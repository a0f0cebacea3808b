import { instantMs } from '../../config/plant/time.ts';
import { type Cell, plain } from './cell.ts';

/** Day 0 of Excel's calendar, which counts a 29 February 1900 that was not. */
const EXCEL_DAY_0_MS = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;

const WALL =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]*(\d{1,2})(?:[:时点](\d{1,2})?分?(?::?(\d{1,2})(?:\.(\d{1,3})\d*)?秒?)?)?)?$/;
const CLOCK = /^(\d{1,2})[:时](\d{1,2})?分?(?::?(\d{1,2})秒?)?$/;

/**
 * UTC ms of a time as files have it: 2026-03-01 08:00, 2026/3/1 8:00:05, 2026年3月1日8时, ISO 8601 with its offset, or a date of Excel.
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
  const text = plain(cell);
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

function ofDay(cell: Cell): number | null {
  if (cell instanceof Date) return rounded(cell.getTime() - Math.floor(cell.getTime() / DAY_MS) * DAY_MS);
  if (typeof cell === 'number') return cell >= 0 && cell <= 1 ? rounded(cell * DAY_MS) : null;
  const found = typeof cell === 'string' ? CLOCK.exec(plain(cell)) : null;
  return found === null ? null : clockOf(Number(found[1]), Number(found[2] ?? 0), Number(found[3] ?? 0));
}

function clockOf(hour: number, minute: number, second: number): number | null {
  if (minute > 59 || second > 59 || hour > 24 || (hour === 24 && minute + second > 0)) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

/** Excel keeps times as fractions of a day, good to some tenths of a millisecond. */
const rounded = (ms: number): number => Math.round(ms / 100) * 100;
