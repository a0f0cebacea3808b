import { type Asked, askedKey } from '../asked.ts';
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

/** Registers `from` to `to`, both included, of one unit or table, or of all. */
export interface RegisterRange {
  readonly unit?: number | undefined;
  readonly table?: Table | undefined;
  readonly from: number;
  readonly to: number;
}

/** What a request costs beside its registers, and each register; only their relation counts. */
export interface PlanCost {
  readonly requestMs: number;
  readonly registerMs: number;
}

/** What a device bears, and what its wire costs. */
export interface PlanLimits {
  readonly maxRegisters: number;
  /** How many registers that nobody configured may be read along in a row to save a request. */
  readonly maxGap: number;
  /** Most registers of a request to a unit, where it bears fewer than the device. */
  readonly unitLimits?: ReadonlyMap<number, number>;
  /** Never read, not even along with others. */
  readonly forbidden?: readonly RegisterRange[];
  /** Reading these sets them back: they are read only where they are configured, and once. */
  readonly clearOnRead?: readonly RegisterRange[];
  /** Default: requests cost everything and registers next to nothing, as on a network. */
  readonly cost?: PlanCost;
}

/** Requests that are asked together, each time the interval comes round. */
export interface PlannedGroup<I extends Item = Item> {
  readonly everyMs: number;
  /** Where these are looks: how often their readings are due. */
  readonly keepMs?: number;
  readonly reads: readonly PlannedRead<I>[];
}

const NETWORK: PlanCost = { requestMs: 1, registerMs: 0 };
/** Plans that differ by less take equally long; then the one with fewer registers is the better. */
const TIE_MS = 1e-9;

/** The best plan of the first items of a table: what it costs, and where its last request begins. */
interface Prefix {
  readonly costMs: number;
  readonly registers: number;
  readonly from: number;
}

/** The requests of each interval, the shortest first; what is looked at between its readings is asked apart from what is not. */
export function planGroups<I extends Item & Asked>(items: readonly I[], limits: PlanLimits): PlannedGroup<I>[] {
  const groups = new Map<string, I[]>();
  for (const item of items) {
    const group = groups.get(askedKey(item));
    if (group === undefined) groups.set(askedKey(item), [item]);
    else group.push(item);
  }
  return [...groups.values()]
    .map((own): PlannedGroup<I> => {
      const { everyMs, keepMs } = own[0] as I;
      return { everyMs, ...(keepMs === undefined ? {} : { keepMs }), reads: planReads(own, limits) };
    })
    .sort((a, b) => a.everyMs - b.everyMs || (a.keepMs ?? 0) - (b.keepMs ?? 0));
}

/**
 * The requests that read every item in the fewest milliseconds, each of one unit and table, within the limits.
 *
 * Of any plan, an item that two requests hold may be given to the later one; then no request skips an item in the order of addresses.
 * So the best plan cuts that order into stretches, and the best cuts are found from the left: the best plan of the first n items is the
 * best plan of some fewer, and one request for the rest.
 *
 * @throws RangeError for an item that no request may hold: longer than the limit, or in a forbidden range.
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

/** Milliseconds of a plan by a cost model. */
export function costOf(reads: readonly ReadRequest[], { requestMs, registerMs }: PlanCost): number {
  return reads.reduce((sum, { table, count }) => sum + requestMs + registersIn(table, count) * registerMs, 0);
}

