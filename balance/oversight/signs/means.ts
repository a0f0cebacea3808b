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

/**
 * Hours that a station sends as good though its own minutes do not allow it: too few of them are good, or their mean is another. Figure:
 * valid minutes of the hour, or sent ÷ own − 1 where there are enough.
 *
 * @param hours from the minutes of the station, by the rule. @param sent its hour means.
 * @source rule R069 of a published rule base for officers
 */
export function meansOfTooFew(code: string, hours: readonly PeriodMean[], sent: readonly PeriodMean[]): Sign[] {
  const own = new Map(hours.map((hour) => [hour.startMs, hour]));
  return sent.flatMap((hour): Sign[] => {
    const [told, minutes] = [known(hour), own.get(hour.startMs)];
    if (told === null || minutes === undefined) return [];
    const at = { sign: 'mean-of-too-few' as const, fromMs: hour.startMs, toMs: hour.startMs + HOUR_MS, codes: [code] };
    if (!minutes.counts) return [{ ...at, figure: minutes.valid }];
    if (minutes.mean === null || minutes.mean === 0) return [];
    const figure = told / minutes.mean - 1;
    return Math.abs(figure) > MEAN_SHARE ? [{ ...at, figure }] : [];
  });
}

/** When a packet says that it was made and when it came. */
export interface Arrival {
  readonly saidMs: number;
  readonly receivedMs: number;
}

/** @source rule R042 of a published rule base for officers: beyond ± 1 min */
const CLOCK_MS = 60_000;
/** Arrivals that are judged together: one that was held up on the way says nothing of a clock. */
const TOGETHER = 5;

/**
 * Time in which a station's clock is off by more than a minute. Of some arrivals the quickest counts, since a packet may be late and never
 * early. Figure: seconds that the clock is behind; negative where it is ahead.
 */
export function clockOff(codes: readonly string[], arrivals: readonly Arrival[]): Sign[] {
  const found: Sign[] = [];
  for (let end = TOGETHER; end <= arrivals.length; end += TOGETHER) {
    const some = arrivals.slice(end - TOGETHER, end);
    const behindMs = Math.min(...some.map(({ saidMs, receivedMs }) => receivedMs - saidMs));
    if (Math.abs(behindMs) <= CLOCK_MS) continue;
    found.push({ sign: 'clock-off', fromMs: some[0]!.receivedMs, toMs: some.at(-1)!.receivedMs + 1, codes, figure: behindMs / 1000 });
  }
  return found;
}

function byStart(hours: readonly PeriodMean[]): Map<number, number | null> {
  return new Map(hours.map((hour) => [hour.startMs, known(hour)]));
}
