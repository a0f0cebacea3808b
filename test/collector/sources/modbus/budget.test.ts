import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEMOTE_AFTER, FIRST_PROBE_MS, SKIP_AFTER, UnitHealth } from '../../../../collector/sources/health.ts';
import { budgetOf, byteMsOf, exchangeMs, type LineCost, rtuGapMs, silenceMs } from '../../../../collector/sources/modbus/budget.ts';
import { ascii, crc16, rtu } from '../../../../collector/sources/modbus/framing.ts';
import { LineLink } from '../../../../collector/sources/modbus/line.ts';
import { PacedLink } from '../../../../collector/sources/modbus/paced.ts';
import { type PlannedRead, planGroups } from '../../../../collector/sources/modbus/plan.ts';
import { VirtualClock, Wire } from './virtual-time.ts';

const serial = (baud: number, turnaroundMs: number, more: Partial<LineCost> = {}): LineCost => {
  const byteMs = byteMsOf({ baud, dataBits: 8, parity: 'even', stopBits: 1 });
  return { byteMs, framing: rtu, gapMs: rtuGapMs(baud, byteMs), turnaroundMs, pauseBetweenMs: 0, timeoutMs: 1000, quietMs: 1000, ...more };
};
const registers = (count: number, unit = 1): PlannedRead => ({ unit, table: 'holding', address: 0, count, items: [] });

describe('requests a second on a serial line', () => {
  /** Published figures for 11 bits a character: baud, registers, then requests a second at turn-arounds of 5, 30 and 100 ms. */
  it.each([
    [2400, 2, 8.7, 7.1, 4.8],
    [9600, 2, 30.8, 17.4, 7.8],
    [9600, 20, 13.6, 10.1, null],
    [9600, 60, 6.0, 5.3, null],
    [9600, 125, 3.2, 2.9, null],
    [19_200, 125, 6.3, 5.4, null],
    [115_200, 125, 29.8, 17.1, null],
  ])('%i baud, %i registers', (baud, count, ...perSecond) => {
    [5, 30, 100].forEach((turnaroundMs, at) => {
      const published = perSecond[at];
      if (typeof published === 'number') expect(1000 / exchangeMs(registers(count), serial(baud, turnaroundMs))).toBeCloseTo(published, 1);
    });
  });

  it.each([
    [9600, 2, 35, 30],
    [9600, 60, 230, 100],
    [9600, 125, 398, 5],
    [19_200, 125, 677, 30],
    [115_200, 125, 972, 100],
  ])('%i baud, %i registers: %i registers a second', (baud, count, published, turnaroundMs) => {
    expect(Math.round((count * 1000) / exchangeMs(registers(count), serial(baud, turnaroundMs)))).toBe(published);
  });

  it('counts the characters of ASCII as they are sent', () => {
    const line = serial(9600, 0, { framing: ascii, gapMs: 0, byteMs: 1 });
    const request = { unit: 1, table: 'holding', address: 107, count: 3, items: [] } as const;
    const answer = ':0103060000000000 00F6\r\n'.replace(' ', '');
    expect(exchangeMs(request, line)).toBe(ascii.encode(request).length + answer.length);
  });
});

const item = fc.record({
  unit: fc.integer({ min: 1, max: 5 }),
  table: fc.constantFrom('holding' as const, 'input' as const),
  address: fc.integer({ min: 0, max: 200 }),
  count: fc.constantFrom(1, 2, 4),
  everyMs: fc.constantFrom(1000, 5000, 60_000),
});
const items = fc.array(item, { minLength: 1, maxLength: 40 });
const lines = fc.record({
  byteMs: fc.constantFrom(0, 0.1, 1.146),
  framing: fc.constantFrom(rtu, ascii),
  gapMs: fc.integer({ min: 0, max: 5 }),
  turnaroundMs: fc.integer({ min: 0, max: 100 }),
  pauseBetweenMs: fc.integer({ min: 0, max: 20 }),
  timeoutMs: fc.integer({ min: 100, max: 2000 }),
  quietMs: fc.integer({ min: 0, max: 2000 }),
});
const limits = { maxRegisters: 125, maxGap: 0 };

/** How long a line with the real link and pauses is busy with requests, units that are dead among them, to the end of the last quiet. */
async function taken(reads: readonly PlannedRead[], line: Required<LineCost>, dead: readonly number[]): Promise<number> {
  const clock = new VirtualClock(0, 1);
  let firstMs = Number.NaN;
  let at = 0;
  const wire = new Wire((bytes, own) => {
    const read = reads[at++]!;
    if (at === 1) firstMs = clock.nowMs();
    if (dead.includes(read.unit)) return;
    const body = Buffer.concat([Buffer.from([read.unit, 3, 2 * read.count]), Buffer.alloc(2 * read.count)]);
    const answer = Buffer.concat([body, crc16(body)]);
    clock.after(bytes.length * line.byteMs + line.gapMs + line.turnaroundMs + answer.length * line.byteMs, () => own.send(answer));
  });
  const link = new PacedLink(new LineLink(wire, rtu, line, clock, () => {}), clock);
  const pauses = { afterConnectMs: 0, betweenMs: line.pauseBetweenMs, onUnitChangeMs: line.pauseOnUnitChangeMs };
  for (const read of reads) {
    const outcome = await clock.during(link.read(read, line.timeoutMs, pauses));
    expect(outcome.kind).toBe(dead.includes(read.unit) ? 'silence' : 'data');
  }
  return clock.nowMs() - firstMs + line.gapMs + (dead.includes(reads.at(-1)!.unit) ? line.quietMs : 0);
}

