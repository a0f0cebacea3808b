import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageText } from '../../../cli/coverage-text.ts';
import { coverageOf } from '../../../collector/coverage/coverage.ts';
import { dueOf, type IntervalRule } from '../../../collector/coverage/verification.ts';
import { parsePlant } from '../../../config/plant/load.ts';
import { addMonths } from '../../../config/rules/clock.ts';
import { loadRules } from '../../../config/rules/load.ts';

const rules = await loadRules();
const rule = rules.find(({ family }) => family === 'verification-interval') as unknown as IntervalRule;

interface Check {
  readonly instrument?: string | undefined;
  readonly accuracy?: string | undefined;
  readonly boreMm?: number | undefined;
  readonly settlement?: boolean | undefined;
  readonly verification?: Readonly<Record<string, unknown>> | undefined;
  readonly commissioned?: boolean;
}

/** A plant with one water meter at its boundary, and the state of that meter's last check. */
function plant({ instrument, accuracy = '1.5', boreMm, settlement, verification, commissioned = true }: Check) {
  const meter = {
    ...{ id: 'FT', name: 'FT', kind: 'counter', unit: 'm3', accuracy: { class: accuracy, percentOfReading: 1.5 } },
    ...{ instrument, boreMm, settlement },
    ...(commissioned ? { commissioned: { by: 'Li', at: '2020-01-02', face: 1, reading: 1 } } : {}),
    verification: verification === undefined ? undefined : { certificate: 'C', ...verification },
  };
  const units = [{ id: 'P', name: 'P', level: 'plant' }];
  const points = [{ id: 'PT', name: 'PT', kind: 'water', level: 1, unit: 'P', meters: [{ meter: 'FT' }] }];
  return parsePlant(
    JSON.stringify({ liangheng: 1, plant: { id: 'p', name: 'p', jurisdiction: 'yunnan' }, units, meters: [meter], points }),
    'p.yaml',
  );
}

/** Usable or why not, on a day of the plant, at any hour of it. */
function on(check: Check, at: string): string[] {
  const cell = coverageOf(plant(check), rules, Date.parse(at)).cells.find(({ kind, level }) => kind === 'water' && level === 1)!;
  expect(cell.fitted, 'what is fitted does not change with the certificate').toBe(1);
  expect(cell.usable).toBe(cell.unusable.length === 0 ? 1 : 0);
  return cell.unusable.flatMap(({ why }) => [...why]);
}
const due = (check: Check) => dueOf(plant(check).meters.get('FT')!, 480, rule);

it('a meter that nobody has commissioned is fitted, and not usable until someone signs that face and reading agree', () => {
  const verification = { date: '2023-06-05', due: '2024-06-05' };
  expect(on({ verification }, '2024-06-01T00:00:00+08:00')).toEqual([]);
  expect(on({ verification, commissioned: false }, '2024-06-01T00:00:00+08:00')).toEqual(['not-commissioned']);
  const report = coverageOf(plant({ verification, commissioned: false }), rules, Date.parse('2024-06-01T00:00:00+08:00'));
  expect(coverageText(report)).toMatch(/PT \(FT\): 未经投运核对 not commissioned/);
});

describe('the due day is the last one on which a meter may be used', () => {
  const done = { date: '2023-06-05', due: '2024-06-05' };
  it.each<[string, Check, string, string[]]>([
    ['on the due day', { verification: done }, '2024-06-05T23:59:59+08:00', []],
    ['the day after, at midnight', { verification: done }, '2024-06-06T00:00:00+08:00', ['verification-overdue']],
    ['the day before it was done', { verification: done }, '2023-06-04T23:59:59+08:00', ['not-yet-verified']],
    ['never checked', {}, '2024-06-05T12:00:00+08:00', ['not-verified']],
    [
      'no due day, no interval, no type',
      { verification: { date: '2023-06-05' } },
      '2023-06-06T12:00:00+08:00',
      ['verification-interval-unknown'],
    ],
    [
      'a calibration with neither: no regulation sets one',
      { instrument: '电磁流量计', verification: { date: '2023-06-05', kind: 'calibration' } },
      '2023-06-06T12:00:00+08:00',
      ['verification-interval-unknown'],
    ],
    [
      'a type of which the period is not known',
      { instrument: '明渠流量计', verification: { date: '2023-06-05' } },
      '2023-06-06T12:00:00+08:00',
      ['verification-interval-unknown'],
    ],
    [
      'done on a leap day, a year later',
      { verification: { date: '2024-02-29', interval: { months: 12, origin: 'plan' } } },
      '2025-02-28T12:00:00+08:00',
      [],
    ],
    [
      'done on a leap day, a year and a day later',
      { verification: { date: '2024-02-29', interval: { months: 12, origin: 'plan' } } },
      '2025-03-01T00:00:00+08:00',
      ['verification-overdue'],
    ],
  ])('%s', (_, check, at, why) => {
    expect(on(check, at)).toEqual(why);
  });
});

