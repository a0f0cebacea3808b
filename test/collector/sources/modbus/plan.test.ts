import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  costOf,
  type Item,
  type PlanCost,
  type PlanLimits,
  planReads,
  type RegisterRange,
} from '../../../../collector/sources/modbus/plan.ts';

const item = fc.record({
  unit: fc.integer({ min: 0, max: 2 }),
  table: fc.constantFrom('holding' as const, 'input' as const),
  address: fc.integer({ min: 0, max: 80 }),
  count: fc.constantFrom(1, 2, 4),
});
const limits = fc.record({ maxRegisters: fc.integer({ min: 4, max: 20 }), maxGap: fc.integer({ min: 0, max: 6 }) });
const cost = fc.record({ requestMs: fc.double({ min: 0, max: 60, noNaN: true }), registerMs: fc.double({ min: 0, max: 5, noNaN: true }) });
const plans = fc.tuple(fc.array(item, { maxLength: 40 }), limits);

const key = (one: { unit: number; table: string }, address: number) => `${one.unit} ${one.table} ${address}`;
const configured = (items: readonly Item[]) =>
  new Set(items.flatMap((one) => Array.from({ length: one.count }, (_, i) => key(one, one.address + i))));

/** What has been drawn, on the way to the next draw. */
const fixed = <T extends object>(drawn: T) =>
  Object.fromEntries(Object.entries(drawn).map(([name, value]) => [name, fc.constant(value)])) as { [K in keyof T]: fc.Arbitrary<T[K]> };

