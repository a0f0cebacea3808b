import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counterStep, countReadings } from '../../../collector/sample/counter.ts';
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
      for (const { timeMs, before, after } of total.events) {
        expect(after).toBe(rows.find(([at]) => at === timeMs)![1]);
        expect(rows.filter(([at]) => at < timeMs).map(([, value]) => value)).toContain(before);
      }
    });
  }
});

describe('counterStep', () => {
  const step = (modulus: number | null, ceilingPerHour: number | null, before: number, after: number, minutes = 60) =>
    counterStep({ modulus, ceilingPerHour, maxGapMs: 3_600_000, replacements: [] }, 0, before, minutes * 60_000, after);

  it.each([
    // Where the ceiling is known, up to half a turn is believed; where it is not, only from the last tenth into the first.
    [1000, 1000, 700, 100, 400],
    [1000, 1000, 600, 100, 500],
    [1000, 1000, 600, 101, null],
    [1000, 300, 700, 100, null],
    [1000, null, 900, 100, 200],
    [1000, null, 899, 50, null],
    [1000, null, 950, 101, null],
    [1000, null, 1001, 5, null],
    [1000, null, 1000, 20, 20],
    [1000, 1000, 1000, 20, 20],
    [null, 1000, 999, 0, null],
  ])('modulus %s, ceiling %s an hour: from %d to %d within an hour is a roll-over of %s', (modulus, ceiling, before, after, amount) => {
    expect(step(modulus, ceiling, before, after)).toEqual(amount === null ? null : { amount, event: 'roll-over' });
  });

  it('allows a quarter of an hour at the ceiling between any two readings, and its time at the ceiling between others', () => {
    for (const [minutes, most] of [
      [0, 250],
      [1, 250],
      [15, 250],
      [30, 500],
      [60, 1000],
    ] as const) {
      expect(step(null, 1000, 5, 5 + most, minutes)).toEqual({ amount: most, event: null });
      expect(step(null, 1000, 5, 6 + most, minutes)).toBeNull();
    }
  });

  it('says of a step longer than the longest gap that it went over an outage', () => {
    expect(step(null, null, 5, 9, 60)).toEqual({ amount: 4, event: null });
    expect(step(null, null, 5, 9, 60.001)).toEqual({ amount: 4, event: 'outage' });
  });

  it('goes through both readings of a replacement within the step, and through none outside it', () => {
    const spec = (atMs: number, lastOfOld = 120, firstOfNew = 7, ceilingPerHour = 100) => ({
      modulus: null,
      ceilingPerHour,
      maxGapMs: 3_600_000,
      replacements: [{ atMs, lastOfOld, firstOfNew }],
    });
    for (const atMs of [1, 1800, 3_600_000]) {
      expect(counterStep(spec(atMs), 0, 100, 3_600_000, 10)).toEqual({ amount: 23, event: 'replacement' });
    }
    for (const atMs of [0, 3_600_001]) expect(counterStep(spec(atMs), 0, 100, 3_600_000, 10)).toBeNull();
    expect(counterStep(spec(1, 99), 0, 100, 3_600_000, 10)).toBeNull();
    expect(counterStep(spec(1, 120, 11), 0, 100, 3_600_000, 10)).toBeNull();
    expect(counterStep(spec(1, 100, 10), 0, 100, 3_600_000, 10)).toEqual({ amount: 0, event: 'replacement' });
    expect(counterStep(spec(1, 120, 7, 23), 0, 100, 3_600_000, 10)).toEqual({ amount: 23, event: 'replacement' });
    expect(counterStep(spec(1, 120, 7, 22), 0, 100, 3_600_000, 10)).toBeNull();
  });
});

describe('a place whose meter was replaced', () => {
  it('consumed what each of its meters counted, however many were replaced between two readings', () => {
    const course = fc.record({
      lives: fc.array(fc.record({ first: fc.nat({ max: 500 }), rises: fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 8 }) }), {
        minLength: 1,
        maxLength: 6,
      }),
      read: fc.infiniteStream(fc.boolean()),
    });
    fc.assert(
      fc.property(course, ({ lives, read }) => {
        let minute = 0;
        const shown: { readonly minute: number; readonly value: number; readonly used: number }[] = [];
        const replacements: { atMs: number; lastOfOld: number; firstOfNew: number }[] = [];
        let used = 0;
        for (const { first, rises } of lives) {
          const last = shown.at(-1);
          if (last !== undefined) replacements.unshift({ atMs: minute * 60_000 - 30_000, lastOfOld: last.value, firstOfNew: first });
          let value = first;
          shown.push({ minute: minute++, value, used });
          for (const rise of rises) {
            value += rise;
            used += rise;
            shown.push({ minute: minute++, value, used });
          }
        }
        const spec = { modulus: null, ceilingPerHour: 1e6, maxGapMs: 1e9, replacements };
        const readings = shown.filter((_, at) => at === 0 || at === shown.length - 1 || read.next().value);
        for (const [at, to] of readings.slice(1).entries()) {
          const from = readings[at]!;
          const step = counterStep(spec, from.minute * 60_000, from.value, to.minute * 60_000, to.value);
          expect(step?.amount).toBe(to.used - from.used);
        }
      }),
    );
  });
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

  it('gives the same total with a disturbance of any length anywhere inside as without it, and says where it began', () => {
    const level = fc.constantFrom(0, 3, 1000, 90_000, 1e9);
    fc.assert(
      fc.property(
        course,
        fc.nat(),
        fc.integer({ min: 1, max: 12 }),
        level,
        fc.boolean(),
        fc.boolean(),
        (rises, place, length, level, counts, limited) => {
          const honest = risen(20_000, rises);
          const hit = 1 + (place % (honest.length - length - 3));
          const shown = honest.map((v, i) => (i < hit || i >= hit + length ? v : counts ? level + v - honest[hit]! : level));
          const times = honest.map((_, i) => T0 + i * 60_000);
          // Without a ceiling a rise is believed, and found out by what follows; a fall never is.
          const ceilingPerHour = limited || level > 20_000 ? 600 : null;
          const counted = countReadings({ ...spec(null), ceilingPerHour }, times, shown);
          expect(counted.total.at(-1)).toBe(honest.at(-1)! - honest[0]!);
          expect(counted.index).toEqual(honest.map((_, i) => i).filter((i) => i < hit || i >= hit + length));
          const [before, after] = [honest[hit - 1], honest[hit + length]];
          expect(counted.events).toEqual([
            { timeMs: times[hit], event: 'glitch', before, after: level },
            ...(length < 3 ? [] : [{ timeMs: times[hit + length], event: 'outage', before, after }]),
          ]);
        },
      ),
    );
  });

  it('takes back a reading that was too high within the ceiling as soon as the next one is back, also where the readings end there', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 3, maxLength: 30 }),
        fc.integer({ min: 100, max: 130 }),
        (rises, by) => {
          const honest = risen(20_000, rises);
          const hit = honest.length - 2;
          const shown = honest.map((v, i) => (i === hit ? v + by : v));
          const times = honest.map((_, i) => T0 + i * 60_000);
          const counted = countReadings(spec(null), times, shown);
          expect(counted.total.at(-1)).toBe(honest.at(-1)! - honest[0]!);
          expect(counted.events).toEqual([{ timeMs: times[hit], event: 'glitch', before: honest[hit - 1], after: honest[hit]! + by }]);
        },
      ),
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
