import { spanTotal } from '../../collector/sample/span.ts';
import { noiseOfIntegral } from './noise.ts';
import { type Quantity, quantity } from './quantity.ts';
import type { ChannelReadings } from './readings.ts';
import { hourly, hourlySpread } from './spread.ts';
import { calibrationOfMean, calibrationSource, resolutionOfReading } from './uncertainty.ts';
import { HOUR_MS, hoursOf, type Window } from './window.ts';

/**
 * Time-weighted mean of a concentration or rate channel over a window, in its unit: ∫ c dt ÷ the time that readings cover. Time that
 * nothing covers widens the uncertainty by the spread of the hourly means, by its share. null where nothing was read.
 */
export function channelMean({ channel, spec, partials, ...rest }: ChannelReadings, window: Window): Quantity | null {
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
  ]);
}
