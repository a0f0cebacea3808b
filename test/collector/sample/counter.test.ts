import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countReadings } from '../../../collector/sample/counter.ts';
import { HOUR_MS, hourPartials, type Readings } from '../../../collector/sample/hour.ts';
import { HourPartials } from '../../../collector/sample/hour-partials.ts';
import type { ChannelSpec } from '../../../collector/sample/partial.ts';
import { spanTotal } from '../../../collector/sample/span.ts';

const CASES = join(import.meta.dirname, '../../cases/counter');

interface Expected {
  readonly why: string;
  readonly spec: Omit<ChannelSpec, 'channel' | 'kind'>;
  readonly total: number;
  readonly events: readonly { readonly event: string; readonly at: string }[];
}

const readings = (rows: readonly (readonly [number, number])[]): Readings => ({
  timeMs: Float64Array.from(rows, ([time]) => time),
  value: Float64Array.from(rows, ([, value]) => value),
  quality: Uint8Array.from(rows, ([, value]) => (Number.isNaN(value) ? 2 : 0)),
  reason: Uint8Array.from(rows, ([, value]) => (Number.isNaN(value) ? 1 : 0)),
  origin: new Uint8Array(rows.length),
});
const partialsOf = (one: ChannelSpec, rows: readonly (readonly [number, number])[]): HourPartials =>
  HourPartials.of(one.channel, hourPartials(one, readings(rows)));

describe('counters as they fail in the field', () => {
  for (const name of readdirSync(CASES)) {
    const expected = JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8')) as Expected;
    it(`${name}: ${expected.why}`, () => {
      const lines = readFileSync(join(CASES, name, 'input.csv'), 'utf8')
        .trim()
        .split('\n')
        .slice(1);
      const rows = lines
        .map((line) => line.split(','))
        .map(([time, value]) => [Date.parse(time!), value === '' ? Number.NaN : Number(value)] as const);
      const spec: ChannelSpec = { channel: 'E1', kind: 'counter', ...expected.spec };
      const total = spanTotal(spec, partialsOf(spec, rows), rows[0]![0], rows.at(-1)![0]);
      expect(total.events.map(({ event, timeMs }) => ({ event, at: new Date(timeMs).toISOString().replace('.000', '') }))).toEqual(
        expected.events,
      );
      expect(total.amount).toBeCloseTo(expected.total, 9);
    });
  }
});

describe('countReadings', () => {
  const T0 = Date.UTC(2026, 2, 1);

  it('believes a new level once three readings in a row agree, and no sooner, also where the readings end there', () => {
    const counted = (values: readonly number[]) => {
      const times = values.map((_, minute) => T0 + minute * 60_000);
      const own = { modulus: null, ceilingPerHour: 600, maxGapMs: 180_000, replacements: [] };
      const { total, events } = countReadings(own, times, values);
      return [total.at(-1), events.map(({ event }) => event)];
    };
    expect(counted([5000, 5001, 5002, 300])).toEqual([2, ['glitch']]);
    expect(counted([5000, 5001, 5002, 300, 301])).toEqual([2, ['glitch']]);
    expect(counted([5000, 5001, 5002, 300, 301, 302])).toEqual([4, ['reset']]);
  });

  /** A counter's honest course: rises within its ceiling, each minute, for up to five hours. */
  const course = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 20, maxLength: 300 });
  const risen = (start: number, rises: readonly number[]): number[] => {
    let value = start;
    return rises.map((rise) => {
      value += rise;
      return value;
    });
  };
  const spec = (modulus: number | null): ChannelSpec => ({
    channel: 'E1',
    kind: 'counter',
    modulus,
    ceilingPerHour: 600,
    maxGapMs: 180_000,
    replacements: [],
  });

  it('finds the consumption of an honest counter, rolling over or not, from whichever hours', () => {
    fc.assert(
      fc.property(course, fc.integer({ min: 0, max: 99_999 }), fc.boolean(), (rises, start, rolls) => {
        const rows = risen(start, rises).map((value, i) => [T0 + i * 60_000, value] as const);
        const shown = rows.map(([time, v]) => [time, rolls ? v % 100_000 : v] as const);
        const one = spec(rolls ? 100_000 : null);
        const total = spanTotal(one, partialsOf(one, shown), rows[0]![0], rows.at(-1)![0]);
        expect(total.amount).toBeCloseTo(rows.at(-1)![1] - rows[0]![1], 6);
        expect(total.coveredMs).toBe(rows.at(-1)![0] - rows[0]![0]);
        expect(total.events.every(({ event }) => event === 'roll-over')).toBe(true);
      }),
    );
  });

  it('gives the same total with one absurd reading anywhere inside as without it', () => {
    fc.assert(
      fc.property(course, fc.nat(), fc.constantFrom(0, -1, -0.007, 1e9, 1.83e21, 4_294_967_295), (rises, place, absurd) => {
        const honest = risen(20_000, rises);
        const hit = 1 + (place % (honest.length - 4));
        const shown = honest.map((v, i) => (i === hit ? absurd : v));
        const times = honest.map((_, i) => T0 + i * 60_000);
        const counted = countReadings(spec(null), times, shown);
        expect(counted.total.at(-1)).toBe(honest.at(-1)! - honest[0]!);
        expect(counted.index).not.toContain(hit);
        expect(counted.events).toMatchObject([{ event: 'glitch', timeMs: times[hit] }]);
      }),
    );
  });

  it('adds up: the total of a span is that of its parts', () => {
    fc.assert(
      fc.property(course, fc.integer({ min: 1, max: 4 }), (rises, hours) => {
        const rows = risen(0, rises).map((value, i) => [T0 + i * 60_000 + 7000, value] as const);
        const one = spec(null);
        const partials = partialsOf(one, rows);
        const [from, middle, to] = [T0, T0 + hours * HOUR_MS, T0 + 6 * HOUR_MS];
        const amount = (a: number, b: number) => {
          const { amount: known } = spanTotal(one, partials, a, b);
          return Number.isNaN(known) ? 0 : known;
        };
        expect(amount(from, middle) + amount(middle, to)).toBeCloseTo(amount(from, to), 9);
      }),
    );
  });
});
