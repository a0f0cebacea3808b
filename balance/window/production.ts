import { amountPerHour, amountUnitOf, convert } from '../../config/measures/units.ts';
import { labelOf } from '../../config/plant/label.ts';
import type { NormalProduction } from '../../config/plant/production.ts';
import { formatInstant, instantMs } from '../../config/plant/time.ts';
import { ratioSpans } from './ratio.ts';
import type { ChannelReadings } from './readings.ts';
import { SHIFT_CRITICAL, shiftStatistic } from './shift.ts';
import { hourly } from './spread.ts';
import { FEWEST_VALUES, STEADY, steadyStatistic } from './steady.ts';
import { HOUR_MS, type Window } from './window.ts';

/** A stretch of the window in which the load was something else than normal, or not known. */
export interface Change {
  readonly from: string;
  readonly to: string;
  readonly kind: 'below' | 'above' | 'unsteady' | 'unknown';
  /** Mean load of its known hours, in the unit of the record (of an unsteady stream: of its channel, per hour); null where unknown. */
  readonly mean: number | null;
}

/** What the record of normal production says of a window. */
export interface ProductionRecord {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly stream: string;
  readonly band: { readonly low: number; readonly high: number; readonly unit: string };
  readonly origin: string;
  readonly signed: { readonly by: string; readonly at: string };
  /** Hours of the window in which the record is in force, those with a reading, and those of them within the band. */
  readonly hours: number;
  readonly knownHours: number;
  readonly hoursWithin: number;
  readonly mean: number | null;
  readonly least: number | null;
  readonly most: number | null;
  /** Every hour within the band; null where all known ones are and some are unknown, or nothing is known. */
  readonly normal: boolean | null;
  /**
   * How clearly the load leaves its level (a trend, a step or a stay elsewhere; `shiftStatistic`) and whether that stays below the critical
   * value; null with too few hours. A wave around one level is steady: its hours are listed in `changes` by Cao and Rhinehart's statistic.
   */
  readonly steady: { readonly steady: boolean; readonly largest: number; readonly critical: number } | null;
  readonly changes: readonly Change[];
}

/** The load of the window beside its records, and the metered streams that were not steady. */
export interface ProductionResult {
  readonly records: readonly ProductionRecord[];
  /** How many metered streams had hours enough to be tested. At most one of twenty steady ones is called unsteady. */
  readonly tested: number;
  readonly unsteady: readonly { readonly stream: string; readonly largest: number; readonly changes: readonly Change[] }[];
}

interface Hour extends Window {
  /** NaN where unknown. */
  readonly load: number;
}

/**
 * The load hour by hour held against a record of normal production.
 *
 * @param readings of the meter that the stream's amount is by; null where it has none that runs on
 */
export function productionRecord(
  record: NormalProduction,
  readings: ChannelReadings | null,
  window: Window,
  offsetMinutes: number,
): ProductionRecord {
  const { id, name, stream, low, high, unit, origin, signed } = record;
  const at = (text: string | undefined, otherwise: number) => (text === undefined ? otherwise : instantMs(text, offsetMinutes));
  const span = { fromMs: Math.max(window.fromMs, at(record.from, window.fromMs)), toMs: Math.min(window.toMs, at(record.to, window.toMs)) };
  const hours = readings === null || span.toMs <= span.fromMs ? [] : hourlyLoad(readings, span, offsetMinutes, unit);
  const known = hours.map(({ load }) => load).filter((load) => !Number.isNaN(load));
  const within = known.filter((load) => load >= low && load <= high).length;
  const kindOf = ({ load }: Hour) => (Number.isNaN(load) ? 'unknown' : load < low ? 'below' : load > high ? 'above' : null);
  const statistic = steadyStatistic(hours.map(({ load }) => load));
  const unsteady =
    known.length < FEWEST_VALUES ? [] : stretches(hours, (_, index) => (statistic[index]! > STEADY.critical ? 'unsteady' : null));
  const outside = stretches(hours, kindOf);
  const normal = within < known.length ? false : known.length === hours.length && hours.length > 0 ? true : null;
  return {
    id,
    name: { zh: labelOf(name, 'zh'), en: labelOf(name, 'en') },
    stream,
    band: { low, high, unit },
    origin,
    signed,
    hours: Math.max(0, span.toMs - span.fromMs) / HOUR_MS,
    knownHours: known.length,
    hoursWithin: within,
    mean: known.length === 0 ? null : known.reduce((sum, load) => sum + load, 0) / known.length,
    least: known.length === 0 ? null : Math.min(...known),
    most: known.length === 0 ? null : Math.max(...known),
    normal,
    steady: steadiness(hours),
    changes: [...outside, ...unsteady].sort((a, b) => a.fromMs - b.fromMs).map((change) => printed(change, offsetMinutes)),
  };
}

