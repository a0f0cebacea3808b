import { z } from 'zod';
import type { Plant } from '../../config/plant/plant.ts';
import { type Cell, plain, readCell } from './cell.ts';
import { readTime } from './time.ts';

/**
 * What the columns of a file mean. Wide: a column a channel. Long: one column names the point, or two the place and what was analysed
 * there, and one holds the value. Columns go by their
 * headings, so that another export with its columns in another order is read the same.
 */
export const mappingSchema = z.strictObject({
  /** Headings of the columns of date (and time) and, where it stands apart, time of day. */
  time: z.string(),
  clock: z.string().nullable(),
  long: z.strictObject({ point: z.string(), item: z.string().nullable().default(null), value: z.string() }).nullable(),
  /** Heading of a column (wide) or name of a point (long) → channel; null: left out on purpose. */
  channels: z.record(z.string(), z.string().nullable()),
});
export type Mapping = z.infer<typeof mappingSchema>;

/** A table's heading row and what its columns mean; `unknown` are the headings or names that no channel is known for. */
export interface Mapped {
  readonly headingRow: number;
  readonly headings: readonly string[];
  readonly mapping: Mapping;
  readonly unknown: readonly string[];
}

const TIME =
  /^(时间|日期|日期时间|采样时间|采样日期|监测时间|数据时间|称重时间|过磅时间|计量时间|抄表时间|抄表日期|送检日期|time|timestamp|date|datetime|date ?time)$/i;
const CLOCK = /^(时刻|时间|采样时间|time|clock)$/i;
const POINT =
  /^(点名|位号|测点|测点名称|仪表|通道|点位|监测点|采样点|货名|货物|货物名称|物料|物料名称|品名|tag|tagname|tag ?name|point|channel|name)$/i;
/** What a laboratory analysed at a point. */
const ITEM = /^(检测项目|监测项目|检测因子|监测因子|分析项目|检测指标|污染物|项目|指标|item|parameter|analyte)$/i;
const VALUE = /^(值|数值|读数|测量值|监测值|结果|检测结果|净重|表底数|示数|value|reading|result)$/i;
/** Headings stand within the first rows; titles may stand above them. */
const LOOK = 20;

/**
 * Finds the heading row and what each column means: from what was said now, what is remembered of such a file, and the ids, names,
 * serial and asset numbers of the plant's meters, in that order.
 *
 * @param said heading or point name → channel id, null to leave it out.
 * @returns null where no row holds a time under a heading.
 */
export function mapTable(
  rows: readonly (readonly Cell[])[],
  plant: Plant,
  said: Readonly<Record<string, string | null>>,
  remembered: Mapping | null,
): Mapped | null {
  const headingRow = headingRowOf(rows, plant.offsetMinutes);
  if (headingRow === null) return null;
  const headings = (rows[headingRow] ?? []).map(headingOf);
  const dates = headings.filter((heading) => TIME.test(bare(heading)));
  const time = remembered?.time ?? dates[0] ?? headings[timeColumn((rows[headingRow + 1] ?? []).map(unlessDigits), plant.offsetMinutes)];
  if (time === undefined) return null;
  const clock =
    remembered === null ? (headings.find((heading) => heading !== time && CLOCK.test(bare(heading))) ?? null) : remembered.clock;
  const item = headings.find((heading) => ITEM.test(bare(heading)));
  const point = headings.find((heading) => POINT.test(bare(heading))) ?? item;
  const value = headings.find((heading) => VALUE.test(bare(heading)));
  const long =
    remembered !== null
      ? remembered.long
      : point === undefined || value === undefined
        ? null
        : { point, item: item === undefined || item === point ? null : item, value };
  const names =
    long === null
      ? headings.filter((heading) => heading !== '' && heading !== time && heading !== clock)
      : namesIn(rows.slice(headingRow + 1), headings, long);
  const known = knownNames(plant);
  const spoken = Object.fromEntries(Object.entries(said).map(([name, channel]) => [plain(name), channel]));
  const channels: Record<string, string | null> = {};
  const unknown: string[] = [];
  for (const name of names) {
    const channel = spoken[name] ?? (Object.hasOwn(spoken, name) ? null : (remembered?.channels[name] ?? known.get(bare(name))));
    if (channel !== undefined) channels[name] = channel;
    else if (remembered?.channels[name] === null) channels[name] = null;
    else unknown.push(name);
  }
  return { headingRow, headings, mapping: { time, clock, long, channels: { ...remembered?.channels, ...channels } }, unknown };
}

/**
 * The last row of words before the first row that has both a time and something else; a row above it that says where the times stand,
 * where what follows under it are all times that nobody understands.
 */
function headingRowOf(rows: readonly (readonly Cell[])[], offsetMinutes: number): number | null {
  for (let row = 1; row < Math.min(rows.length, LOOK); row++) {
    const cells = rows[row] ?? [];
    if (timeColumn(cells, offsetMinutes) < 0 || cells.every((cell) => readCell(cell).kind === 'blank')) continue;
    for (let above = 0; above < row - 1; above++) {
      const at = (rows[above] ?? []).findIndex((cell) => TIME.test(bare(headingOf(cell))));
      if (at >= 0 && rows.slice(above + 1, row).every((other) => headingOf(other[at] ?? null) !== '')) return above;
    }
    return row - 1;
  }
  return null;
}

const timeColumn = (cells: readonly Cell[], offsetMinutes: number): number =>
  cells.findIndex((cell) => typeof cell !== 'number' && readTime(cell, null, offsetMinutes) !== null);

/** Digits alone are a time only under a heading that says so: elsewhere they may number a ticket. */
const unlessDigits = (cell: Cell): Cell => (typeof cell === 'string' && /^\d+$/.test(plain(cell)) ? null : cell);

const headingOf = (cell: Cell): string => (cell === null ? '' : plain(String(cell)));

/** A heading without the unit behind it, in parentheses. */
const bare = (heading: string): string => heading.replace(/\s*[([][^)\]]*[)\]]\s*$/, '').trim();

function namesIn(rows: readonly (readonly Cell[])[], headings: readonly string[], long: NonNullable<Mapping['long']>): string[] {
  const [point, item] = [headings.indexOf(long.point), long.item === null ? -1 : headings.indexOf(long.item)];
  return [...new Set(rows.map((row) => nameIn(row, point, item)))].filter((name) => name !== '');
}

/** What a row of a long file is about: the point, with what was analysed there behind it where that stands in a column of its own. */
export function nameIn(row: readonly Cell[], point: number, item: number): string {
  const name = headingOf(row[point] ?? null);
  return item < 0 || name === '' ? name : `${name} ${headingOf(row[item] ?? null)}`.trim();
}

/** Channel by id, and by the meter's name, serial and asset number where only one meter bears it. */
function knownNames(plant: Plant): Map<string, string> {
  const known = new Map<string, string | null>();
  for (const { id, meter } of plant.channels.values()) {
    if (id !== meter.id) continue;
    const { name } = meter;
    for (const text of [
      typeof name === 'string' ? name : name.zh,
      typeof name === 'string' ? undefined : name.en,
      meter.serial,
      meter.assetNumber,
    ]) {
      if (text !== undefined) known.set(text, known.has(text) && known.get(text) !== id ? null : id);
    }
  }
  for (const id of plant.channels.keys()) known.set(id, id);
  return new Map([...known].filter((entry): entry is [string, string] => entry[1] !== null));
}
