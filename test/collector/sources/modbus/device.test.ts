import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchangeMs } from '../../../../collector/sources/modbus/budget.ts';
import { isForbidden, limitsOf, linePart, type ModbusDevice, readsOf } from '../../../../collector/sources/modbus/device.ts';
import { costOf, type PlannedRead, type RegisterRange } from '../../../../collector/sources/modbus/plan.ts';
import { MODBUS_TYPES } from '../../../../config/plant/reads.ts';
import { durationMs } from '../../../../config/plant/time.ts';
import { plantOf } from '../plants.ts';

const unit = fc.integer({ min: 1, max: 2 });
const table = fc.constantFrom('holding' as const, 'input' as const);
const span = fc.record({ from: fc.integer({ min: 0, max: 12 }), length: fc.integer({ min: 0, max: 3 }) });
const ranges = fc.array(
  fc
    .tuple(span, fc.option(unit, { nil: undefined }), fc.option(table, { nil: undefined }))
    .map(([{ from, length }, ofUnit, ofTable]) => ({ from, to: from + length, unit: ofUnit, table: ofTable })),
  { maxLength: 2 },
);
const place = (one: { readonly unit: number; readonly table: string }, address: number) => `${one.unit} ${one.table} ${address}`;
/** Every register of both units that a list of ranges names. */
const named = (list: readonly RegisterRange[]): Set<string> =>
  new Set(
    list.flatMap((range) =>
      [1, 2].flatMap((ofUnit) =>
        ['holding', 'input'].flatMap((ofTable) =>
          (range.unit ?? ofUnit) === ofUnit && (range.table ?? ofTable) === ofTable
            ? Array.from({ length: range.to - range.from + 1 }, (_, i) => place({ unit: ofUnit, table: ofTable }, range.from + i))
            : [],
        ),
      ),
    ),
  );
const own = (one: { readonly unit: number; readonly table: string; readonly address: number; readonly count: number }): string[] =>
  Array.from({ length: one.count }, (_, i) => place(one, one.address + i));

const deviceWith = (more: object, reads: Readonly<Record<string, object>> = {}) => {
  const plant = plantOf([{ id: 'd', protocol: 'modbus-tcp', host: '127.0.0.1', port: 1, ...more }], reads);
  return { device: plant.devices.get('d') as ModbusDevice, channels: [...plant.channels.values()] };
};

