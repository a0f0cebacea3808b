import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BalanceResult } from '../../../balance/media/result.ts';
import { contradictions } from '../../../balance/oversight/contradiction.ts';
import { exceedances } from '../../../balance/oversight/limits.ts';
import { rates } from '../../../balance/oversight/rates.ts';
import { besideHours } from '../../../balance/oversight/readings.ts';
import { dayMeans, hourMeans, type PeriodMean } from '../../../balance/oversight/validity.ts';
import type { SampleColumns } from '../../../collector/stores/store.ts';
import { effectiveRateRule, rulesToConfirm, sourceOf, validityRule } from '../../../config/measures/monitoring.ts';
import { plantOf } from '../../collector/sources/plants.ts';
import { memoryReader } from '../memory-reader.ts';

const HOUR = 3_600_000;
/** Midnight of the plant. */
const T0 = Date.parse('2026-03-01T00:00:00+08:00');

const columns = (readings: readonly (readonly [timeMs: number, value: number, quality?: number])[]): SampleColumns => ({
  channel: 'C',
  timeMs: Float64Array.from(readings, ([timeMs]) => timeMs),
  value: Float64Array.from(readings, ([, value]) => value),
  quality: Uint8Array.from(readings, ([, , quality = 0]) => quality),
  reason: new Uint8Array(readings.length),
  origin: new Uint8Array(readings.length),
});
const minutes = (count: number, quality = 0, from = T0): [number, number, number][] =>
  Array.from({ length: count }, (_, minute) => [from + minute * 60_000, 10 + minute, quality]);
const gas = validityRule('gas', 'hour');
const water = validityRule('water', 'hour');

describe('hours', () => {
  it.each([
    [45, true],
    [44, false],
  ])('of gas with %i valid minutes: %s', (count, counts) => {
    expect(hourMeans(columns(minutes(count)), 60_000, T0, T0 + HOUR, gas)).toMatchObject([{ valid: count, counts }]);
  });

  it('of ten-minute data need five of six', () => {
    const some = (count: number) => columns(Array.from({ length: count }, (_, n) => [T0 + n * 600_000, 1]));
    expect(hourMeans(some(5), 600_000, T0, T0 + HOUR, gas)[0]!.counts).toBe(true);
    expect(hourMeans(some(4), 600_000, T0, T0 + HOUR, gas)[0]!.counts).toBe(false);
  });

  it('of water with one abnormal value do not count', () => {
    const one = columns([...minutes(59), [T0 + 59 * 60_000, 1, 1]]);
    expect(hourMeans(one, 60_000, T0, T0 + HOUR, water)[0]).toMatchObject({ abnormal: 1, counts: false });
    expect(hourMeans(columns(minutes(60)), 60_000, T0, T0 + HOUR, water)[0]).toMatchObject({ abnormal: 0, counts: true, mean: 39.5 });
  });

  it('leave suspect and missing readings out of the mean, and take the later of two at one time', () => {
    const mixed = columns([
      [T0, 10],
      [T0 + 60_000, 999, 1],
      [T0 + 120_000, Number.NaN, 2],
      [T0 + 180_000, Number.NaN, 2],
      [T0 + 180_000, 20],
    ]);
    expect(hourMeans(mixed, 60_000, T0, T0 + 2 * HOUR, null)).toEqual([
      { startMs: T0, valid: 2, abnormal: 2, mean: 15, counts: true },
      { startMs: T0 + HOUR, valid: 0, abnormal: 0, mean: null, counts: false },
    ]);
  });
});

describe('days', () => {
  const hoursOf = (counted: number): PeriodMean[] =>
    Array.from({ length: 24 }, (_, n) => ({ startMs: T0 + n * HOUR, valid: 60, abnormal: 0, mean: n, counts: n < counted }));

  it.each([
    [20, true],
    [19, false],
  ])('of gas with %i valid hours: %s', (counted, counts) => {
    expect(dayMeans(hoursOf(counted), 480, validityRule('gas', 'day'))).toMatchObject([
      { startMs: T0, valid: counted, counts, mean: (counted - 1) / 2 },
    ]);
  });

  it('are those of the plant, and whole', () => {
    expect(dayMeans(hoursOf(24).slice(1), 480, null)).toEqual([]);
    expect(dayMeans(hoursOf(24), 0, null)).toEqual([]);
  });
});

