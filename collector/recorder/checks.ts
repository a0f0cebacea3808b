import type { Channel } from '../../config/plant/plant.ts';
import { durationMs } from '../../config/plant/time.ts';
import type { QualityChecks } from '../sample/quality.ts';

/**
 * The checks that a plant file states for its channels. Rates, concentrations and levels are held against their measuring range, with
 * the margin around it, where no limits are given; a counter's range is that of its flow and says nothing of its reading.
 */
export function qualityChecks(channels: Iterable<Channel>): Map<string, QualityChecks> {
  const checks = new Map<string, QualityChecks>();
  for (const channel of channels) {
    const { quality } = channel;
    const limits = quality?.limits ?? limitsByRange(channel);
    const own: QualityChecks = {
      ...(limits === undefined ? {} : { limits }),
      ...(quality?.changePerMinute === undefined ? {} : { changePerMinute: quality.changePerMinute }),
      ...(quality?.frozen === undefined ? {} : { frozen: { forMs: durationMs(quality.frozen.for), within: quality.frozen.within } }),
    };
    if (Object.keys(own).length > 0) checks.set(channel.id, own);
  }
  return checks;
}

/** Transmitters go a little beyond their range before they report a fault; percent of the span. */
const MARGIN_PERCENT = 5;

function limitsByRange({ kind, range, quality }: Channel): readonly [number, number] | undefined {
  if (range === undefined || kind === 'counter' || kind === 'batch' || kind === 'state') return undefined;
  const margin = ((range[1] - range[0]) * (quality?.marginPercent ?? MARGIN_PERCENT)) / 100;
  return [range[0] - margin, range[1] + margin];
}
