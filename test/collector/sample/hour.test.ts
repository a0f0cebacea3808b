import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, hourPartials, type Readings } from '../../../collector/sample/hour.ts';
import type { ChannelSpec, HourPartial } from '../../../collector/sample/partial.ts';

const T0 = Date.UTC(2026, 2, 1);
const QUARTER = HOUR_MS / 4;

interface Row {
  readonly timeMs: number;
  readonly value: number;
  readonly quality: number;
  readonly reason: number;
  readonly origin: number;
}

/** Samples at quarters of an hour, also at the very beginning of one; some missing, some suspect. */
const rows = fc
  .array(
    fc.record({
      quarter: fc.nat({ max: 27 }),
      value: fc.integer({ min: -50, max: 5000 }),
      quality: fc.nat({ max: 2 }),
      reason: fc.integer({ min: 1, max: 4 }),
      origin: fc.nat({ max: 4 }),
    }),
    { maxLength: 28 },
  )
  .map((drawn): Row[] =>
    [...new Map(drawn.map((one) => [one.quarter, one])).values()]
      .sort((a, b) => a.quarter - b.quarter)
      .map(({ quarter, value, quality, reason, origin }) => ({
        timeMs: T0 + quarter * QUARTER,
        value: quality === 2 ? Number.NaN : value,
        quality,
        reason: quality === 0 ? 0 : reason,
        origin,
      })),
  );
const kinds = fc.constantFrom<ChannelSpec['kind']>('counter', 'rate', 'concentration', 'level', 'batch', 'state');

const specOf = (kind: ChannelSpec['kind'], maxGapMs: number): ChannelSpec => ({
  channel: 'M',
  kind,
  modulus: null,
  ceilingPerHour: 800,
  maxGapMs,
  replacements: [],
});
const columns = (list: readonly Row[]): Readings => ({
  timeMs: Float64Array.from(list, ({ timeMs }) => timeMs),
  value: Float64Array.from(list, ({ value }) => value),
  quality: Uint8Array.from(list, ({ quality }) => quality),
  reason: Uint8Array.from(list, ({ reason }) => reason),
  origin: Uint8Array.from(list, ({ origin }) => origin),
});
const hoursOf = (list: readonly Row[]): number[] => [...new Set(list.map(({ timeMs }) => Math.floor(timeMs / HOUR_MS) * HOUR_MS))];
const within = (list: readonly Row[], fromMs: number, toMs: number): Row[] =>
  list.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

describe('partials of an hour', () => {
  it('count every sample of it once, by quality, reason and origin', () => {
    fc.assert(
      fc.property(rows, kinds, (list, kind) => {
        const partials = hourPartials(specOf(kind, 2 * QUARTER), columns(list));
        expect(partials.map(({ hourMs }) => hourMs)).toEqual(hoursOf(list));
        for (const { hourMs, good, suspect, missing, origins } of partials) {
          const own = within(list, hourMs, hourMs + HOUR_MS);
          const counts: Record<number, number> = {};
          for (const { quality, reason } of own) if (quality === 2) counts[reason] = (counts[reason] ?? 0) + 1;
          expect({ good, suspect, missing }).toEqual({
            good: own.filter(({ quality }) => quality === 0).length,
            suspect: own.filter(({ quality }) => quality === 1).length,
            missing: counts,
          });
          expect(origins).toBe(own.reduce((mask, { origin }) => mask | (1 << origin), 0));
        }
      }),
    );
  });

  it('of what is no counter say what its values say: ends, extremes, sums, and the area under the line between neighbours', () => {
    fc.assert(
      fc.property(rows, kinds, fc.integer({ min: 0, max: 3 }), (list, kind, gap) => {
        fc.pre(kind !== 'counter');
        const maxGapMs = gap * QUARTER;
        for (const partial of hourPartials(specOf(kind, maxGapMs), columns(list))) {
          const own = within(list, partial.hourMs, partial.hourMs + HOUR_MS).filter(({ value }) => !Number.isNaN(value));
          const values = own.map(({ value }) => value);
          const steps = own.slice(1).map((to, at) => ({ from: own[at]!, to }));
          const bridged = steps.filter(({ from, to }) => to.timeMs - from.timeMs <= maxGapMs);
          expect(partial).toMatchObject({
            channel: 'M',
            firstMs: own[0]?.timeMs ?? Number.NaN,
            firstValue: values[0] ?? Number.NaN,
            lastMs: own.at(-1)?.timeMs ?? Number.NaN,
            lastValue: values.at(-1) ?? Number.NaN,
            min: values.length > 0 ? Math.min(...values) : Number.NaN,
            max: values.length > 0 ? Math.max(...values) : Number.NaN,
            sum: sumOf(values),
            sumSquares: sumOf(values.map((value) => value * value)),
            rise: 0,
            events: [],
            coveredMs: sumOf(bridged.map(({ from, to }) => to.timeMs - from.timeMs)),
          });
          const area = bridged.map(({ from, to }) => (((from.value + to.value) / 2) * (to.timeMs - from.timeMs)) / HOUR_MS);
          expect(partial.integral).toBeCloseTo(sumOf(area), 6);
        }
      }),
    );
  });

  it('of a counter depend on the hour before, the hour and the hour behind it and on nothing else, and are given for the hours asked for', () => {
    const amounts = (partials: readonly HourPartial[]) => partials.map(({ channel: _channel, ...partial }) => partial);
    fc.assert(
      fc.property(rows, fc.nat({ max: 7 }), fc.nat({ max: 7 }), (list, first, end) => {
        const spec = specOf('counter', 2 * QUARTER);
        const [fromMs, toMs] = [T0 + first * HOUR_MS, T0 + end * HOUR_MS];
        const some = hourPartials(spec, columns(list), fromMs, toMs);
        expect(some.map(({ hourMs }) => hourMs)).toEqual(hoursOf(within(list, fromMs, toMs)));
        for (const partial of some) {
          const around = within(list, partial.hourMs - HOUR_MS, partial.hourMs + 2 * HOUR_MS);
          const alone = hourPartials(spec, columns(around), partial.hourMs, partial.hourMs + HOUR_MS);
          expect(amounts(alone)).toEqual(amounts([partial]));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('of a counter cover the time from reading to reading, but for a reset, and rise as it did', () => {
    const shown = (values: readonly number[]) =>
      columns(values.map((value, at) => ({ timeMs: T0 + at * 60_000, value, quality: 0, reason: 0, origin: 0 })));
    const [even] = hourPartials(specOf('counter', 120_000), shown([100, 101, 103, 106]));
    expect(even).toMatchObject({ rise: 6, coveredMs: 180_000, firstValue: 100, lastValue: 106, integral: 0, events: [] });
    const [reset] = hourPartials(specOf('counter', 120_000), shown([9000, 9001, 9003, 1, 2, 5, 9]));
    expect(reset).toMatchObject({ rise: 3 + 8, coveredMs: 5 * 60_000, firstValue: 9000, lastValue: 9, min: 1, max: 9003 });
    expect(reset!.events).toEqual([{ timeMs: T0 + 180_000, event: 'reset', before: 9003, after: 1 }]);
  });
});