describe('planReads', () => {
  it('reads every item whole, in exactly one request of its own unit and table', () => {
    fc.assert(
      fc.property(plans, ([items, limit]) => {
        const reads = planReads(items, limit);
        expect(new Set(reads.flatMap((read) => read.items))).toEqual(new Set(items));
        expect(reads.reduce((sum, read) => sum + read.items.length, 0)).toBe(items.length);
        for (const read of reads) {
          for (const one of read.items) {
            expect([one.unit, one.table]).toEqual([read.unit, read.table]);
            expect(one.address).toBeGreaterThanOrEqual(read.address);
            expect(one.address + one.count).toBeLessThanOrEqual(read.address + read.count);
          }
        }
      }),
    );
  });

  it('asks for no more than the limits allow, begins and ends at a value, and reads no longer gap than allowed', () => {
    fc.assert(
      fc.property(plans, ([items, limit]) => {
        const wanted = configured(items);
        for (const read of planReads(items, limit)) {
          expect(read.count).toBeLessThanOrEqual(limit.maxRegisters);
          let gap = 0;
          for (let address = read.address; address < read.address + read.count; address++) {
            gap = wanted.has(key(read, address)) ? 0 : gap + 1;
            expect(gap).toBeLessThanOrEqual(limit.maxGap);
          }
          expect(Math.min(...read.items.map((one) => one.address))).toBe(read.address);
          expect(Math.max(...read.items.map((one) => one.address + one.count))).toBe(read.address + read.count);
        }
      }),
    );
  });

  it('needs no more requests than the best of all plans', () => {
    const few = fc.array(
      item.map((one) => ({ ...one, unit: 1, table: 'holding' as const, address: one.address % 24 })),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(few, limits, (items, limit) => {
        expect(planReads(items, limit).length).toBe(fewest(items, limit));
      }),
      { numRuns: 300 },
    );
  });

  it('takes no longer than the best of all plans, whatever requests and registers cost', () => {
    const few = fc.array(
      item.map((one) => ({ ...one, unit: 1, table: 'holding' as const, address: one.address % 24 })),
      { minLength: 1, maxLength: 7 },
    );
    fc.assert(
      fc.property(few, limits, cost, (items, limit, model) => {
        expect(costOf(planReads(items, { ...limit, cost: model }), model)).toBeCloseTo(cheapest(items, limit, model), 6);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['max_insert', maxInsert],
    ['rearrange', rearrange],
  ])('is at least as good as Telegraf’s %s, in requests, in registers and in time', (_, reference) => {
    const apart = fc
      .tuple(fc.array(item, { minLength: 1, maxLength: 30 }), limits)
      .map(([items, limit]) => [separate(items), limit] as const);
    fc.assert(
      fc.property(apart, cost, ([items, limit], model) => {
        const theirs = reference(items, limit);
        const registers = (reads: readonly Span[]): number => reads.reduce((sum, { count }) => sum + count, 0);
        const fewRequests = planReads(items, limit);
        expect(fewRequests.length).toBeLessThanOrEqual(theirs.length);
        if (fewRequests.length === theirs.length) expect(registers(fewRequests)).toBeLessThanOrEqual(registers(theirs));
        const fewRegisters = planReads(items, { ...limit, cost: { requestMs: 1e-6, registerMs: 1 } });
        expect(registers(fewRegisters)).toBeLessThanOrEqual(registers(theirs));
        const time = (reads: readonly Span[]): number => reads.length * model.requestMs + registers(reads) * model.registerMs;
        expect(time(planReads(items, { ...limit, cost: model }))).toBeLessThanOrEqual(time(theirs) + 1e-6);
      }),
      { numRuns: 500 },
    );
  });

  it('never reads a forbidden register, and what reading sets back only where it is configured and once', () => {
    const range = fc.record({ from: fc.integer({ min: 0, max: 80 }), length: fc.integer({ min: 0, max: 6 }) });
    const ranges = fc.array(
      range.map(({ from, length }): RegisterRange => ({ from, to: from + length })),
      { maxLength: 4 },
    );
    let planned = 0;
    fc.assert(
      fc.property(plans, ranges, ranges, cost, ([all, limit], forbidden, clearOnRead, model) => {
        const inside = (list: readonly RegisterRange[], address: number) => list.some(({ from, to }) => address >= from && address <= to);
        const registers = (one: Item) => Array.from({ length: one.count }, (_, i) => one.address + i);
        // Values in forbidden registers are refused; what is left has forbidden gaps.
        const items = all.filter((one) => !registers(one).some((at) => inside(forbidden, at)));
        if (items.length < all.length) expect(() => planReads(all, { ...limit, forbidden })).toThrow(RangeError);
        const wanted = configured(items);
        let reads: readonly Span[];
        try {
          reads = planReads(items, { ...limit, forbidden, clearOnRead, cost: model });
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect((error as Error).message).toContain('do not fit one request');
          return;
        }
        planned++;
        const seen = new Set<string>();
        for (const read of reads) {
          for (let address = read.address; address < read.address + read.count; address++) {
            expect(inside(forbidden, address)).toBe(false);
            if (!inside(clearOnRead, address)) continue;
            expect(wanted.has(key(read, address))).toBe(true);
            expect(seen.has(key(read, address))).toBe(false);
            seen.add(key(read, address));
          }
        }
      }),
      { numRuns: 1000 },
    );
    expect(planned).toBeGreaterThan(500);
  });

  it('ends a request at every gap that holds a forbidden register or one that reading sets back, and at no other', () => {
    const stretch = fc
      .record({
        count: fc.constantFrom(1, 2, 4),
        gap: fc.integer({ min: 1, max: 5 }),
        mark: fc.constantFrom('forbidden', 'cleared', 'free'),
      })
      .chain((one) => fc.record({ ...fixed(one), from: fc.nat(one.gap - 1) }))
      .chain((one) => fc.record({ ...fixed(one), length: fc.integer({ min: 1, max: one.gap - one.from }) }));
    let ended = 0;
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 2, maxLength: 12 }), fc.boolean(), (stretches, everywhere) => {
        const items: Item[] = [];
        const forbidden: RegisterRange[] = [];
        const clearOnRead: RegisterRange[] = [];
        let address = 0;
        for (const { count, gap, mark, from, length } of stretches) {
          items.push({ unit: 3, table: 'holding', address, count });
          const start = address + count + from;
          const range = { ...(everywhere ? {} : { unit: 3, table: 'holding' as const }), from: start, to: start + length - 1 };
          if (mark === 'forbidden') forbidden.push(range);
          if (mark === 'cleared') clearOnRead.push(range);
          address += count + gap;
        }
        const reads = planReads(items, { maxRegisters: 125, maxGap: 5, forbidden, clearOnRead });
        // What stands behind the last value divides nothing.
        const divided = stretches.slice(0, -1).map(({ mark }) => mark !== 'free');
        const due: Item[][] = [[]];
        for (const [i, one] of items.entries()) {
          due.at(-1)!.push(one);
          if (divided[i]) due.push([]);
        }
        expect(reads.map((read) => read.items)).toEqual(due);
        ended += divided.filter(Boolean).length;
        for (const other of [{ unit: 4 }, { table: 'input' as const }]) {
          const elsewhere = (ranges: readonly RegisterRange[]): RegisterRange[] => ranges.map((range) => ({ ...range, ...other }));
          const free = { maxRegisters: 125, maxGap: 5, forbidden: elsewhere(forbidden), clearOnRead: elsewhere(clearOnRead) };
          expect(planReads(items, free)).toHaveLength(1);
        }
      }),
    );
    expect(ended).toBeGreaterThan(50);
  });

  it('keeps to the smaller limit of a unit', () => {
    const items = Array.from({ length: 40 }, (_, i) => ({ unit: 1 + (i % 2), table: 'holding' as const, address: i, count: 1 }));
    const reads = planReads(items, { maxRegisters: 125, maxGap: 1, unitLimits: new Map([[2, 8]]) });
    expect(reads.filter(({ unit }) => unit === 1)).toHaveLength(1);
    for (const read of reads.filter(({ unit }) => unit === 2)) expect(read.count).toBeLessThanOrEqual(8);
  });

  it('joins over a gap where a request costs more than the gap, and not where it costs less', () => {
    const items = [0, 60].map((address) => ({ unit: 1, table: 'holding' as const, address, count: 2 }));
    const at9600 = { maxRegisters: 125, maxGap: 100, cost: { requestMs: 50, registerMs: 2.1 } };
    expect(planReads(items, at9600)).toHaveLength(2);
    expect(planReads(items, { ...at9600, cost: { requestMs: 50, registerMs: 0.2 } })).toHaveLength(1);
  });

  it('splits where ThingsBoard’s second chunk began one address too high (issue 2052)', () => {
    const items = Array.from({ length: 17 }, (_, i) => ({ unit: 1, table: 'holding' as const, address: 100 + i, count: 1 }));
    expect(planReads(items, { maxRegisters: 16, maxGap: 0 }).map(({ address, count }) => [address, count])).toEqual([
      [100, 16],
      [116, 1],
    ]);
  });

  it('never splits a value at the limit', () => {
    const items = Array.from({ length: 63 }, (_, i) => ({ unit: 1, table: 'holding' as const, address: i * 2, count: 2 }));
    const reads = planReads(items, { maxRegisters: 125, maxGap: 0 });
    expect(reads).toHaveLength(2);
    for (const { address, count } of reads) expect([address % 2, count % 2]).toEqual([0, 0]);
  });

  it('reads sixteen bits for a register of the limit, at most 2,000', () => {
    const bits = [0, 1999, 2000].map((address) => ({ unit: 1, table: 'coil' as const, address, count: 1 }));
    expect(planReads(bits, { maxRegisters: 125, maxGap: 5000 }).map(({ address, count }) => [address, count])).toEqual([
      [0, 1],
      [1999, 2],
    ]);
    expect(planReads(bits.slice(0, 2), { maxRegisters: 125, maxGap: 5000 })).toHaveLength(1);
    expect(planReads(bits.slice(0, 2), { maxRegisters: 10, maxGap: 5000 })).toHaveLength(2);
  });

  it('refuses a value longer than a request', () => {
    expect(() => planReads([{ unit: 1, table: 'holding', address: 0, count: 4 }], { maxRegisters: 2, maxGap: 0 })).toThrow(RangeError);
  });
});

