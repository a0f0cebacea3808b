import { convert, isConvertible, isUnit } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { Fault } from '../../config/words/fault.ts';
import type { Origin, Sample } from '../sample/sample.ts';
import { type Cell, plain, readCell } from './cell.ts';
import { type Mapped, nameIn } from './mapping.ts';
import type { Table } from './table.ts';
import { readTime } from './time.ts';

export interface Readings {
  /** By channel and time, each once. */
  readonly samples: readonly Sample[];
  /** Rows that could not be used, and cells of one channel and time that contradict each other, with their places. */
  readonly faults: readonly Fault[];
}

export interface ReadingsOptions {
  readonly origin: Origin;
  /** UTC ms; what is later is a mistake. */
  readonly nowMs: number;
}

/** What people write in a column of units where there is none. */
const NO_UNIT = new Set(['', '-', '/', '—', '无', '无量纲']);
const UNIT = /^(单位|计量单位|unit)$/i;
const TICKET = /^(单号|磅单号|过磅单号|磅单编号|票号|流水号|ticket|ticket ?no\.?|ticket ?number)$/i;
/** The limit of detection in a column of its own. */
const LIMIT = /^(检出限|方法检出限|最低检出限|最低检出浓度|detection limit|limit of detection|lod|mdl)$/i;
/** What is earlier is no reading of a machine, but a time that was lost. */
const EARLIEST_MS = Date.UTC(1990, 0);
/** A clock that runs ahead a little is no mistake. */
const AHEAD_MS = 3_600_000;

/**
 * The readings of a table. The raw text of each cell is kept beside what was made of it: a number is good; “below a limit” is suspect,
 * its value the limit and its reason `below-detection`, missing where no limit is stated; a mark is missing with its reason, and what
 * nobody understands is missing as unreadable. A unit that stands behind a heading or in a column of its own is converted into the
 * channel's; 未检出 takes its limit from a column of limits, where there is one. Weighings of one moment are as many as there are tickets: each after the first is put a millisecond later, in the order of
 * the ticket numbers.
 *
 * @throws Fault import.unit where a heading's unit does not measure what the channel does.
 */