/** The metered streams whose hours are not steady, each with when. */
export function unsteadyStreams(
  metered: readonly { readonly stream: string; readonly readings: ChannelReadings }[],
  window: Window,
  offsetMinutes: number,
): Pick<ProductionResult, 'tested' | 'unsteady'> {
  let tested = 0;
  const unsteady = metered.flatMap(({ stream, readings }) => {
    const hours = hourlyLoad(readings, window, offsetMinutes, null);
    const statistic = steadyStatistic(hours.map(({ load }) => load));
    const found = steadiness(hours);
    if (found === null) return [];
    tested += 1;
    if (found.steady) return [];
    const changes = stretches(hours, (_, index) => (statistic[index]! > STEADY.critical ? 'unsteady' : null));
    return [{ stream, largest: found.largest, changes: changes.map((change) => printed(change, offsetMinutes)) }];
  });
  return { tested, unsteady };
}

/** Load of each hour as a rate in `unit`, primary; in the channel's own amount per hour where unit is null. */
function hourlyLoad(readings: ChannelReadings, window: Window, offsetMinutes: number, unit: string | null): readonly Hour[] {
  const { channel } = readings;
  const rate = channel.kind === 'rate';
  const amountUnit = rate ? (amountUnitOf(channel.unit) ?? channel.unit) : channel.unit;
  const step = (rate ? amountPerHour(channel.unit) : 1) * (unit === null ? 1 : convert(1, `${amountUnit}/h`, unit));
  const spans = ratioSpans(channel, window, offsetMinutes);
  return hourly(readings, window).map(({ fromMs, toMs, amount, coveredHours }) => {
    const ratio = spans.find((span) => fromMs >= span.fromMs && fromMs < span.toMs)?.ratio ?? spans[0]!.ratio;
    return { fromMs, toMs, load: coveredHours > 0 ? (amount / coveredHours) * step * ratio : Number.NaN };
  });
}

function steadiness(hours: readonly Hour[]): ProductionRecord['steady'] {
  const known = hours.map(({ load }) => load).filter((load) => !Number.isNaN(load));
  if (known.length < FEWEST_VALUES) return null;
  const largest = shiftStatistic(known);
  return { steady: largest <= SHIFT_CRITICAL, largest, critical: SHIFT_CRITICAL };
}

interface Stretch extends Window {
  readonly kind: Change['kind'];
  readonly loads: readonly number[];
}

/** Neighbouring hours of one kind put together. */
function stretches(hours: readonly Hour[], kindOf: (hour: Hour, index: number) => Change['kind'] | null): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const [index, hour] of hours.entries()) {
    const kind = kindOf(hour, index);
    if (kind === null) continue;
    const last = found.at(-1);
    if (last?.kind === kind && last.toMs === hour.fromMs)
      found[found.length - 1] = { ...last, toMs: hour.toMs, loads: [...last.loads, hour.load] };
    else found.push({ fromMs: hour.fromMs, toMs: hour.toMs, kind, loads: [hour.load] });
  }
  return found;
}

function printed({ fromMs, toMs, kind, loads }: Stretch, offsetMinutes: number): Change {
  const known = loads.filter((load) => !Number.isNaN(load));
  const mean = known.length === 0 ? null : known.reduce((sum, load) => sum + load, 0) / known.length;
  return { from: formatInstant(fromMs, offsetMinutes), to: formatInstant(toMs, offsetMinutes), kind, mean };
}
