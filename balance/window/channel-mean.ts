import { AT, WIDTH } from '../../collector/sample/hour-partials.ts';
import { spanTotal } from '../../collector/sample/span.ts';
import { furtherTerms } from './further-terms.ts';
import { noiseOfIntegral } from './noise.ts';
import { type Quantity, quantity } from './quantity.ts';
import type { ChannelReadings } from './readings.ts';
import { type HourAmount, hourly, hourlySpread } from './spread.ts';
import { calibrationOfMean, calibrationSource, resolutionOfReading } from './uncertainty.ts';
import { HOUR_MS, hoursOf, type Window } from './window.ts';

/**
 * Time-weighted mean of a concentration or rate channel over a window, in its unit: ∫ c dt ÷ the time that readings cover. Time that
 * nothing covers widens the uncertainty by the spread of the hourly means, by its share. null where nothing was read.
 */
export function channelMean({ channel, spec, partials, ...rest }: ChannelReadings, window: Window, offsetMinutes: number): Quantity | null {
  const { amount, coveredMs } = spanTotal(spec, partials, window.fromMs, window.toMs);
  if (Number.isNaN(amount) || coveredMs <= 0) return null;
  const hours = hoursOf(window);
  const mean = amount / (coveredMs / HOUR_MS);
  const missing = Math.max(0, 1 - coveredMs / HOUR_MS / hours);
  const spread = missing > 1e-9 ? hourlySpread(hourly({ spec, partials, ...rest }, window), mean) : 0;
  return quantity(mean, [
    [calibrationSource(channel), calibrationOfMean(channel, mean)],
    [
      `noise ${channel.id}@${window.fromMs}`,
      Math.hypot(noiseOfIntegral(partials, window) / hours, resolutionOfReading(channel) / Math.sqrt(hours)),
    ],
    [`missing ${channel.id}@${window.fromMs}`, spread * missing],
    ...furtherTerms(channel, mean, window, offsetMinutes, countIn(partials, window)),
  ]);
}

/**
 * Mean of a concentration weighted by what passed in each hour, Σ(q·c) ÷ Σq on hours that start together, so that a content which rises
 * with the flow is not averaged away. Hours whose concentration nobody read take the mean of the others, with the spread of the hourly
 * means over their share of the amount. null as `channelMean`; that mean where the flow has no course.
 *
 * @param flow the hours of the stream's own meter
 */
export function weightedMean(
  readings: ChannelReadings,
  window: Window,
  offsetMinutes: number,
  flow: readonly HourAmount[],
): Quantity | null {
  const plain = channelMean(readings, window, offsetMinutes);
  if (plain === null) return null;
  const hours = hourly(readings, window);
  let [load, passed, missed] = [0, 0, 0];
  for (const [index, { amount: q }] of flow.entries()) {
    if (Number.isNaN(q)) continue;
    const { amount, coveredHours } = hours[index] ?? { amount: Number.NaN, coveredHours: 0 };
    if (coveredHours > 0 && !Number.isNaN(amount)) [load, passed] = [load + (q * amount) / coveredHours, passed + q];
    else missed += q;
  }
  if (!(Math.abs(passed) > 0)) return plain;
  const mean = load / passed;
  const { channel } = readings;
  const missing = `missing ${channel.id}@${window.fromMs}`;
  const spread = missed === 0 ? 0 : hourlySpread(hours, mean);
  return quantity(mean, [
    [calibrationSource(channel), calibrationOfMean(channel, mean)],
    ...[...plain.parts].filter(([source]) => source.startsWith('noise ')),
    [missing, Math.max(plain.parts.get(missing) ?? 0, spread * Math.abs(missed / (passed + missed)))],
    ...furtherTerms(channel, mean, window, offsetMinutes, countIn(readings.partials, window)),
  ]);
}

/** Readings within the hours of a window. */
function countIn(partials: ChannelReadings['partials'], { fromMs, toMs }: Window): number {
  const { numbers } = partials.within(fromMs, toMs);
  let n = 0;
  for (let row = 0; row < numbers.length; row += WIDTH) n += numbers[row + AT.good]! + numbers[row + AT.suspect]!;
  return n;
}