export function readingsOf(table: Table, mapped: Mapped, plant: Plant, options: ReadingsOptions): Readings {
  const { headings, headingRow, mapping } = mapped;
  const { offsetMinutes } = plant;
  const column = (heading: string): number => headings.indexOf(heading);
  const unitColumn = mapping.long === null ? -1 : headings.findIndex((heading) => UNIT.test(heading));
  const limitColumn = mapping.long === null ? -1 : headings.findIndex((heading) => LIMIT.test(heading.replace(/\s*[([].*$/, '')));
  const ticketColumn = headings.findIndex((heading) => TICKET.test(heading));
  const [time, clock] = [column(mapping.time), mapping.clock === null ? -1 : column(mapping.clock)];
  const long =
    mapping.long === null
      ? null
      : {
          point: column(mapping.long.point),
          item: mapping.long.item === null ? -1 : column(mapping.long.item),
          value: column(mapping.long.value),
        };
  const wide = headings.flatMap((heading, at) => {
    const channel = long === null ? mapping.channels[heading] : undefined;
    if (typeof channel !== 'string') return [];
    return [
      { at, channel, to: toUnit(unitBehind(heading), plant.channels.get(channel)?.unit, `${table.place}:${headingRow + 1}:${at + 1}`) },
    ];
  });
  const longUnit = long === null ? null : unitBehind(headings[long.value] ?? '');
  const samples = new Map<string, Sample>();
  const faults: Fault[] = [];
  const tickets = new Tickets();
  const take = (
    cell: Cell,
    channel: string,
    timeMs: number,
    place: string,
    to: ToUnit,
    ticket: string | null,
    limit: Cell = null,
  ): void => {
    const sample = sampleOf(cell, channel, timeMs, options.origin, to, limit);
    if (sample === null) return;
    if (ticket !== null && plant.channels.get(channel)?.kind === 'batch') {
      tickets.add(ticket, { ...sample, raw: `${sample.raw}; ${ticket}` });
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
    const timeMs = readTime(row[time] ?? null, clock < 0 ? null : (row[clock] ?? null), offsetMinutes);
    if (timeMs === null || timeMs < EARLIEST_MS || timeMs > options.nowMs + AHEAD_MS) {
      faults.push(noTime(`${table.place}:${number}:${time + 1}`, row[time] ?? null, timeMs !== null && timeMs > options.nowMs));
      return;
    }
    const ticketCell = ticketColumn < 0 ? null : (row[ticketColumn] ?? null);
    const ticket = ticketCell === null || ticketCell === '' ? null : plain(String(ticketCell));
    if (long === null) {
      for (const { at, channel, to } of wide) take(row[at] ?? null, channel, timeMs, `${table.place}:${number}:${at + 1}`, to, ticket);
      return;
    }
    const channel = mapping.channels[nameIn(row, long.point, long.item)];
    if (typeof channel !== 'string') return;
    const place = `${table.place}:${number}:${long.value + 1}`;
    const unit = unitColumn < 0 ? longUnit : plain(String(row[unitColumn] ?? ''));
    const limit = limitColumn < 0 ? null : (row[limitColumn] ?? null);
    try {
      take(row[long.value] ?? null, channel, timeMs, place, toUnit(unit, plant.channels.get(channel)?.unit, place), ticket, limit);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(error);
    }
  });
  return { samples: [...samples.values(), ...tickets.samples()].sort((a, b) => a.timeMs - b.timeMs), faults };
}

/** The unit in parentheses behind a heading. */
function unitBehind(heading: string): string | null {
  const text = /[([]([^()[\]]+)[)\]]\s*$/.exec(heading)?.[1]?.trim();
  return text !== undefined && isUnit(text) ? text : null;
}

/** A number of a file in the channel's unit; what the file states no unit for is in it already. */
type ToUnit = (value: number) => number;

/** @throws Fault import.unit where the units do not measure the same. */
function toUnit(unit: string | null, wanted: string | undefined, place: string): ToUnit {
  if (unit === null || NO_UNIT.has(unit) || wanted === undefined || unit === wanted) return (value) => value;
  if (isConvertible(unit, wanted)) return (value) => convert(value, unit, wanted);
  throw new Fault({
    code: 'import.unit',
    place,
    zh: `单位“${unit}”不能换算为该通道的单位 ${wanted}；请核对列与通道的对应`,
    en: `the unit "${unit}" does not convert into the channel's, ${wanted}; check what the column is mapped to`,
    exitStatus: 1,
  });
}

/** Weighings by channel and moment, each ticket once. */
class Tickets {
  readonly #byMoment = new Map<string, Map<string, Sample>>();

  add(ticket: string, sample: Sample): void {
    const key = `${sample.timeMs} ${sample.channel}`;
    const list = this.#byMoment.get(key) ?? new Map<string, Sample>();
    this.#byMoment.set(key, list.set(ticket, list.get(ticket) ?? sample));
  }

  samples(): Sample[] {
    return [...this.#byMoment.values()].flatMap((list) =>
      [...list]
        .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
        .map(([, sample], index) => ({ ...sample, timeMs: sample.timeMs + index })),
    );
  }
}

/** Whether two readings of one channel and time say the same. */
export function sameReading(a: Sample, b: Sample): boolean {
  return a.value === b.value && a.quality === b.quality && a.reason === b.reason;
}

function sampleOf(cell: Cell, channel: string, timeMs: number, origin: Origin, to: ToUnit, limitCell: Cell): Sample | null {
  const read = readCell(cell);
  const base = { channel, timeMs, origin, raw: cell === null ? null : String(cell) };
  if (read.kind === 'below' && read.limit === null) {
    const stated = readCell(limitCell);
    const limit = stated.kind === 'value' ? stated.value : stated.kind === 'below' ? stated.limit : null;
    if (limit === null) return { ...base, value: null, quality: 'missing', reason: 'below-detection' };
    return { ...base, value: to(limit), quality: 'suspect', reason: 'below-detection', raw: `${base.raw}; ${limitCell}` };
  }
  switch (read.kind) {
    case 'blank':
      return null;
    case 'value':
      return { ...base, value: to(read.value), quality: 'good', reason: 'none' };
    case 'below':
      return { ...base, value: to(read.limit as number), quality: 'suspect', reason: 'below-detection' };
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