describe('rates', () => {
  it('multiply', () => {
    expect(rates(100, 90, 81)).toMatchObject({ transmission: 0.9, validity: 0.81, effective: 0.9 * 0.81 });
    expect(rates(0, 0, 0)).toMatchObject({ transmission: null, effective: null });
    expect(() => rates(10, 11, 1)).toThrow(RangeError);
    expect(() => rates(10, 5, 6)).toThrow(RangeError);
  });

  it('have a pass line by date, with where it was read', () => {
    expect(effectiveRateRule('2013-12-31')).toBeNull();
    expect(effectiveRateRule('2014-01-01')).toMatchObject({ atLeast: 0.75 });
    expect(effectiveRateRule('2026-03-01')).toMatchObject({ atLeast: 0.9 });
    for (const rule of [effectiveRateRule('2014-01-01')!, effectiveRateRule('2026-03-01')!, gas!, water!])
      expect(sourceOf(rule.source)).not.toBeNull();
  });

  it('and validity apply no rule that no text at hand states', () => {
    expect(rulesToConfirm().length).toBeGreaterThan(0);
    for (const rule of rulesToConfirm()) expect([rule.source, rule.reason === undefined]).toEqual([null, false]);
    expect(validityRule('water', 'day')?.atLeast).toBeUndefined();
  });
});

const means = (values: readonly (number | null)[]): PeriodMean[] =>
  values.map((mean, n) => ({ startMs: T0 + n * HOUR, valid: 60, abnormal: 0, mean, counts: mean !== null }));

describe('limits', () => {
  it('are held against means that count; equal is within', () => {
    expect(exceedances(means([50, 51, 60, 50, null, 70]), HOUR, 50)).toEqual([
      { fromMs: T0 + HOUR, toMs: T0 + 3 * HOUR, periods: 2, peak: 60, ratio: 1.2, multiple: expect.closeTo(0.2, 9) },
      { fromMs: T0 + 5 * HOUR, toMs: T0 + 6 * HOUR, periods: 1, peak: 70, ratio: 1.4, multiple: expect.closeTo(0.4, 9) },
    ]);
    expect(
      exceedances(
        means([99]).map((mean) => ({ ...mean, counts: false })),
        HOUR,
        50,
      ),
    ).toEqual([]);
    expect(() => exceedances([], HOUR, 0)).toThrow(RangeError);
  });

  it('find as many periods as lie over them', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 1, max: 9 })), { maxLength: 60 }), (values) => {
        const found = exceedances(means(values), HOUR, 5);
        expect(found.reduce((sum, { periods }) => sum + periods, 0)).toBe(values.filter((value) => value !== null && value > 5).length);
        for (const { fromMs, toMs, periods } of found) expect(toMs - fromMs).toBe(periods * HOUR);
      }),
    );
  });
});

describe('contradictions', () => {
  const stream = (id: string, total: number | null, u: number, basis = 'metered') => ({ id, total, u, basis });
  const balance = (more: object): BalanceResult =>
    ({
      id: 'F',
      kind: 'pollutant',
      boundary: 'P',
      unit: 'kg',
      imbalance: 30,
      u: 10,
      streams: [stream('in', 130, 8), stream('discharge', 100, 5)],
      ...more,
    }) as unknown as BalanceResult;

  it('tell the discharge that would close the balance, and how sure that is', () => {
    expect(contradictions([balance({})], 'P', ['discharge'])).toEqual([
      {
        kind: 'pollutant',
        balance: 'F',
        boundary: 'P',
        stream: 'discharge',
        unit: 'kg',
        monitored: 100,
        byBalance: 130,
        u: 10,
        z: 3,
        significant: true,
        wouldSettle: ['in', 'discharge'],
      },
    ]);
    expect(contradictions([balance({ imbalance: -15 })], 'P', ['discharge'])[0]).toMatchObject({
      z: -1.5,
      significant: false,
      byBalance: 85,
    });
  });

  it('say nothing where nothing can be said', () => {
    for (const more of [
      { imbalance: null },
      { u: 0 },
      { boundary: 'W' },
      { kind: 'energy' },
      { streams: [stream('discharge', 1, 1, 'estimated')] },
    ]) {
      expect(contradictions([balance(more)], 'P', ['discharge'])).toEqual([]);
    }
    expect(contradictions([balance({})], 'P', ['other'])).toEqual([]);
  });
});

it('counts a reading for its interval and what was looked at in between for none', async () => {
  const read = { device: 'd', unit: 1, table: 'holding', address: { pdu: 0 }, type: 'uint16', every: '60s' };
  const plantOfLooks = (change?: object) =>
    plantOf([{ id: 'd', protocol: 'modbus-tcp', host: '127.0.0.1' }], { M: { ...read, ...change } });
  // Half an hour of readings of 10, and with each a look of 20, one second behind it.
  const readings = Array.from({ length: 60 }, (_, index): [number, number] => [
    T0 + Math.floor(index / 2) * 60_000 + (index % 2) * 1_000,
    index % 2 === 0 ? 10 : 20,
  ]);
  const hour = async (change?: object) =>
    (await besideHours(plantOfLooks(change), memoryReader({ M: readings }), 'M', { fromMs: T0, toMs: T0 + HOUR }))[0];
  expect(await hour({ change: { absolute: 1 } })).toMatchObject({ valid: 30, mean: 10 });
  expect(await hour()).toMatchObject({ valid: 60, mean: 15 });
});
