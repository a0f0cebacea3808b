import { clippedTops } from '../../balance/oversight/signs/clipped.ts';
import { copiedDays } from '../../balance/oversight/signs/copied.ts';
import { driftOf, hiddenLimit, MARGIN, stepsAgainstLoad, unexplained } from '../../balance/oversight/signs/course.ts';
import { frozenReadings } from '../../balance/oversight/signs/frozen.ts';
import { impossibleValues, partsAboveWholes } from '../../balance/oversight/signs/impossible.ts';
import { clockOff, conversionsDiffer, meansOfTooFew } from '../../balance/oversight/signs/means.ts';
import type { Sign } from '../../balance/oversight/signs/sign.ts';
import { hourMeans, type PeriodMean } from '../../balance/oversight/validity.ts';
import { normalOf } from '../../collector/simulate/chance.ts';
import { ClockWatch } from '../../collector/sources/hj212/clock-watch.ts';
import { validityRule } from '../../config/measures/monitoring.ts';
import { beginning, type Course, EVERY_MS, FALSIFICATIONS, honest, PER_DAY, seriesOfCourse } from '../balance/oversight/falsify.ts';

export const name = 'falsifications';

const KNOWN_DAYS = 30;
const JUDGED_DAYS = 30;
const SEEDS = 40;
/** Months that are judged, and others on which the margins are found. */
const JUDGED_FROM = 1_001;
const TUNED_FROM = 1;
/** False alarms per outfall and month that each of the slow signs may give; the others give none. */
const BUDGET = { 'step-against-load': 0.2, drift: 0.6, 'hidden-limit': 0.1 } as const;
const MARGINS = Array.from({ length: 21 }, (_, n) => 1 + n / 10);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Every sign of an outfall with two monitors, those of one as falsified. */
function signsOfOutfall(course: Course, part: Float64Array, days: number): Sign[] {
  const from = KNOWN_DAYS * PER_DAY;
  const end = (KNOWN_DAYS + days) * PER_DAY;
  const series = seriesOfCourse('w21003', part.subarray(0, end));
  const other = seriesOfCourse('w21001', course.whole.subarray(0, end));
  const [hours, wholes] = [hoursOf(course, series.value), hoursOf(course, other.value)];
  return [series, other].flatMap((one) => {
    const own = one === series ? hours : wholes;
    const rest = unexplained(own, course.load, KNOWN_DAYS * 24);
    return [
      ...frozenReadings(one, from),
      ...clippedTops(one, from),
      ...copiedDays(one, from),
      ...impossibleValues(one, from, [0, 50]),
      ...stepsAgainstLoad(one.code, course.startMs, rest, KNOWN_DAYS * 24),
      ...driftOf(one.code, course.startMs, rest, KNOWN_DAYS * 24),
      ...hiddenLimit(one.code, course.startMs, one.value, PER_DAY / 24, from),
      ...(one === series
        ? partsAboveWholes(
            new Map([
              ['w21003', hours.slice(KNOWN_DAYS * 24)],
              ['w21001', wholes.slice(KNOWN_DAYS * 24)],
            ]),
          )
        : []),
    ];
  });
}

function hoursOf(course: Course, value: Float64Array): PeriodMean[] {
  const quality = Uint8Array.from(value, (own) => (Number.isNaN(own) ? 2 : 0));
  const timeMs = Float64Array.from(value, (_, index) => course.startMs + index * EVERY_MS);
  const columns = { channel: '', timeMs, value, quality, reason: new Uint8Array(value.length), origin: new Uint8Array(value.length) };
  const rule = validityRule('gas', 'hour');
  return hourMeans(columns, EVERY_MS, course.startMs, course.startMs + value.length * EVERY_MS, rule);
}

