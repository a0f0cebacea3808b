import { expect, it } from 'vitest';
import { brokenHours, countsOf, gapsOf } from '../../../balance/window/completeness.ts';
import { hourPartials } from '../../../collector/sample/hour.ts';
import { HourPartials } from '../../../collector/sample/hour-partials.ts';
import type { ChannelSpec } from '../../../collector/sample/partial.ts';
import { REASON_CODE } from '../../../collector/sample/reason.ts';
import { columnsOf, type Reading } from '../memory-reader.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;
const spec: ChannelSpec = { channel: 'M', kind: 'rate', modulus: null, ceilingPerHour: null, maxGapMs: 3 * MIN, replacements: [] };
const window = { fromMs: 0, toMs: 10 * HOUR };

function gaps(missing: (minute: number) => boolean, written = true) {
  const readings: Reading[] = [];
  for (let minute = -60; minute <= 660; minute += 1) {
    if (missing(minute)) {
      if (written) readings.push([minute * MIN, null]);
    } else readings.push([minute * MIN, 5]);
  }
  const columns = columnsOf('M', readings);
  const partials = HourPartials.of('M', hourPartials(spec, columns));
  const broken = new Map(
    brokenHours(partials, window).map((hourMs) => {
      const inside = readings.filter(([ms]) => ms >= hourMs && ms < hourMs + HOUR);
      return [hourMs, columnsOf('M', inside)];
    }),
  );
  return { list: gapsOf('M', partials, broken, window, spec.maxGapMs), counts: countsOf(partials, window) };
}

it.each([
  ['within an hour', (m: number) => m > 70 && m < 80, [[70, 80]]],
  [
    'two within an hour',
    (m: number) => (m > 70 && m < 80) || (m > 90 && m < 100),
    [
      [70, 80],
      [90, 100],
    ],
  ],
  ['over whole hours', (m: number) => m > 70 && m < 250, [[70, 250]]],
  ['from before the window', (m: number) => m < 30, [[0, 30]]],
  ['to its end and beyond', (m: number) => m > 500, [[500, 600]]],
  ['bridged', (m: number) => m % 3 !== 0, []],
  ['everything', () => true, [[0, 600]]],
])('gap %s', (_, missing, expected) => {
  const { list } = gaps(missing);
  expect(list.map(({ fromMs, toMs }) => [fromMs / MIN, toMs / MIN])).toEqual(expected);
  for (const gap of list) expect(gap.reason).toBe('communication');
  const silent = gaps(missing, false).list;
  expect(silent.map(({ fromMs, toMs }) => [fromMs / MIN, toMs / MIN])).toEqual(expected);
  for (const gap of silent) expect(gap.reason).toBe('no-record');
});

it('counts by quality and reason within the window only', () => {
  expect(gaps((m) => m >= 60 && m < 70).counts).toEqual({ good: 590, suspect: 0, missing: { communication: 10 } });
});

it('a gap bears the reason that most of its missing samples carry', () => {
  const minutes = Array.from({ length: 720 }, (_, k) => k - 60);
  const missing = (minute: number) => minute > 70 && minute < 100;
  const columns = columnsOf(
    'M',
    minutes.map((minute): Reading => [minute * MIN, missing(minute) ? null : 5]),
  );
  minutes.forEach((minute, k) => {
    if (missing(minute) && minute < 80) columns.reason[k] = REASON_CODE.calibration;
  });
  const partials = HourPartials.of('M', hourPartials(spec, columns));
  const inside = minutes.filter((minute) => minute >= 60 && minute < 120);
  const broken = new Map([
    [
      HOUR,
      columnsOf(
        'M',
        inside.map((minute): Reading => [minute * MIN, missing(minute) ? null : 5]),
      ),
    ],
  ]);
  expect(gapsOf('M', partials, broken, window, spec.maxGapMs).map(({ reason }) => reason)).toEqual(['communication']);
  expect(countsOf(partials, window).missing).toEqual({ calibration: 9, communication: 20 });
});
