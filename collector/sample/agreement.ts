import { HOUR_MS } from './hour.ts';
import type { HourPartial } from './partial.ts';

/** An hour in which a meter's totaliser rose by `rise`, while its rate, integrated, says `integral`; both in the unit of the totaliser. */
export interface AgreementHour {
  readonly hourMs: number;
  readonly rise: number;
  readonly integral: number;
}

export interface Agreement {
  readonly hours: readonly AgreementHour[];
  /** Σ rise ÷ Σ integral; null where nothing flowed by the rate. */
  readonly ratio: number | null;
  /** Spread of the hours' own ratios around it: median of the absolute deviations, relative. null for fewer than three hours of flow. */
  readonly spread: number | null;
  readonly verdict: 'agrees' | 'disagrees' | 'too-little';
  /**
   * What the ratio looks like where they disagree: one of the two stands still while the other goes on, a declared ratio that one of them
   * lacks, a decimal point, a unit of time, a pulse constant or compensation that is off by a constant, or no constant at all.
   */
  readonly likely: 'stands-still' | 'declared-ratio' | 'decimal-point' | 'time-unit' | 'constant-factor' | 'no-constant' | null;
}

export interface AgreementOptions {
  /** Rate × hour in the unit of the totaliser: 1 for m³/h and m³, 3.6 for kg/s and t. */
  readonly unitPerRateHour: number;
  /** Smallest step of the totaliser, in its unit. */
  readonly resolution: number;
  /** Relative difference beyond which the two disagree. */
  readonly tolerance: number;
  /** Ratios that the plant file declares for the meter, such as a current transformer's; 1 is left out. */
  readonly declared: readonly number[];
}

/** Share of an hour that readings must cover. */
const COVERED = 0.9;
/** Fewer hours of flow say nothing. */
const LEAST_HOURS = 3;
const TIME_UNITS = [60, 3600, 24, 1440, 1 / 60, 1 / 3600, 1 / 24, 1 / 1440];

/**
 * A meter's totaliser against the integral of its own rate, hour by hour. Both come from one sensor, so that they differ by more than
 * rounding only where one of them is scaled wrongly: the first test that shows a wrong ratio, pulse constant or compensation.
 *
 * Compared are mean rates over the time that each one's readings cover within an hour, where that is at least nine tenths of it for
 * both, and no reset, replacement or glitch lies in it.
 *
 * @param counter, rate hour partials of the two channels, ascending.
 */
export function agreementOf(counter: readonly HourPartial[], rate: readonly HourPartial[], options: AgreementOptions): Agreement {
  const rates = new Map(rate.map((partial) => [partial.hourMs, partial]));
  const hours = counter.flatMap((own): AgreementHour[] => {
    const other = rates.get(own.hourMs);
    if (other === undefined || own.coveredMs < COVERED * HOUR_MS || other.coveredMs < COVERED * HOUR_MS || own.events.length > 0) return [];
    const rise = (own.rise * HOUR_MS) / own.coveredMs;
    const integral = ((other.integral * HOUR_MS) / other.coveredMs) * options.unitPerRateHour;
    return [{ hourMs: own.hourMs, rise, integral }];
  });
  const [rise, integral] = [sumOf(hours.map((hour) => hour.rise)), sumOf(hours.map((hour) => hour.integral))];
  const ratio = integral > 0 ? rise / integral : null;
  const flowing = hours.filter((hour) => hour.integral > 0 && hour.rise > 0).map((hour) => hour.rise / hour.integral);
  const spread = ratio === null || flowing.length < LEAST_HOURS ? null : median(flowing.map((own) => Math.abs(own / ratio - 1)));
  const steps = options.resolution * 2 * hours.length;
  const enough = hours.length >= LEAST_HOURS && Math.max(rise, integral) > steps / options.tolerance;
  if (!enough) return { hours, ratio, spread, verdict: 'too-little', likely: null };
  if (ratio === null || rise <= 0) return { hours, ratio, spread, verdict: 'disagrees', likely: 'stands-still' };
  if (Math.abs(ratio - 1) <= options.tolerance) return { hours, ratio, spread, verdict: 'agrees', likely: null };
  return { hours, ratio, spread, verdict: 'disagrees', likely: likelyCause(ratio, spread, options) };
}

function likelyCause(ratio: number, spread: number | null, { tolerance, declared }: AgreementOptions): Agreement['likely'] {
  const isNear = (known: number): boolean => Math.abs(ratio / known - 1) <= tolerance;
  if (declared.some((known) => known !== 1 && (isNear(known) || isNear(1 / known)))) return 'declared-ratio';
  const power = Math.round(Math.log10(ratio));
  if (power !== 0 && isNear(10 ** power)) return 'decimal-point';
  if (TIME_UNITS.some(isNear)) return 'time-unit';
  return spread !== null && spread <= tolerance ? 'constant-factor' : 'no-constant';
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