function planTable<I extends Item>(items: readonly I[], limits: PlanLimits): PlannedRead<I>[] {
  const { unit, table } = items[0] as I;
  const longest = longestRequest(unit, table, limits);
  const forbidden = rangesAt(limits.forbidden, unit, table);
  const cleared = rangesAt(limits.clearOnRead, unit, table);
  const { requestMs, registerMs } = limits.cost ?? NETWORK;
  const wrong = items.find((item) => item.count > longest || touches(forbidden, item.address, item.address + item.count));
  if (wrong !== undefined) {
    const why = wrong.count > longest ? `a request may read ${longest}` : 'some of which are forbidden';
    throw new RangeError(`${wrong.count} registers at ${wrong.address} of unit ${unit}; ${why}`);
  }

  const sorted = [...items].sort((a, b) => a.address - b.address || a.count - b.count);
  const known = configuredEnds(sorted);
  const best: Prefix[] = [{ costMs: 0, registers: 0, from: 0 }];
  for (let to = 1; to <= sorted.length; to++) {
    let found: Prefix = { costMs: Number.POSITIVE_INFINITY, registers: 0, from: -1 };
    let end = 0;
    for (let from = to - 1; from >= 0; from--) {
      const item = sorted[from] as I;
      if (from < to - 1 && !mayJoin(sorted[from + 1] as I, known[from] as number)) break;
      end = Math.max(end, item.address + item.count);
      if (end - item.address > longest) break;
      if (from > 0 && readsAgain(item.address, known[from - 1] as number)) continue;
      const before = best[from] as Prefix;
      const own = registersIn(table, end - item.address);
      const plan = { costMs: before.costMs + requestMs + own * registerMs, registers: before.registers + own, from };
      if (isBetter(plan, found)) found = plan;
    }
    best.push(found);
  }
  if (!Number.isFinite((best[sorted.length] as Prefix).costMs)) {
    throw new RangeError(`values of unit ${unit} that share registers which reading sets back do not fit one request`);
  }
  return cutAt(sorted, best, unit, table);

  /** Whether one request may go on from what ends at `end` to the next item: over no forbidden gap, none too long, none that clears. */
  function mayJoin(next: I, end: number): boolean {
    if (next.address <= end) return true;
    return next.address - end <= limits.maxGap && !touches(forbidden, end, next.address) && !touches(cleared, end, next.address);
  }

  /** Whether a cut before `address` has registers read twice that reading sets back. */
  function readsAgain(address: number, end: number): boolean {
    return end > address && touches(cleared, address, end);
  }
}

const isBetter = (a: Prefix, b: Prefix): boolean =>
  a.costMs < b.costMs - TIE_MS || (a.costMs <= b.costMs + TIE_MS && a.registers < b.registers);

function cutAt<I extends Item>(sorted: readonly I[], best: readonly Prefix[], unit: number, table: Table): PlannedRead<I>[] {
  const reads: PlannedRead<I>[] = [];
  for (let to = sorted.length; to > 0; ) {
    const { from } = best[to] as Prefix;
    const own = sorted.slice(from, to);
    const start = (own[0] as I).address;
    const end = own.reduce((furthest, item) => Math.max(furthest, item.address + item.count), start);
    reads.push({ unit, table, address: start, count: end - start, items: own });
    to = from;
  }
  return reads.reverse();
}

/** Most registers, or bits, that one request to a unit may ask of a table. */
function longestRequest(unit: number, table: Table, limits: PlanLimits): number {
  const registers = Math.min(limits.maxRegisters, limits.unitLimits?.get(unit) ?? limits.maxRegisters);
  return Math.min(isBits(table) ? registers * 16 : registers, protocolLimit(table));
}

/** For each item in order, how far the items up to it reach. */
function configuredEnds(sorted: readonly Item[]): number[] {
  let end = 0;
  return sorted.map((item) => {
    end = Math.max(end, item.address + item.count);
    return end;
  });
}

const rangesAt = (ranges: readonly RegisterRange[] | undefined, unit: number, table: Table): readonly RegisterRange[] =>
  (ranges ?? []).filter((range) => (range.unit ?? unit) === unit && (range.table ?? table) === table);

const touches = (ranges: readonly RegisterRange[], start: number, end: number): boolean =>
  ranges.some(({ from, to }) => from < end && to >= start);

const registersIn = (table: Table, count: number): number => (isBits(table) ? count / 16 : count);