/** The least number of requests over all subsets of possible ones, by trying. A request is any allowed span between a start and an end. */
function fewest(items: readonly Item[], { maxRegisters, maxGap }: PlanLimits): number {
  const wanted = new Set(items.flatMap((one) => Array.from({ length: one.count }, (_, i) => one.address + i)));
  const spans: number[] = [];
  for (const start of new Set(items.map((one) => one.address))) {
    let gap = 0;
    for (let end = start + 1; end <= start + maxRegisters && gap <= maxGap; end++) {
      gap = wanted.has(end - 1) ? 0 : gap + 1;
      const covers = items.reduce((mask, one, i) => (one.address >= start && one.address + one.count <= end ? mask | (1 << i) : mask), 0);
      if (gap === 0 && covers !== 0) spans.push(covers);
    }
  }
  const all = 2 ** items.length - 1;
  let reached = new Set([0]);
  for (let count = 0; ; count++) {
    if (reached.has(all)) return count;
    reached = new Set([...reached].flatMap((mask) => spans.map((span) => mask | span)));
  }
}

type Span = Pick<Item, 'unit' | 'table' | 'address' | 'count'>;

/** The least time over all subsets of possible requests, by trying. */
function cheapest(items: readonly Item[], { maxRegisters, maxGap }: PlanLimits, { requestMs, registerMs }: PlanCost): number {
  const wanted = new Set(items.flatMap((one) => Array.from({ length: one.count }, (_, i) => one.address + i)));
  const spans: { covers: number; ms: number }[] = [];
  for (const start of new Set(items.map((one) => one.address))) {
    let gap = 0;
    for (let end = start + 1; end <= start + maxRegisters && gap <= maxGap; end++) {
      gap = wanted.has(end - 1) ? 0 : gap + 1;
      const covers = items.reduce((mask, one, i) => (one.address >= start && one.address + one.count <= end ? mask | (1 << i) : mask), 0);
      if (gap === 0 && covers !== 0) spans.push({ covers, ms: requestMs + (end - start) * registerMs });
    }
  }
  const least = new Array<number>(2 ** items.length).fill(Number.POSITIVE_INFINITY);
  least[0] = 0;
  for (let mask = 0; mask < least.length; mask++) {
    for (const { covers, ms } of spans) {
      const next = mask | covers;
      if (least[mask]! + ms < least[next]!) least[next] = least[mask]! + ms;
    }
  }
  return least[least.length - 1]!;
}

