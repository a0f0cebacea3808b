import type { HourPartial } from '../../collector/sample/partial.ts';
import { spanTotal } from '../../collector/sample/span.ts';
import type { ChannelReadings } from './readings.ts';
import { effectiveCount } from './uncertainty.ts';
import { HOUR_MS, type Window } from './window.ts';

/** One hour of a channel, cut to the window: what it held and how much of it readings cover, in the decoded unit. */
export interface HourAmount extends Window {
  /** Counter: unit; rate and concentration: unit × hour. NaN where nothing is known of the hour. */
  readonly amount: number;
  readonly coveredHours: number;
}

/** The hours of a window, each with its amount. */
export function hourly({ spec, partials }: Pick<ChannelReadings, 'spec' | 'partials'>, window: Window): readonly HourAmount[] {
  const hours: HourAmount[] = [];
  let first = 0;
  for (let atMs = Math.floor(window.fromMs / HOUR_MS) * HOUR_MS; atMs < window.toMs; atMs += HOUR_MS) {
    const span = { fromMs: Math.max(atMs, window.fromMs), toMs: Math.min(atMs + HOUR_MS, window.toMs) };
    while (first + 1 < partials.length && !(partials[first + 1]!.lastMs > span.fromMs)) first += 1;
    let end = first;
    while (end < partials.length && !(partials[end]!.firstMs >= span.toMs)) end += 1;
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
  const means = hours
    .filter(({ coveredHours, amount }) => coveredHours > 0 && !Number.isNaN(amount))
    .map(({ amount, coveredHours }) => amount / coveredHours);
  if (means.length < 2) return Math.abs(mean) / Math.sqrt(3);
  const centre = means.reduce((total, value) => total + value, 0) / means.length;
  return Math.sqrt(means.reduce((total, value) => total + (value - centre) ** 2, 0) / (means.length - 1));
}

/**
 * Random part of an integral over the window, in unit × hour: within each hour s² ÷ n_eff of its mean, independent between hours. An
 * hour with fewer than three readings has no spread of its own; it takes that of neighbouring hours' means, Σd² ÷ 2(m−1).
 */
export function noiseOfIntegral(partials: readonly HourPartial[], { fromMs, toMs }: Window): number {
  const inside = partials.filter(({ hourMs, firstMs }) => hourMs < toMs && hourMs + HOUR_MS > fromMs && !Number.isNaN(firstMs));
  const means = inside.map(({ sum, good, suspect }) => sum / (good + suspect));
  let squares = 0;
  for (let i = 1; i < means.length; i += 1) squares += (means[i]! - means[i - 1]!) ** 2;
  const between = means.length > 1 ? squares / (2 * (means.length - 1)) : 0;
  let variance = 0;
  for (const [index, { sumSquares, good, suspect, hourMs }] of inside.entries()) {
    const n = good + suspect;
    const hours = (Math.min(toMs, hourMs + HOUR_MS) - Math.max(fromMs, hourMs)) / HOUR_MS;
    const within = n < 3 ? between : Math.max(0, sumSquares - n * means[index]! ** 2) / (n - 1) / effectiveCount(n);
    variance += within * hours ** 2;
  }
  return Math.sqrt(variance);
}