describe('registers that a device forbids to read, and those that reading sets back', () => {
  it('are asked for by nobody’s hand', () => {
    const asked = fc.record({ unit, table, address: fc.integer({ min: 0, max: 16 }), count: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(asked, ranges, ranges, (request, forbidden, clearOnRead) => {
        const kept = named([...forbidden, ...clearOnRead]);
        const { device } = deviceWith({ forbidden, clearOnRead });
        expect(isForbidden(device, request)).toBe(own(request).some((one) => kept.has(one)));
      }),
      { numRuns: 500 },
    );
  });

  it('are not looked at between the readings that are kept: what a look reads is gone', () => {
    const looked = (more: object) => () => {
      const read = {
        device: 'd',
        unit: 1,
        table: 'holding',
        address: { pdu: 4 },
        type: 'uint16',
        every: '60s',
        change: { sampling: '1s' },
      };
      const { device, channels } = deviceWith(more, { m: read });
      return readsOf(device, channels);
    };
    expect(looked({ clearOnRead: [{ from: 4, to: 4 }] })).toThrow(/cannot have change/);
    expect(looked({ clearOnRead: [{ from: 5, to: 5 }] })).not.toThrow();
  });

  it('are configured by no channel, or by none at another interval than the channels that share them', () => {
    const channel = fc.record({
      unit,
      table,
      address: fc.integer({ min: 0, max: 12 }),
      type: fc.constantFrom('uint16' as const, 'float32' as const, 'float64' as const),
      every: fc.constantFrom('1s', '10s'),
    });
    const everywhere = fc.array(
      span.map(({ from, length }) => ({ from, to: from + 2 * length })),
      { maxLength: 2 },
    );
    let [refused, clashing] = [0, 0];
    fc.assert(
      fc.property(fc.array(channel, { maxLength: 6 }), fc.oneof(fc.constant([]), ranges), everywhere, (list, forbidden, clearOnRead) => {
        const reads = Object.fromEntries(
          list.map(({ address, ...one }, i) => [`c${i}`, { device: 'd', address: { pdu: address }, ...one }]),
        );
        const { device, channels } = deviceWith({ forbidden, clearOnRead }, reads);
        const spans = list.map(({ type, ...one }) => ({ ...one, registers: own({ ...one, count: MODBUS_TYPES[type] }) }));
        const [never, cleared] = [named(forbidden), named(clearOnRead)];
        const touching = spans.filter(({ registers }) => registers.some((one) => cleared.has(one)));
        const clash = touching.some((one) =>
          touching.some((two) => one.every !== two.every && one.registers.some((register) => two.registers.includes(register))),
        );
        const wrong = spans.some(({ registers }) => registers.some((one) => never.has(one))) || clash;
        if (clash) clashing++;
        if (wrong) {
          refused++;
          expect(() => readsOf(device, channels)).toThrow(
            expect.objectContaining({ code: 'modbus.read', place: expect.stringMatching(/^c\d$/) }),
          );
        } else expect(readsOf(device, channels)).toHaveLength(list.length);
      }),
      { numRuns: 1000 },
    );
    expect([refused > 20, clashing > 3]).toEqual([true, true]);
  });
});

describe('what a request costs', () => {
  const line = fc.constantFrom({ baud: 9600 }, { baud: 2400, parity: 'even' }, { baud: 115_200, stopBits: 2 });
  const settings = fc.record({
    framing: fc.constantFrom('tcp', 'rtu', 'ascii'),
    line: fc.option(line, { nil: undefined }),
    turnaround: fc.constantFrom('0s', '30ms', '100ms'),
    pauseBetween: fc.constantFrom('0s', '2ms', '50ms'),
    pauseOnUnitChange: fc.constantFrom('0s', '70ms'),
    timeout: fc.constantFrom('1s', '3s'),
    quiet: fc.option(fc.constantFrom('0s', '200ms'), { nil: undefined }),
  });
  const read = (count: number): PlannedRead => ({ unit: 1, table: 'holding', address: 0, count, items: [] });

  it('is to the planner what it is to the budget, whatever the line', () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 125 }), (more, count) => {
        const { device, channels } = deviceWith(more, {
          m: { device: 'd', unit: 1, table: 'holding', address: { pdu: 0 }, type: 'uint16' },
        });
        const cost = limitsOf(device).cost!;
        const own = linePart(device, channels)!.line;
        const between = Math.max(0, durationMs(device.pauseBetween) - own.gapMs);
        expect(costOf([read(count)], cost)).toBeCloseTo(
          Math.max(exchangeMs(read(count), own) + between, 1e-3 + count * cost.registerMs),
          9,
        );
      }),
    );
  });

  it('without an answer is the deadline, and on a line that must fall silent the quiet time too', () => {
    fc.assert(
      fc.property(settings, (more) => {
        const { device, channels } = deviceWith(more, {
          m: { device: 'd', unit: 1, table: 'holding', address: { pdu: 0 }, type: 'uint16' },
        });
        const own = linePart(device, channels)!.line;
        expect([own.timeoutMs, own.quietMs]).toEqual([
          durationMs(device.timeout),
          device.framing === 'tcp' ? 0 : durationMs(device.quiet ?? device.timeout),
        ]);
        expect(linePart(device, [])).toBeNull();
      }),
    );
  });
});

it('a value is refused that is longer than a request may be, by the device or by its unit', () => {
  const read = (ofUnit: number) => ({ device: 'd', unit: ofUnit, table: 'holding', address: { pdu: 0 }, type: 'float64' });
  const readable = (maxRegisters: number, unitLimits: object, ofUnit: number): boolean => {
    const { device, channels } = deviceWith({ maxRegisters, unitLimits }, { m: read(ofUnit) });
    try {
      return readsOf(device, channels).length === 1;
    } catch {
      return false;
    }
  };
  expect([readable(4, {}, 1), readable(3, {}, 1)]).toEqual([true, false]);
  expect([readable(100, { 2: 3 }, 1), readable(100, { 2: 3 }, 2), readable(100, { 2: 4 }, 2), readable(3, { 2: 4 }, 2)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
