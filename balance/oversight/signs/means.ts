import type { ValidityRule } from '../../../config/measures/monitoring.ts';
import { atReferenceOxygen } from '../gas.ts';
import type { PeriodMean } from '../validity.ts';
import { joined, type Sign } from './sign.ts';

const HOUR_MS = 3_600_000;
/** @source rule R068 of a published rule base for officers: difference beyond ± 2 % */
const CONVERSION_SHARE = 0.02;
/** Rounding to three digits, and an hour mean of products that is not the product of hour means, make this much. */
const MEAN_SHARE = 0.01;

const known = ({ mean, counts }: PeriodMean): number | null => (counts ? mean : null);

/**
 * Hours in which the converted value that the station sends is not what its own concentration and oxygen make of it. Figure: sent ÷ own − 1.
 *
 * @param dry concentration, dry. @param oxygen % of volume. @param sent the converted value.
 */
export function conversionsDiffer(
  code: string,
  dry: readonly PeriodMean[],
  oxygen: readonly PeriodMean[],
  sent: readonly PeriodMean[],
  referencePercent: number,
): Sign[] {
  const [o2, own] = [byStart(oxygen), byStart(dry)];
  return joined(
    sent.flatMap((hour): Sign[] => {
      const [told, concentration, percent] = [known(hour), own.get(hour.startMs) ?? null, o2.get(hour.startMs) ?? null];
      if (told === null || concentration === null) return [];
      const computed = atReferenceOxygen(concentration, percent, referencePercent);
      if (computed === null || computed <= 0) return [];
      const figure = told / computed - 1;
      if (Math.abs(figure) <= CONVERSION_SHARE) return [];
      return [{ sign: 'conversion-differs', fromMs: hour.startMs, toMs: hour.startMs + HOUR_MS, codes: [code], figure }];
    }),
    (a, b) => (Math.abs(b) > Math.abs(a) ? b : a),
  );
}

/** How a station makes its hour means of its minutes. */
export interface HourMaking {
  /** Time between two minute data. */
  readonly everyMs: number;
  /** When an hour counts; null: always. */
  readonly rule: ValidityRule | null;
  /** Whether means may be weighted by the flow, as those of water may: another mean of the same minutes says nothing then. */
  readonly weighted: boolean;
}

/**
 * Hours that a station sends as good though its own minutes do not allow it: so many of them came as invalid that the hour does not count
 * whatever the others are, or all are good and their mean is another. Figure: the minutes that can be valid, or sent ÷ own − 1 where all are
 * there. Minutes that did not come say nothing: the station may have them.
 *
 * @param hours from the minutes of the station. @param sent its hour means.
 * @source rule R069 of a published rule base for officers
 */
export function meansOfTooFew(
  code: string,
  hours: readonly PeriodMean[],
  sent: readonly PeriodMean[],
  { everyMs, rule, weighted }: HourMaking,
): Sign[] {
  const own = new Map(hours.map((hour) => [hour.startMs, hour]));
  const found = sent.flatMap((hour): Sign[] => {
    const [told, minutes] = [known(hour), own.get(hour.startMs)];
    if (told === null || minutes === undefined) return [];
    const at = { sign: 'mean-of-too-few' as const, fromMs: hour.startMs, toMs: hour.startMs + HOUR_MS, codes: [code] };
    const atBest = Math.max(0, 60 - (minutes.abnormal * everyMs) / 60_000);
    if (atBest < (rule?.atLeast?.minutes ?? 0) || minutes.abnormal > (rule?.atMost?.abnormal ?? Number.POSITIVE_INFINITY)) {
      return [{ ...at, figure: atBest }];
    }
    if (weighted || minutes.valid < 60 || minutes.mean === null || minutes.mean === 0) return [];
    const figure = told / minutes.mean - 1;
    return Math.abs(figure) > MEAN_SHARE ? [{ ...at, figure }] : [];
  });
  return joined(found, (a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
}

/** @source rule R042 of a published rule base for officers: beyond ± 1 min */
const CLOCK_SECONDS = 60;

/**
 * Time in which a station's clock is off by more than a minute, each reading standing for the time since the one before. Figure: seconds by
 * which the clock is ahead; negative where it is behind.
 *
 * @param aheadSeconds readings of a channel with code `clock`, NaN where there is none.
 */
export function clockOff(codes: readonly string[], timeMs: ArrayLike<number>, aheadSeconds: ArrayLike<number>): Sign[] {
  const found: Sign[] = [];
  for (let index = 0; index < timeMs.length; index++) {
    const figure = aheadSeconds[index]!;
    if (!(Math.abs(figure) > CLOCK_SECONDS)) continue;
    const toMs = timeMs[index]! + 1;
    found.push({ sign: 'clock-off', fromMs: index === 0 ? toMs - 1 : timeMs[index - 1]!, toMs, codes, figure });
  }
  return joined(found, (a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
}

function byStart(hours: readonly PeriodMean[]): Map<number, number | null> {
  return new Map(hours.map((hour) => [hour.startMs, known(hour)]));
}
