import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capPeriod, capStanding } from '../../../balance/oversight/caps.ts';
import { treatmentContradiction } from '../../../balance/oversight/contradiction.ts';
import { exemptSpans } from '../../../balance/oversight/exempt.ts';
import { exceedances } from '../../../balance/oversight/limits.ts';
import { markedEvents, stationMarks } from '../../../balance/oversight/marks.ts';
import { dayMasses, hourMasses, type PeriodMass } from '../../../balance/oversight/mass.ts';
import { merged, within } from '../../../balance/oversight/spans.ts';
import { substitute } from '../../../balance/oversight/substitution.ts';
import type { PeriodMean } from '../../../balance/oversight/validity.ts';
import { REASON_CODE } from '../../../collector/sample/reason.ts';
import { substitutionProfile } from '../../../config/measures/monitoring.ts';
import { pollutants } from '../../../config/measures/pollutants.ts';
import type { Declaration, Exemption } from '../../../config/plant/permit.ts';
import { holdingSpan } from '../../../config/plant/permit.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const T0 = Date.parse('2026-01-01T00:00:00+08:00');
const mean = (hour: number, value: number | null, counts = value !== null): PeriodMean => ({
  startMs: T0 + hour * HOUR,
  valid: 60,
  abnormal: 0,
  mean: value,
  counts,
});
const flows = (volumes: readonly (number | null)[]) => new Map(volumes.map((volume, hour) => [T0 + hour * HOUR, volume]));

describe('amounts', () => {
  it.each([
    ['w01018', 'mg/L', 50, 100, 'kg', 5],
    ['w20111', 'µg/L', 50, 100, 'g', 5],
    ['a21026', 'mg/m3', 50, 200_000, 'kg', 10],
  ])('of %s in %s: %d in %d m3 are in %s', (code, unit, concentration, volume, massUnit, expected) => {
    expect(pollutants().get(code)!.amountUnit).toBe(massUnit);
    expect(hourMasses([mean(0, concentration)], unit, massUnit, flows([volume]), () => 1)[0]!.mass).toBeCloseTo(expected, 12);
  });

  it('are missing where concentration, flow or state are, and 0 where nothing flows', () => {
    const hours = [mean(0, 1), mean(1, null), mean(2, 1), mean(3, 1, false), mean(4, null)];
    const masses = hourMasses(hours, 'mg/L', 'kg', flows([1000, 1000, null, 1000, 0]), (startMs) => (startMs === T0 ? null : 1));
    expect(masses.map(({ mass }) => mass)).toEqual([null, null, null, null, 0]);
  });

  it('of a day are those of its 24 hours, or none', () => {
    const hours = Array.from({ length: 48 }, (_, n): PeriodMass => ({ startMs: T0 + n * HOUR, mass: n === 30 ? null : 1 }));
    expect(dayMasses(hours, 480)).toEqual([
      { startMs: T0, mass: 24 },
      { startMs: T0 + DAY, mass: null },
    ]);
  });
});

describe('caps', () => {
  const hours = (count: number, measured: number | null, substituted: number | null = null) =>
    Array.from({ length: count }, (_, n) => ({ startMs: T0 + n * HOUR, measured, substituted }));

  it('are used by what is measured and what is substituted, told apart, and projected by the rate of both', () => {
    const own = [...hours(80, 1), ...hours(10, null, 2).map((hour, n) => ({ ...hour, startMs: T0 + (80 + n) * HOUR }))];
    expect(capStanding(own, T0, T0 + 180 * HOUR, 150, 0.25)).toMatchObject({
      measured: 80,
      substituted: 20,
      total: 100,
      used: 100 / 150,
      over: false,
      projected: 200,
      projectedOver: true,
      usable: true,
      reachedMs: T0 + 135 * HOUR,
    });
  });

  it('are not usable with more than the allowed share missing, and unknown hours count as the known ones in the projection', () => {
    const own = [...hours(60, 1), ...hours(40, null).map((hour, n) => ({ ...hour, startMs: T0 + (60 + n) * HOUR }))];
    expect(capStanding(own, T0, T0 + 200 * HOUR, 1000, 0.25)).toMatchObject({ total: 60, projected: 200, usable: false });
    expect(capStanding([], T0, T0 + 200 * HOUR, 1000, 0.25)).toMatchObject({
      total: 0,
      projected: null,
      projectedOver: null,
      usable: null,
    });
    expect(() => capStanding([], T0, T0, 0, null)).toThrow(RangeError);
  });

  it('belong to a year, quarter or month of the plant', () => {
    const at = Date.parse('2026-05-31T23:30:00+08:00');
    const iso = ({ fromMs, toMs }: { fromMs: number; toMs: number }) =>
      [fromMs, toMs].map((ms) => new Date(ms + 8 * HOUR).toISOString().slice(0, 10));
    expect(iso(capPeriod('year', at, 480))).toEqual(['2026-01-01', '2027-01-01']);
    expect(iso(capPeriod('quarter', at, 480))).toEqual(['2026-04-01', '2026-07-01']);
    expect(iso(capPeriod('month', at, 480))).toEqual(['2026-05-01', '2026-06-01']);
  });
});

