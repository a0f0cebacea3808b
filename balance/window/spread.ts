import { AT, WIDTH } from '../../collector/sample/hour-partials.ts';
import { spanTotal } from '../../collector/sample/span.ts';
import type { ChannelReadings } from './readings.ts';
import { HOUR_MS, type Window } from './window.ts';

/** One hour of a channel, cut to the window: what it held and how much of it readings cover, in the decoded unit. */
export interface HourAmount extends Window {
  /** Counter: unit; rate and concentration: unit × hour. NaN where nothing is known of the hour. */
  readonly amount: number;
  readonly coveredHours: number;
}

/** The hours of a window, each with its amount. */
export function hourly({ spec, partials }: Pick<ChannelReadings, 'spec' | 'partials'>, window: Window): readonly HourAmount[] {
  const { numbers, length } = partials;
  const hours: HourAmount[] = [];
  let first = 0;
  for (let atMs = Math.floor(window.fromMs / HOUR_MS) * HOUR_MS; atMs < window.toMs; atMs += HOUR_MS) {
    const span = { fromMs: Math.max(atMs, window.fromMs), toMs: Math.min(atMs + HOUR_MS, window.toMs) };
    while (first + 1 < length && !(numbers[(first + 1) * WIDTH + AT.lastMs]! > span.fromMs)) first += 1;
    let end = first;
    while (end < length && !(numbers[end * WIDTH + AT.firstMs]! >= span.toMs)) end += 1;
    const { amount, coveredMs } = spanTotal(spec, partials.slice(first, end + 1), span.fromMs, span.toMs);
    hours.push({ ...span, amount, coveredHours: coveredMs / HOUR_MS });
  }
  return hours;
}

/**
 * Standard deviation of the hourly means, in the decoded unit (per hour for counters): how far an hour that nobody read may lie from the
 * mean of the others. With fewer than two hours known, |mean| ÷ √3: anything from nothing to double.
 */
export function hourlySpread(hours: readonly HourAmount[], mean: number): number {
  const means = knownMeans(hours);
  if (means.length < 2) return Math.abs(mean) / Math.sqrt(3);
  const centre = means.reduce((total, value) => total + value, 0) / means.length;
  return Math.sqrt(means.reduce((total, value) => total + (value - centre) ** 2, 0) / (means.length - 1));
}

/**
 * How far the mean of an hour moves to that of the next: √(Σd² ÷ 2(m−1)), the standard deviation where hours are independent and less
 * where they follow a trend. As `hourlySpread` with fewer than two hours known.
 *
 * @source von Neumann, J., Ann. Math. Statist. 12 (1941) 367: mean square successive difference
 */
export function hourlyStep(hours: readonly HourAmount[], mean: number): number {
  const means = knownMeans(hours);
  if (means.length < 2) return Math.abs(mean) / Math.sqrt(3);
  const squares = means.reduce((total, value, i) => (i === 0 ? 0 : total + (value - means[i - 1]!) ** 2), 0);
  return Math.sqrt(squares / (2 * (means.length - 1)));
}

function knownMeans(hours: readonly HourAmount[]): readonly number[] {
  return hours.flatMap(({ coveredHours, amount }) => (coveredHours > 0 && !Number.isNaN(amount) ? [amount / coveredHours] : []));
}