describe('which interval applies', () => {
  it.each<[string, Check, string | null, string | null, number[]]>([
    // DN 100: 24 months; the certificate says three years.
    [
      'a regulation before the certificate',
      { instrument: '水表', boreMm: 100, verification: { date: '2024-01-15', due: '2027-01-15' } },
      '2026-01-15',
      'regulation',
      [24],
    ],
    [
      'a certificate before the regulation',
      { instrument: '水表', boreMm: 100, verification: { date: '2024-01-15', due: '2025-01-15' } },
      '2025-01-15',
      'certificate',
      [24],
    ],
    [
      'DN 50 exactly: 48 months',
      { instrument: '水表', boreMm: 50, verification: { date: '2024-01-15' } },
      '2028-01-15',
      'regulation',
      [48],
    ],
    [
      'DN 25 exactly: 72 months',
      { instrument: '水表', boreMm: 25, verification: { date: '2024-01-15' } },
      '2030-01-15',
      'regulation',
      [72],
    ],
    ['no bore: the shortest', { instrument: '超声波水表', verification: { date: '2024-01-15' } }, '2026-01-15', 'regulation', [24]],
    [
      'class 0.5S is 0.5',
      { instrument: '电子式多功能电能表', accuracy: '0.5S', verification: { date: '2024-01-15' } },
      '2030-01-15',
      'regulation',
      [72],
    ],
    ['class 1', { instrument: '三相电能表', accuracy: '1.0', verification: { date: '2024-01-15' } }, '2032-01-15', 'regulation', [96]],
    [
      'settlement not stated: the shortest',
      { instrument: '科里奥利质量流量计', verification: { date: '2024-01-15' } },
      '2025-01-15',
      'regulation',
      [12],
    ],
    [
      'no settlement',
      { instrument: '科里奥利质量流量计', settlement: false, verification: { date: '2024-01-15' } },
      '2026-01-15',
      'regulation',
      [24],
    ],
    [
      'a longer word wins: a heat meter is no flow meter',
      { instrument: '电磁热量表', verification: { date: '2024-01-15' } },
      '2027-01-15',
      'regulation',
      [36],
    ],
    [
      'the plant’s own, where it is shorter',
      { instrument: '水表', boreMm: 100, verification: { date: '2024-01-15', interval: { months: 6, origin: 'plan' } } },
      '2024-07-15',
      'plant',
      [6, 24],
    ],
    [
      'never the plant’s own, where it is longer',
      { instrument: '水表', boreMm: 100, verification: { date: '2024-01-15', interval: { months: 60, origin: 'plan' } } },
      '2026-01-15',
      'regulation',
      [60, 24],
    ],
    [
      'a calibration: the plant’s own alone',
      { instrument: '水表', verification: { date: '2024-01-15', kind: 'calibration', interval: { months: 36, origin: 'plan' } } },
      '2027-01-15',
      'plant',
      [36],
    ],
    [
      'of a type not held: the certificate',
      { instrument: '氟离子选择电极在线分析仪', verification: { date: '2024-01-15', due: '2025-01-14' } },
      '2025-01-14',
      'certificate',
      [],
    ],
  ])('%s', (_, check, day, by, months) => {
    // biome-ignore format: a table
    expect(due(check)).toMatchObject({ due: day, by });
    expect(due(check)!.intervals.map((each) => each.months)).toEqual(months);
  });

  it('is said, with where it is from and what was assumed', () => {
    const report = coverageOf(
      plant({ instrument: '水表', verification: { date: '2024-01-15', due: '2027-01-15' } }),
      rules,
      Date.parse('2026-01-10T12:00:00+08:00'),
    );
    expect(report.verification.meters).toMatchObject([{ meter: 'FT', points: ['PT'], due: '2026-01-15', by: 'regulation', daysLeft: 5 }]);
    const text = coverageText(report);
    expect(text).toMatch(/FT +2026-01-15 +5 d +检定规程周期.*24 个月 months, JJG 162-2019 .*待核实.*口径未填/);
    expect(report.findings.filter(({ subject }) => subject === rule.id).map(({ code }) => code)).toEqual(['rule-to-confirm']);
    const earlier = report.findings.find(({ code }) => code === 'verification-earlier');
    expect(earlier?.en).toBe('24 months from 2024-01-15 end on 2026-01-15 (JJG 162-2019 饮用冷水水表); the certificate says 2027-01-15');
  });

  it('is said not to be held, where the certificate alone says until when', () => {
    const report = coverageOf(
      plant({ verification: { date: '2024-01-15', due: '2025-01-15' } }),
      rules,
      Date.parse('2024-06-01T12:00:00+08:00'),
    );
    expect(report.findings.map(({ code }) => code)).toEqual(['interval-not-held']);
    expect(report.verification.meters[0]).toMatchObject({ without: 'type-not-stated', daysLeft: 228 });
  });

  it('is never later than any that is stated', () => {
    const day = fc
      .date({ min: new Date('2015-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    const months = fc.integer({ min: 1, max: 120 });
    fc.assert(
      fc.property(
        day,
        fc.option(months),
        fc.option(months),
        fc.constantFrom('水表', '电磁流量计', '别的', undefined),
        (date, printed, own, instrument) => {
          const certificate = printed === null ? undefined : addMonths(date, printed);
          const interval = own === null ? undefined : { months: own, origin: 'plan' };
          const found = due({ instrument, verification: { date, due: certificate, interval } })!;
          const ends = [certificate, ...found.intervals.map((each) => addMonths(date, each.months))].filter((end) => end !== undefined);
          expect(found.due).toBe(ends.length === 0 ? null : ends.toSorted((a, b) => (a < b ? -1 : 1))[0]);
        },
      ),
    );
  });
});

describe('the periods that ship', () => {
  it('are all to be confirmed, each with where it was seen', () => {
    expect(rule.status).toBe('to-confirm');
    for (const { name, periods } of rule.content!.rows)
      for (const { seen } of periods) expect(seen, name).toMatch(/believed|read|seen|known|http|www|\.cn/);
  });
  it('come to one row for every type of instrument of the example plants', async () => {
    const { loadPlant } = await import('../../../config/plant/load.ts');
    const example = await loadPlant('config/examples/yunnan-phosphate/plant.yaml');
    const without = [...example.meters.values()]
      .filter((meter) => meter.verification?.kind === 'verification')
      .filter((meter) => dueOf(meter, example.offsetMinutes, rule)?.without === 'type-not-held');
    expect(without.map(({ id, instrument }) => `${id} ${instrument}`)).toEqual([]);
  });
});