/** Values that share no register, as a request of Telegraf defines them. */
function separate(items: readonly Item[]): Item[] {
  const taken = new Set<string>();
  return items.filter((one) => {
    const own = Array.from({ length: one.count }, (_, i) => key(one, one.address + i));
    if (own.some((place) => taken.has(place))) return false;
    for (const place of own) taken.add(place);
    return true;
  });
}

function byTable(items: readonly Item[]): Item[][] {
  const tables = new Map<string, Item[]>();
  for (const one of [...items].sort((a, b) => a.address - b.address)) {
    const name = `${one.unit} ${one.table}`;
    tables.set(name, [...(tables.get(name) ?? []), one]);
  }
  return [...tables.values()];
}

const spanOf = (list: readonly Item[]): Span => {
  const [first, last] = [list[0]!, list.at(-1)!];
  return { unit: first.unit, table: first.table, address: first.address, count: last.address + last.count - first.address };
};

/**
 * As the documentation of Telegraf's Modbus input describes `optimization = "max_insert"`: fields in the order of their addresses go
 * into one request for as long as no more registers than the fill lie between two of them and the request does not grow too long.
 */
function maxInsert(items: readonly Item[], { maxRegisters, maxGap }: PlanLimits): Span[] {
  return byTable(items).flatMap((list) => {
    const requests: Item[][] = [];
    for (const one of list) {
      const open = requests.at(-1);
      const last = open?.at(-1);
      const fits =
        open !== undefined &&
        last !== undefined &&
        one.address - (last.address + last.count) <= maxGap &&
        one.address + one.count - open[0]!.address <= maxRegisters;
      if (fits) open.push(one);
      else requests.push([one]);
    }
    return requests.map(spanOf);
  });
}

/**
 * As it describes `optimization = "rearrange"`: the boundaries between requests for consecutive fields are moved so that fewer registers
 * are asked with no more requests. Every way to move them is tried.
 */
function rearrange(items: readonly Item[], limit: PlanLimits): Span[] {
  return byTable(items).flatMap((list) => {
    const runs: Item[][] = [];
    for (const one of list) {
      const last = runs.at(-1)?.at(-1);
      if (last !== undefined && one.address - (last.address + last.count) <= limit.maxGap) runs.at(-1)!.push(one);
      else runs.push([one]);
    }
    return runs.flatMap((run) => {
      const most = maxInsert(run, limit).length;
      let best: readonly Span[] = maxInsert(run, limit);
      const sum = (spans: readonly Span[]): number => spans.reduce((total, { count }) => total + count, 0);
      const seek = (rest: readonly Item[], taken: readonly Span[]): void => {
        if (rest.length === 0) {
          if (sum(taken) < sum(best)) best = taken;
          return;
        }
        if (taken.length >= most) return;
        for (let size = 1; size <= rest.length && spanOf(rest.slice(0, size)).count <= limit.maxRegisters; size++) {
          seek(rest.slice(size), [...taken, spanOf(rest.slice(0, size))]);
        }
      };
      if (most <= 4) seek(run, []);
      return best;
    });
  });
}