const KINDS: Readonly<Record<string, readonly number[]>> = {
  frozen: [0, 0.002, 0.005],
  clipped: [0.6, 0.75, 0.9],
  copied: [1, 2, 7],
  impossible: [-1, 20, 4],
  drift: [0.01, 0.02, 0.05, 0.1],
  step: [0.1, 0.2, 0.3, 0.5],
  hiddenLimit: [0.3, 0.5, 0.7],
};
/** Kinds for which detection is asked for within a day; of the others the curve is printed, within a day and within a week. */
const ASKED: readonly string[] = ['frozen', 'clipped', 'copied', 'impossible'];

/**
 * Detection of falsifications of the example plant's outfall by every sign at once, with the false alarms that the same thresholds give on
 * honest months. The margins of the slow signs are the least that keep to their budget on other months than those judged here. A falsification counts as found where a sign that honest readings did not give reaches beyond its beginning.
 */
export async function bench(): Promise<{ metrics: Record<string, number>; peers: Record<string, number> }> {
  const metrics: Record<string, number> = {};
  const courses: Course[] = [];
  for (const [kind, { margin, falseAlarms }] of Object.entries(await tuned())) {
    metrics[`margin of ${kind}`] = MARGIN[kind as keyof typeof MARGIN];
    metrics[`margin of ${kind}, found`] = margin;
    metrics[`falseAlarms:${kind} on the months of tuning`] = falseAlarms;
  }
  for (let n = 0; n < SEEDS; n++) courses.push(await honest(JUDGED_FROM + n, KNOWN_DAYS + JUDGED_DAYS));
  const alarms = courses.map((course) => signsOfOutfall(course, course.part, JUDGED_DAYS));
  metrics.honestOutfallMonths = SEEDS;
  metrics.falseAlarmsPerOutfallAndMonth = alarms.flat().length / SEEDS;
  for (const kind of new Set(alarms.flat().map(({ sign }) => sign))) {
    metrics[`falseAlarms:${kind}`] = alarms.flat().filter(({ sign }) => sign === kind).length / SEEDS;
  }
  for (const [kind, sizes] of Object.entries(KINDS)) {
    for (const size of sizes) {
      const delays = courses.map((course, index) => delayOf(course, kind, size, JUDGED_FROM + index, alarms[index]!));
      const within = (days: number): number => delays.filter((delayMs) => delayMs !== null && delayMs <= days * DAY_MS).length / SEEDS;
      metrics[`${kind} ${size}: within 24 h`] = within(1);
      if (!ASKED.includes(kind)) metrics[`${kind} ${size}: within 7 d`] = within(7);
    }
    if (ASKED.includes(kind)) {
      metrics[`${kind}: within 24 h`] = sizes.reduce((sum, size) => sum + metrics[`${kind} ${size}: within 24 h`]!, 0) / sizes.length;
    }
  }
  return { metrics: { ...metrics, ...pure() }, peers: {} };
}

/** The least margin of each slow sign that keeps to its budget on the months of tuning, and the false alarms that it gives there. */
async function tuned(): Promise<Record<string, { margin: number; falseAlarms: number }>> {
  const from = KNOWN_DAYS * 24;
  const monitors: { code: string; startMs: number; rest: Float64Array; value: Float64Array }[] = [];
  for (let n = 0; n < SEEDS; n++) {
    const course = await honest(TUNED_FROM + n, KNOWN_DAYS + JUDGED_DAYS);
    for (const [code, value] of [['w21003', course.part] as const, ['w21001', course.whole] as const]) {
      monitors.push({ code, startMs: course.startMs, value, rest: unexplained(hoursOf(course, value), course.load, from) });
    }
  }
  const signs = {
    'step-against-load': ({ code, startMs, rest }, margin) => stepsAgainstLoad(code, startMs, rest, from, margin),
    drift: ({ code, startMs, rest }, margin) => driftOf(code, startMs, rest, from, margin),
    'hidden-limit': ({ code, startMs, value }, margin) => hiddenLimit(code, startMs, value, PER_DAY / 24, KNOWN_DAYS * PER_DAY, margin),
  } satisfies Record<keyof typeof BUDGET, (monitor: (typeof monitors)[0], margin: number) => Sign[]>;
  const found: Record<string, { margin: number; falseAlarms: number }> = {};
  for (const [kind, of] of Object.entries(signs)) {
    for (const margin of MARGINS) {
      const falseAlarms = monitors.flatMap((monitor) => of(monitor, margin)).length / SEEDS;
      found[kind] = { margin, falseAlarms };
      if (falseAlarms <= BUDGET[kind as keyof typeof BUDGET]) break;
    }
  }
  return found;
}

