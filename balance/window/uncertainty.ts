import { amountPerHour, amountUnitOf, convert, isConvertible } from '../../config/measures/units.ts';
import type { Channel } from '../../config/plant/plant.ts';

/**
 * The contributions to the uncertainty of a total over a window, each a standard uncertainty (k = 1) in the unit of the total.
 *
 * The calibration part is one unknown but fixed error of the instrument: it neither shrinks with the number of readings nor cancels
 * between periods. Everything else is independent between readings.
 *
 * @source JCGM 100:2008 (GUM) 4.3.7 (rectangular: half-width ÷ √3), 4.2.3 (mean of n), 5.2.2
 */

/**
 * Name of the source of a channel's calibration error. Counter and rate of one instrument share it: both come from one sensor.
 */
export function calibrationSource(channel: Channel): string {
  return `calibration ${channel.kind === 'counter' || channel.kind === 'rate' ? channel.meter.id : channel.id}`;
}

/**
 * Lag-one correlation of an instrument's noise that is assumed between neighbouring samples: minute values are not independent. n of
 * them then count as n·(1−ρ)/(1+ρ) independent ones.
 */
export const NOISE_CORRELATION = 0.5;

/** Number of independent readings that n correlated ones are worth, at least 1. */
export function effectiveCount(n: number, correlation = NOISE_CORRELATION): number {
  return Math.max(1, (n * (1 - correlation)) / (1 + correlation));
}

/**
 * Calibration part of a counter's or rate's total: maximum permissible error ÷ √3.
 *
 * of reading: p % × total, with its sign, at any turndown. of span: p % × span × hours, which is the larger share of the total the further the flow
 * lies below the span. absolute: of a rate the error in its unit × hours; of a counter the error of its reading, once.
 *
 * `ratio` is primary ÷ decoded, by which span and absolute error grow as the total did; `hours` is the time that the total covers.
 * `Infinity` where the ledger states no accuracy, or a class of span and no span. With `tickets`, of a batch meter, span and absolute
 * error count once a ticket.
 */
export function calibrationOfTotal(channel: Channel, total: number, hours: number, ratio: number, tickets = 1): number {
  const { accuracy } = channel.meter;
  if (accuracy === undefined) return Number.POSITIVE_INFINITY;
  if ('percentOfReading' in accuracy) return ((accuracy.percentOfReading / 100) * total) / Math.sqrt(3);
  if ('percentOfSpan' in accuracy) {
    const span = channel.kind === 'batch' ? spanOf(channel) : amountSpanPerHour(channel);
    const times = channel.kind === 'batch' ? tickets : hours;
    return span === null ? Number.POSITIVE_INFINITY : ((accuracy.percentOfSpan / 100) * span * times * ratio) / Math.sqrt(3);
  }
  const absolute = inUnitOf(channel, accuracy.absolute);
  if (channel.kind === 'rate') return (absolute * perHour(channel.unit) * hours * ratio) / Math.sqrt(3);
  return (absolute * ratio * tickets) / Math.sqrt(3);
}

/** Calibration part of a mean (concentration): MPE ÷ √3 at the mean. `Infinity` as for totals. */
export function calibrationOfMean(channel: Channel, mean: number): number {
  const { accuracy } = channel.meter;
  if (accuracy === undefined) return Number.POSITIVE_INFINITY;
  if ('percentOfReading' in accuracy) return ((accuracy.percentOfReading / 100) * mean) / Math.sqrt(3);
  if ('absolute' in accuracy) return inUnitOf(channel, accuracy.absolute) / Math.sqrt(3);
  return ((accuracy.percentOfSpan / 100) * (spanOf(channel) ?? Number.POSITIVE_INFINITY)) / Math.sqrt(3);
}

/**
 * Calibration part of a stock change read twice on one gauge. Both readings carry the same error: an offset cancels (u² = u_s² + u_e² −
 * 2ρ·u_s·u_e with ρ = 1) and what is left is the slope of the error curve, class × |change|. A class of span bounds the curve by ± p %
 * of span, and the slope of a straight error by p %; an absolute error is taken as that share of the span, and where there is no span
 * as two independent readings.
 */
export function calibrationOfChange(channel: Channel, change: number): number {
  const { accuracy } = channel.meter;
  if (accuracy === undefined) return Number.POSITIVE_INFINITY;
  if ('percentOfReading' in accuracy) return ((accuracy.percentOfReading / 100) * change) / Math.sqrt(3);
  if ('percentOfSpan' in accuracy) return ((accuracy.percentOfSpan / 100) * change) / Math.sqrt(3);
  const absolute = inUnitOf(channel, accuracy.absolute);
  const span = spanOf(channel);
  return span === null ? (Math.SQRT2 * absolute) / Math.sqrt(3) : ((absolute / span) * change) / Math.sqrt(3);
}

/** Resolution of one reading: a step d hides ± d ÷ 2, rectangular: d ÷ √12. A difference of two readings has √2 of it. */
export function resolutionOfReading(channel: Channel): number {
  const step = channel.id === channel.meter.id ? channel.meter.resolution : undefined;
  return (step ?? 0) / Math.sqrt(12);
}

/**
 * Interpolation within a bracket: of a rise `amount` between the readings on both sides, the share f lies on one side of the boundary.
 * What is known of the way between is only that it rises, so u = amount × √(f(1−f) ÷ 3): 0 on a reading, and the deviation of a uniform
 * distribution over the whole rise, amount ÷ √12, in the middle.
 */
export function interpolation(amount: number, f: number): number {
  return Math.abs(amount) * Math.sqrt(Math.max(0, f * (1 - f)) / 3);
}

/** One hour (or another unit of time) of a rate's unit, in the unit of its amount: 1 for m3/h, 3600 for L/s. */
function perHour(unit: string): number {
  return amountUnitOf(unit) === null ? 1 : amountPerHour(unit);
}

/** Measuring span as amount per hour: of a rate its range, of a counter its ceiling. */
function amountSpanPerHour(channel: Channel): number | null {
  const span = spanOf(channel);
  if (channel.kind === 'rate') return span === null ? null : span * perHour(channel.unit);
  return channel.ceiling ?? null;
}

function spanOf({ range }: Channel): number | null {
  return range ? range[1] - range[0] : null;
}

/** The ledger states an absolute error in the unit of the meter's own channel. */
function inUnitOf(channel: Channel, absolute: number): number {
  if (channel.id === channel.meter.id) return absolute;
  return isConvertible(channel.meter.unit, channel.unit) ? convert(absolute, channel.meter.unit, channel.unit) : Number.POSITIVE_INFINITY;
}
