import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Item, type PlanLimits, planReads } from '../../../../collector/sources/modbus/plan.ts';

const item = fc.record({
  unit: fc.integer({ min: 0, max: 2 }),
  table: fc.constantFrom('holding' as const, 'input' as const),
  address: fc.integer({ min: 0, max: 80 }),
  count: fc.constantFrom(1, 2, 4),
});
const limits = fc.record({ maxRegisters: fc.integer({ min: 4, max: 20 }), maxGap: fc.integer({ min: 0, max: 6 }) });
const plans = fc.tuple(fc.array(item, { maxLength: 40 }), limits);

const key = (one: { unit: number; table: string }, address: number) => `${one.unit} ${one.table} ${address}`;
const configured = (items: readonly Item[]) =>
  new Set(items.flatMap((one) => Array.from({ length: one.count }, (_, i) => key(one, one.address + i))));

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

  it('is at least as good as one request a value, and as good as filling each request from the left', () => {
    fc.assert(
      fc.property(plans, ([items, limit]) => {
        expect(planReads(items, limit).length).toBeLessThanOrEqual(fromTheLeft(items, limit));
      }),
    );
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
    expect(planReads(items, { maxRegisters: 125, maxGap: 0 }).map(({ address, count }) => [address, count])).toEqual([
      [0, 124],
      [124, 2],
    ]);
  });

  it('reads sixteen bits for a register of the limit, at most 2,000', () => {
    const bits = [0, 1999, 2000].map((address) => ({ unit: 1, table: 'coil' as const, address, count: 1 }));
    expect(planReads(bits, { maxRegisters: 125, maxGap: 5000 }).map(({ address, count }) => [address, count])).toEqual([
      [0, 2000],
      [2000, 1],
    ]);
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

/** Sorted by address, each request filled until the next value does not fit: what the well-known planners do. */
function fromTheLeft(items: readonly Item[], { maxRegisters, maxGap }: PlanLimits): number {
  const sorted = [...items].sort((a, b) => a.unit - b.unit || a.table.localeCompare(b.table) || a.address - b.address);
  let requests = 0;
  let open: { unit: number; table: string; start: number; end: number } | null = null;
  for (const one of sorted) {
    const end: number = one.address + one.count;
    const fits = open !== null && open.unit === one.unit && open.table === one.table && one.address - open.end <= maxGap;
    if (open !== null && fits && Math.max(open.end, end) - open.start <= maxRegisters) open.end = Math.max(open.end, end);
    else {
      requests++;
      open = { unit: one.unit, table: one.table, start: one.address, end };
    }
  }
  return requests;
}