/** Time from the first changed reading to the end of the first hour in which a sign is out that the honest readings did not give. */
function delayOf(course: Course, kind: string, size: number, seed: number, usual: readonly Sign[]): number | null {
  const begin = beginning(seed, KNOWN_DAYS);
  const falsified = FALSIFICATIONS[kind]!(course.part, begin, size, seed);
  const first = falsified.findIndex((own, index) => !Number.isNaN(own) && own !== course.part[index]);
  if (first < 0) return null;
  const firstMs = course.startMs + first * EVERY_MS;
  const at = (days: number): boolean => {
    const until = first + Math.ceil(days * PER_DAY);
    const part = falsified.slice(0, until);
    const all = signsOfOutfall({ ...course, part }, part, (until - KNOWN_DAYS * PER_DAY) / PER_DAY);
    return all.some(
      ({ sign, toMs, codes }) =>
        toMs > firstMs && !usual.some((one) => one.sign === sign && one.codes[0] === codes[0] && one.toMs > firstMs),
    );
  };
  if (at(1)) return DAY_MS;
  return ASKED.includes(kind) || !at(7) ? null : 7 * DAY_MS;
}

/** Kinds that are computed, not judged: conversions, means and clocks by how far they are off. */
function pure(): Record<string, number> {
  const metrics: Record<string, number> = {};
  const hours = (level: number, noise: number, what: string): PeriodMean[] =>
    Array.from({ length: 24 }, (_, hour) => ({
      startMs: hour * HOUR_MS,
      valid: 60,
      abnormal: 0,
      mean: level * (1 + noise * normalOf(7, what, hour)),
      counts: true,
    }));
  const [dry, oxygen] = [hours(100, 0.1, 'dry'), hours(9, 0.05, 'oxygen')];
  for (const share of [0, 0.01, 0.03, 0.1]) {
    const sent = dry.map((hour, index) => ({ ...hour, mean: ((hour.mean! * 15) / (21 - oxygen[index]!.mean!)) * (1 + share) }));
    metrics[`conversion off by ${share}: hours told of 24`] = told(conversionsDiffer('a21026', dry, oxygen, sent, 6));
  }
  for (const minutes of [60, 45, 40, 10]) {
    const own = dry.map((hour) => ({ ...hour, valid: minutes, abnormal: 60 - minutes, counts: minutes >= 45 }));
    const making = { everyMs: 60_000, rule: validityRule('gas', 'hour'), weighted: false };
    metrics[`mean of ${minutes} min sent as good: hours told of 24`] = told(meansOfTooFew('a21026', own, dry, making));
  }
  for (const seconds of [30, 61, 120]) {
    const watch = new ClockWatch();
    const readings = Array.from({ length: 144 }, (_, n): readonly [number, number | null] => {
      const receivedMs = n * EVERY_MS;
      // One packet of seven is held up on its way for minutes.
      const wayMs = Math.abs(normalOf(7, 'way', n)) * (n % 7 === 0 ? 300_000 : 300);
      return [receivedMs, watch.arrived(receivedMs - seconds * 1000 - wayMs, receivedMs, EVERY_MS / 2)];
    }).filter(([, ahead]) => ahead !== null);
    const [timeMs, ahead] = [readings.map(([at]) => at), readings.map(([, own]) => own!)];
    metrics[`clock off by ${seconds} s: told`] = clockOff(['w21003'], timeMs, ahead).length > 0 ? 1 : 0;
  }
  return metrics;
}

const told = (signs: readonly Sign[]): number => signs.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / HOUR_MS, 0);
