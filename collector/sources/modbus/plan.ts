import { isBits, protocolLimit, type ReadRequest, type Table } from './frame.ts';

/** A value to be read: `count` registers (or bits) of one unit's table, never split. */
export interface Item {
  readonly unit: number;
  readonly table: Table;
  readonly address: number;
  readonly count: number;
}

/** One request and the items whose values lie wholly in its answer. */
export interface PlannedRead<I extends Item = Item> extends ReadRequest {
  readonly items: readonly I[];
}

/** `maxGap`: how many registers that nobody configured may be read along in a row to save a request. */
export interface PlanLimits {
  readonly maxRegisters: number;
  readonly maxGap: number;
}

/** Requests that are asked together, each time the interval comes round. */
export interface PlannedGroup<I extends Item = Item> {
  readonly everyMs: number;
  readonly reads: readonly PlannedRead<I>[];
}

/** The requests of each interval, the shortest first. */
export function planGroups<I extends Item & { readonly everyMs: number }>(items: readonly I[], limits: PlanLimits): PlannedGroup<I>[] {
  const intervals = [...new Set(items.map((item) => item.everyMs))].sort((a, b) => a - b);
  return intervals.map((everyMs) => ({
    everyMs,
    reads: planReads(
      items.filter((item) => item.everyMs === everyMs),
      limits,
    ),
  }));
}

/**
 * The fewest requests that read every item, each of one unit and table, within the limits.
 *
 * From the left: the leftmost item that is left over must stand in some request, and one that starts exactly there reaches as far right
 * as any can; it ends at the last item that fits, or before a gap that must not be read. Repeated, this is the least number.
 *
 * @throws RangeError for an item longer than a request may be.
 */
export function planReads<I extends Item>(items: readonly I[], limits: PlanLimits): PlannedRead<I>[] {
  const tables = new Map<string, I[]>();
  for (const item of items) {
    const key = `${item.unit} ${item.table}`;
    const list = tables.get(key);
    if (list === undefined) tables.set(key, [item]);
    else list.push(item);
  }
  return [...tables.values()].flatMap((list) => planTable(list, limits));
}

function planTable<I extends Item>(items: readonly I[], limits: PlanLimits): PlannedRead<I>[] {
  const { unit, table } = items[0] as I;
  const longest = isBits(table)
    ? Math.min(limits.maxRegisters * 16, protocolLimit(table))
    : Math.min(limits.maxRegisters, protocolLimit(table));
  const tooLong = items.find((item) => item.count > longest);
  if (tooLong !== undefined)
    throw new RangeError(`${tooLong.count} registers at ${tooLong.address} of unit ${unit}; a request may read ${longest}`);

  const sorted = [...items].sort((a, b) => a.address - b.address || a.count - b.count);
  const ends = runEnds(sorted, limits.maxGap);
  const reads: PlannedRead<I>[] = [];
  let left = sorted;
  while (left.length > 0) {
    const start = (left[0] as I).address;
    const reach = Math.min(start + longest, ends.find((end) => end > start) as number);
    const taken = left.filter((item) => item.address + item.count <= reach);
    left = left.filter((item) => item.address + item.count > reach);
    const end = taken.reduce((furthest, item) => Math.max(furthest, item.address + item.count), start);
    reads.push({ unit, table, address: start, count: end - start, items: taken });
  }
  return reads;
}

/** Where runs of configured registers end: behind each lies a longer gap than may be read, or nothing. Ascending. */
function runEnds(sorted: readonly Item[], maxGap: number): number[] {
  const ends: number[] = [];
  let end = (sorted[0] as Item).address;
  for (const item of sorted) {
    if (item.address - end > maxGap) ends.push(end);
    end = Math.max(end, item.address + item.count);
  }
  return [...ends, end];
}