describe('substitution', () => {
  const profile = substitutionProfile('gas', '2026-01-01', 'gas-maximum')!;
  const water = substitutionProfile('water', '2026-01-01', 'water-largest-day')!;
  const quarter = { fromMs: T0, toMs: T0 + 90 * DAY };
  const passed = { passedMs: [T0 - DAY], failedMs: [] };
  const never = (): boolean => false;
  const hours = (values: readonly (number | null)[]): PeriodMass[] => values.map((mass, n) => ({ startMs: T0 + n * HOUR, mass }));

  it('is applied by no profile that nobody confirmed, unless it is named', () => {
    expect(substitutionProfile('gas', '2026-01-01', null)).toBeNull();
    expect(substitutionProfile('water', '2026-01-01', null)).toBeNull();
    expect(profile.status).toBe('to-confirm');
    expect(substitutionProfile('water', '2019-01-01', 'water-largest-day')).toBeNull();
  });

  it('takes the largest of 180, 720 or 2160 valid hours before, by availability and length', () => {
    const values = Array.from({ length: 1000 }, (_, n): number | null => (n === 100 ? 9 : n === 700 ? 5 : n >= 900 && n < 910 ? null : 1));
    const short = substitute(hours(values), profile, passed, never, 480, quarter);
    expect(short).toMatchObject({ usable: true, left: 0 });
    expect(short.hours).toHaveLength(10);
    expect(new Set(short.hours.map(({ mass }) => mass))).toEqual(new Set([1]));
    const long = substitute(hours(values.map((value, n) => (n >= 900 && n < 930 ? null : value))), profile, passed, never, 480, quarter);
    expect(new Set(long.hours.map(({ mass }) => mass))).toEqual(new Set([5]));
    const poor = substitute(hours(values.map((value, n) => (n >= 830 && n < 980 ? null : value))), profile, passed, never, 480, quarter);
    expect(poor.availability).toBeCloseTo(0.85, 12);
    expect(new Set(poor.hours.map(({ mass }) => mass))).toEqual(new Set([9]));
  });

  it('is not done below 75 % availability, nor without a passed check', () => {
    const values = Array.from({ length: 100 }, (_, n) => (n < 74 ? 1 : null));
    expect(substitute(hours(values), profile, passed, never, 480, quarter)).toMatchObject({ usable: false, hours: [], left: 26 });
    const enough = Array.from({ length: 100 }, (_, n) => (n < 95 ? 1 : null));
    expect(substitute(hours(enough), profile, { passedMs: [], failedMs: [] }, never, 480, quarter)).toMatchObject({ hours: [], left: 5 });
  });

  it('replaces what a monitor out of control read, from its last passed check on', () => {
    const values = Array.from({ length: 200 }, (_, n) => (n < 190 ? 2 : 50));
    const checks = { passedMs: [T0 + 189 * HOUR], failedMs: [T0 + 199 * HOUR] };
    const { hours: found } = substitute(hours(values), profile, checks, never, 480, quarter);
    expect(found).toHaveLength(11);
    expect(found.every(({ mass, cause }) => mass === 2 && cause === 'out-of-control')).toBe(true);
  });

  it('of water takes the largest whole valid day since the last passed check', () => {
    const values = Array.from({ length: 96 }, (_, n): number | null => (n < 24 ? 1 : n < 48 ? 3 : n < 72 ? 2 : n < 80 ? null : 1));
    const { hours: found } = substitute(hours(values), water, passed, never, 480, quarter);
    expect(found.map(({ mass }) => mass)).toEqual(Array.from({ length: 8 }, () => 3));
    const later = substitute(hours(values), water, { passedMs: [T0 + 2 * DAY], failedMs: [] }, never, 480, quarter);
    expect(later.hours[0]!.mass).toBe(2);
  });

  it('leaves stops alone', () => {
    const values = Array.from({ length: 100 }, (_, n) => (n < 50 ? 1 : null));
    const found = substitute(hours(values), profile, passed, (startMs) => startMs >= T0 + 50 * HOUR, 480, quarter);
    expect(found).toMatchObject({ availability: 1, hours: [], left: 0 });
  });
});

