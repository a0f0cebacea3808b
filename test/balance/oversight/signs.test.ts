import { beforeAll, describe, expect, it } from 'vitest';
import { clippedTops } from '../../../balance/oversight/signs/clipped.ts';
import { copiedDays } from '../../../balance/oversight/signs/copied.ts';
import { driftOf, stepsAgainstLoad } from '../../../balance/oversight/signs/course.ts';
import { frozenReadings } from '../../../balance/oversight/signs/frozen.ts';
import { impossibleValues, partsAboveWholes } from '../../../balance/oversight/signs/impossible.ts';
import { clockOff, conversionsDiffer, meansOfTooFew } from '../../../balance/oversight/signs/means.ts';
import type { Sign } from '../../../balance/oversight/signs/sign.ts';
import type { PeriodMean } from '../../../balance/oversight/validity.ts';
import { validityRule } from '../../../config/measures/monitoring.ts';
import { type Course, FALSIFICATIONS, honest, PER_DAY, seriesOfCourse } from './falsify.ts';

const KNOWN = 15 * PER_DAY;
const HOUR = 3_600_000;
const T0 = Date.parse('2026-03-01T00:00:00+08:00');
const hour = (n: number, mean: number | null, valid = 60): PeriodMean => ({
  startMs: T0 + n * HOUR,
  valid,
  abnormal: 0,
  mean,
  counts: mean !== null && valid >= 45,
});

describe('of a falsified monitor of the example plant', () => {
  let course: Course;
  beforeAll(async () => {
    course = await honest(101, 17);
  });
  const of = (kind: string, size: number): Sign[] => {
    const series = seriesOfCourse('w21003', FALSIFICATIONS[kind]!(course.part, KNOWN + 60, size, 101).slice(0, KNOWN + 60 + PER_DAY));
    return [
      ...frozenReadings(series, KNOWN),
      ...clippedTops(series, KNOWN),
      ...copiedDays(series, KNOWN),
      ...impossibleValues(series, KNOWN, [0, 50]),
    ];
  };

  it('an honest one gives none', () => {
    expect(of('step', 0)).toEqual([]);
  });

  it.each([
    ['frozen', 0, 'frozen'],
    ['frozen', 0.004, 'frozen'],
    ['clipped', 0.75, 'clipped'],
    ['copied', 3, 'copied'],
    ['impossible', -1, 'impossible-value'],
    ['impossible', 20, 'impossible-value'],
  ])('%s (%d) gives %s within a day', (kind, size, sign) => {
    const found = of(kind, size).filter((one) => one.sign === sign);
    expect(found.length).toBeGreaterThan(0);
    const beganMs = course.startMs + (KNOWN + 60) * 600_000;
    expect(found.at(-1)!.toMs).toBeGreaterThan(beganMs);
  });
});

it('parts above wholes: NH3-N above TN, BOD above COD', () => {
  const hours = (values: readonly (number | null)[]) => values.map((value, n) => hour(n, value));
  const byCode = new Map([
    ['w21003', hours([1, 9, 12, null, 9])],
    ['w21001', hours([8, 8, 8, 8, 8])],
    ['w01017', hours([1, 1])],
    ['w01018', hours([null, 2])],
  ]);
  expect(partsAboveWholes(byCode)).toEqual([
    { sign: 'part-above-whole', fromMs: T0 + HOUR, toMs: T0 + 3 * HOUR, codes: ['w21003', 'w21001'], figure: 1.5 },
    { sign: 'part-above-whole', fromMs: T0 + 4 * HOUR, toMs: T0 + 5 * HOUR, codes: ['w21003', 'w21001'], figure: 9 / 8 },
  ]);
});

it('conversions that differ by more than 2 %, none where oxygen says nothing', () => {
  const [dry, oxygen] = [[100, 100, 100].map((mean, n) => hour(n, mean)), [11, 11, 21].map((mean, n) => hour(n, mean))];
  const right = (100 * 15) / 10;
  const sent = [right * 1.019, right * 0.95, 1].map((mean, n) => hour(n, mean));
  expect(conversionsDiffer('a21026', dry, oxygen, sent, 6)).toEqual([
    { sign: 'conversion-differs', fromMs: T0 + HOUR, toMs: T0 + 2 * HOUR, codes: ['a21026'], figure: expect.closeTo(-0.05, 9) },
  ]);
});

it('hours sent as good of which too few minutes are, or whose mean is another', () => {
  const rule = validityRule('gas', 'hour');
  // An hour that is whole, one with 16 invalid minutes, one with another mean, and one of which half did not come.
  const own = [hour(0, 10), { ...hour(2, 10, 44), abnormal: 16 }, hour(4, 10), hour(6, 10, 30)];
  const sent = [hour(0, 10.05), hour(2, 10), hour(4, 9), hour(6, 12)];
  const told = (weighted: boolean) =>
    meansOfTooFew('a21026', own, sent, { everyMs: 60_000, rule, weighted }).map(({ fromMs, figure }) => [(fromMs - T0) / HOUR, figure]);
  expect(told(false)).toEqual([
    [2, 44],
    [4, expect.closeTo(-0.1, 9)],
  ]);
  expect(told(true)).toEqual([[2, 44]]);
});

it('a clock beyond a minute, for the time since the reading before', () => {
  const times = [0, 1, 2, 3].map((n) => T0 + n * HOUR);
  expect(clockOff(['w21003'], times, [1, 60, -60, Number.NaN])).toEqual([]);
  expect(clockOff(['w21003'], times, [1, -61, -62, 2])).toEqual([
    { sign: 'clock-off', fromMs: T0, toMs: T0 + 2 * HOUR + 1, codes: ['w21003'], figure: -62 },
  ]);
  expect(clockOff(['w21003'], times, [1, 2, 3, 90])).toMatchObject([{ fromMs: T0 + 2 * HOUR, figure: 90 }]);
});

it('steps and drifts are told against what was known, not against nothing', () => {
  const rest = Float64Array.from({ length: 24 * 40 }, (_, n) => Math.sin(n / 9) + (n >= 24 * 30 ? 6 : 0));
  expect(stepsAgainstLoad('c', T0, rest, 24 * 30)).toMatchObject([{ sign: 'step-against-load' }]);
  expect(driftOf('c', T0, rest, 24 * 30)).toMatchObject([{ sign: 'drift' }]);
  expect(stepsAgainstLoad('c', T0, rest.subarray(24 * 28), 24 * 2)).toEqual([]);
});
