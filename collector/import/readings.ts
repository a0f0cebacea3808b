import { Fault } from '../../config/words/fault.ts';
import type { Origin, Sample } from '../sample/sample.ts';
import { type Cell, plain, readCell } from './cell.ts';
import type { Mapped } from './mapping.ts';
import type { Table } from './table.ts';
import { readTime } from './time.ts';

export interface Readings {
  /** By channel and time, each once. */
  readonly samples: readonly Sample[];
  /** Rows that could not be used, and cells of one channel and time that contradict each other, with their places. */
  readonly faults: readonly Fault[];
  readonly blank: number;
}

export interface ReadingsOptions {
  readonly origin: Origin;
  readonly offsetMinutes: number;
  /** UTC ms; what is later is a mistake. */
  readonly nowMs: number;
}

/** A clock that runs ahead a little is no mistake. */
const AHEAD_MS = 3_600_000;

/**
 * The readings of a table. The raw text of each cell is kept beside what was made of it: a number is good; “below a limit” is suspect,
 * its value the limit and its reason `below-detection`, missing where no limit is stated; a mark is missing with its reason, and what
 * nobody understands is missing as unreadable.
 */
export function readingsOf(table: Table, mapped: Mapped, options: ReadingsOptions): Readings {
  const { headings, headingRow, mapping } = mapped;
  const column = (heading: string): number => headings.indexOf(heading);
  const [time, clock] = [column(mapping.time), mapping.clock === null ? -1 : column(mapping.clock)];
  const long = mapping.long === null ? null : { point: column(mapping.long.point), value: column(mapping.long.value) };
  const wide = headings.flatMap((heading, at) => {
    const channel = long === null ? mapping.channels[heading] : undefined;
    return typeof channel === 'string' ? [{ at, channel }] : [];
  });
  const samples = new Map<string, Sample>();
  const faults: Fault[] = [];
  let blank = 0;
  const take = (cell: Cell, channel: string, timeMs: number, place: string): void => {
    const sample = sampleOf(cell, channel, timeMs, options.origin);
    if (sample === null) {
      blank++;
      return;
    }
    const key = `${timeMs} ${channel}`;
    const other = samples.get(key);
    if (other === undefined) samples.set(key, sample);
    else if (!sameReading(other, sample)) faults.push(contradiction(place, other, sample));
  };
  table.rows.slice(headingRow + 1).forEach((row, index) => {
    const number = headingRow + 2 + index;
    if (row.every((cell) => readCell(cell).kind === 'blank')) return;
    const timeMs = readTime(row[time] ?? null, clock < 0 ? null : (row[clock] ?? null), options.offsetMinutes);
    if (timeMs === null || timeMs > options.nowMs + AHEAD_MS) {
      faults.push(noTime(`${table.place}:${number}:${time + 1}`, row[time] ?? null, timeMs !== null));
      return;
    }
    if (long === null) {
      for (const { at, channel } of wide) take(row[at] ?? null, channel, timeMs, `${table.place}:${number}:${at + 1}`);
      return;
    }
    const name = row[long.point] ?? null;
    const channel = name === null ? null : mapping.channels[plain(String(name))];
    if (typeof channel === 'string') take(row[long.value] ?? null, channel, timeMs, `${table.place}:${number}:${long.value + 1}`);
  });
  return { samples: [...samples.values()].sort((a, b) => a.timeMs - b.timeMs), faults, blank };
}

/** Whether two readings of one channel and time say the same. */
export function sameReading(a: Sample, b: Sample): boolean {
  return a.value === b.value && a.quality === b.quality && a.reason === b.reason;
}

function sampleOf(cell: Cell, channel: string, timeMs: number, origin: Origin): Sample | null {
  const read = readCell(cell);
  const base = { channel, timeMs, origin, raw: cell === null ? null : String(cell) };
  switch (read.kind) {
    case 'blank':
      return null;
    case 'value':
      return { ...base, value: read.value, quality: 'good', reason: 'none' };
    case 'below':
      return { ...base, value: read.limit, quality: read.limit === null ? 'missing' : 'suspect', reason: 'below-detection' };
    case 'missing':
      return { ...base, value: null, quality: 'missing', reason: read.reason };
    case 'unreadable':
      return { ...base, value: null, quality: 'missing', reason: 'unreadable' };
  }
}

function noTime(place: string, cell: Cell, future: boolean): Fault {
  const shown = cell === null ? '' : String(cell);
  return future
    ? new Fault({ code: 'import.time', place, zh: `时间“${shown}”在将来`, en: `the time "${shown}" lies ahead`, exitStatus: 1 })
    : new Fault({
        code: 'import.time',
        place,
        zh: `“${shown}”不是时间，此行未导入`,
        en: `"${shown}" is no time; the row is left out`,
        exitStatus: 1,
      });
}

function contradiction(place: string, first: Sample, second: Sample): Fault {
  return new Fault({
    code: 'import.contradiction',
    place,
    zh: `${first.channel} 同一时刻有两个读数：${first.raw} 与 ${second.raw}；取前者`,
    en: `${first.channel} has two readings at one time, ${first.raw} and ${second.raw}; the first is taken`,
    exitStatus: 1,
  });
}