describe('marks', () => {
  it('are one event across labels, and long enough together', () => {
    const reasons = [0, REASON_CODE.calibration, REASON_CODE.calibration, REASON_CODE.maintenance, 0, REASON_CODE['device-fault'], 0];
    const samples = {
      channel: 'C',
      timeMs: Float64Array.from(reasons, (_, n) => T0 + n * 600_000),
      value: Float64Array.from(reasons, (reason) => (reason === 0 ? 1 : Number.NaN)),
      quality: Uint8Array.from(reasons, (reason) => (reason === 0 ? 0 : 2)),
      reason: Uint8Array.from(reasons),
      origin: new Uint8Array(reasons.length),
    };
    const marks = stationMarks(samples, 600_000);
    expect(marks.map(({ label }) => label)).toEqual(['calibration', 'maintenance', 'fault']);
    expect(markedEvents(marks, 15)).toEqual([
      { fromMs: T0 + 600_000, toMs: T0 + 2_400_000, labels: ['calibration', 'maintenance'], counts: true },
      { fromMs: T0 + 3_000_000, toMs: T0 + 3_600_000, labels: ['fault'], counts: false },
    ]);
    expect(markedEvents(marks, null)[0]!.counts).toBeNull();
  });
});

describe('exemptions', () => {
  const declared = (state: Declaration['state'], from: string, to: string, declaredAt = from): Declaration => ({
    state,
    from,
    to,
    declaredAt,
    document: 'D',
  });
  const exempt: Exemption[] = [{ state: 'start-up', longest: '4h', source: '许可证' }];

  it('reach as far as the permit says, and only what was declared in time', () => {
    const spans = exemptSpans(
      [
        declared('start-up', '2026-01-01T00:00:00+08:00', '2026-01-01T10:00:00+08:00'),
        declared('shutdown', '2026-01-02T00:00:00+08:00', '2026-01-02T10:00:00+08:00'),
        declared('stopped', '2026-01-03', '2026-01-04'),
        declared('start-up', '2026-01-05', '2026-01-06', '2026-01-07'),
      ],
      exempt,
      'a21026',
      480,
    );
    expect(spans).toEqual([
      { fromMs: T0, toMs: T0 + 4 * HOUR },
      { fromMs: T0 + 2 * DAY, toMs: T0 + 3 * DAY },
    ]);
    const hours = Array.from({ length: 6 }, (_, n) => mean(n, 100));
    expect(exceedances(hours, HOUR, 50, spans)).toEqual([
      { fromMs: T0 + 4 * HOUR, toMs: T0 + 6 * HOUR, periods: 2, peak: 100, ratio: 2, multiple: 1 },
    ]);
  });
});

it('a later limit takes the place of the earlier one', () => {
  const limits = [{ code: 'a' }, { code: 'a', from: '2026-03-01' }, { code: 'a', from: '2026-02-01', to: '2026-02-10' }];
  const spans = limits.map((one) => holdingSpan(one, limits, () => true, 480));
  expect(spans.map(({ toMs }) => toMs)).toEqual([
    Date.parse('2026-02-01T00:00:00+08:00'),
    Number.POSITIVE_INFINITY,
    Date.parse('2026-02-10T00:00:00+08:00'),
  ]);
});

it('spans: union and membership agree with counting', () => {
  const span = fc
    .tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 12 }))
    .map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length }));
  fc.assert(
    fc.property(fc.array(span), (spans) => {
      const union = merged(spans);
      const inside = Array.from({ length: 70 }, (_, ms) => spans.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs));
      expect(Array.from({ length: 70 }, (_, ms) => within(union, ms))).toEqual(inside);
      for (const [index, one] of union.entries()) if (index > 0) expect(one.fromMs).toBeGreaterThan(union[index - 1]!.toMs);
    }),
  );
});

it('a treatment works that runs as ever while less passes it is told, with what would settle it', () => {
  const names = { boundary: 'WWT', stream: 'Q', beside: 'EM', unit: 'm3' };
  const before = [1, 1.02, 0.98, 1.01, 0.99, 1].map((ratio) => ({ discharged: 100 * ratio, beside: 100 }));
  expect(treatmentContradiction(names, { discharged: 101, beside: 100 }, before)!.significant).toBe(false);
  const found = treatmentContradiction(names, { discharged: 60, beside: 100 }, before)!;
  expect(found).toMatchObject({ significant: true, monitored: 60, wouldSettle: ['Q', 'EM'] });
  expect(found.byBalance).toBeCloseTo(100, 9);
  expect(treatmentContradiction(names, { discharged: 60, beside: 100 }, before.slice(0, 4))).toBeNull();
});