describe('what is reckoned', () => {
  const reads = fc.array(fc.record({ unit: fc.integer({ min: 1, max: 3 }), count: fc.integer({ min: 1, max: 30 }) }), {
    minLength: 1,
    maxLength: 8,
  });
  const cost = fc.record({
    byteMs: fc.constantFrom(0, 0.1, 1.146),
    framing: fc.constant(rtu),
    gapMs: fc.integer({ min: 0, max: 5 }),
    turnaroundMs: fc.integer({ min: 0, max: 100 }),
    pauseBetweenMs: fc.constantFrom(0, 3, 20),
    pauseOnUnitChangeMs: fc.constantFrom(0, 4, 50),
    timeoutMs: fc.constant(400),
    quietMs: fc.integer({ min: 10, max: 300 }),
  });

  it('of a round is what the line takes for it, pauses included', async () => {
    await fc.assert(
      fc.asyncProperty(reads, cost, async (list, line) => {
        const planned = list.map(({ unit, count }) => registers(count, unit));
        const { roundMs } = budgetOf([{ everyMs: 10_000, reads: planned }], line);
        expect(await taken(planned, line, [])).toBeCloseTo(roundMs, 6);
      }),
    );
  });

  it('of a request that nobody answers is what the line takes for it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), cost, async (count, line) => {
        expect(await taken([registers(count)], line, [1])).toBeCloseTo(silenceMs(registers(count), line), 6);
      }),
      { numRuns: 30 },
    );
  });
});

describe('budgetOf', () => {
  it('is the time that a simulated line is busy over the longest interval', () => {
    fc.assert(
      fc.property(items, lines, (list, line) => {
        const groups = planGroups(list, limits);
        let busyMs = 0;
        for (let atMs = 0; atMs < 60_000; atMs += 1000) {
          for (const group of groups) {
            if (atMs % group.everyMs !== 0) continue;
            group.reads.forEach((read, at) => {
              busyMs += (at > 0 ? Math.max(0, line.pauseBetweenMs - line.gapMs) : 0) + exchangeMs(read, line);
            });
          }
        }
        expect(budgetOf(groups, line).utilisation).toBeCloseTo(busyMs / 60_000, 9);
      }),
    );
  });

  it('grows by whatever is read besides, and never by a shorter wire or a longer interval', () => {
    fc.assert(
      fc.property(items, item, lines, (list, another, line) => {
        const before = budgetOf(planGroups(list, limits), line);
        const apart = { ...another, unit: 9 };
        expect(budgetOf(planGroups([...list, apart], limits), line).utilisation).toBeGreaterThan(before.utilisation - 1e-12);
        expect(budgetOf(planGroups(list, limits), { ...line, byteMs: line.byteMs / 2 }).utilisation).toBeLessThanOrEqual(
          before.utilisation,
        );
        const slower = list.map((one) => ({ ...one, everyMs: one.everyMs * 2 }));
        expect(budgetOf(planGroups(slower, limits), line).utilisation).toBeCloseTo(before.utilisation / 2, 9);
      }),
    );
  });

  it('charges the round in which units fall silent with as many silences as are asked for', () => {
    fc.assert(
      fc.property(items, lines, (list, line) => {
        const groups = planGroups(list, limits);
        const units = [...new Set(list.map((one) => one.unit))];
        const roundWithout = (dead: number): number => {
          const health = new UnitHealth();
          let ms = 0;
          groups.forEach((group, cycle) => {
            group.reads.forEach((read, at) => {
              if (at > 0) ms += Math.max(0, line.pauseBetweenMs - line.gapMs);
              if (read.unit !== dead) ms += exchangeMs(read, line);
              else if (health.mayAsk(cycle, 0)) {
                health.missed(cycle, 0);
                ms += silenceMs(read, line);
              }
            });
          });
          return ms;
        };
        const budget = budgetOf(groups, line);
        expect(budget.dead).toHaveLength(Math.min(3, units.length));
        for (const unit of units) expect(budget.dead[0]!.roundMs).toBeGreaterThanOrEqual(roundWithout(unit) - 1e-6);
      }),
    );
  });

  it('knows what a dead unit costs once it is demoted', () => {
    const line = serial(9600, 30);
    const groups = [{ everyMs: 1000, reads: [registers(10, 1), registers(10, 2)] }];
    const { utilisation, dead } = budgetOf(groups, line);
    const one = exchangeMs(registers(10), line);
    expect(utilisation).toBeCloseTo((2 * one) / 1000, 9);
    expect(dead.map(({ units }) => units)).toEqual([1, 2]);
    expect(dead[0]!.utilisation).toBeCloseTo(one / 1000 + silenceMs(registers(10), line) / FIRST_PROBE_MS, 9);
    expect(dead[1]!.roundMs).toBeCloseTo(2 * Math.min(1, SKIP_AFTER, DEMOTE_AFTER) * silenceMs(registers(10), line), 9);
  });

  it('refuses to judge nothing', () => {
    expect(() => budgetOf([], serial(9600, 0))).toThrow(RangeError);
  });
});
