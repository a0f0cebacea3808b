import type { ChannelSpec } from '../../collector/sample/partial.ts';
import { ceilingPerHour } from '../../config/plant/ceiling.ts';
import type { Channel } from '../../config/plant/plant.ts';
import { durationMs, instantMs } from '../../config/plant/time.ts';

/** Longest stretch bridged where a channel has neither `maxGap` nor a period: a day, for readings by hand and messages on change. */
const NO_PERIOD_MS = 24 * 3_600_000;
/** So many periods are bridged where no `maxGap` is set. */
const PERIODS = 3;

/** What the counter engine needs to know of a channel of the plant. */
export function specOf(channel: Channel, offsetMinutes: number): ChannelSpec {
  const { id, kind, meter, modulus, maxGap, read } = channel;
  const every = read?.every;
  return {
    channel: id,
    kind,
    modulus: modulus ?? null,
    ceilingPerHour: ceilingPerHour(channel),
    maxGapMs: maxGap !== undefined ? durationMs(maxGap) : every !== undefined ? PERIODS * durationMs(every) : NO_PERIOD_MS,
    replacements: meter.replacements
      .filter((replacement) => (replacement.channel ?? meter.id) === id || `${meter.id}.${replacement.channel}` === id)
      .map(({ at, lastOfOld, firstOfNew }) => ({ atMs: instantMs(at, offsetMinutes), lastOfOld, firstOfNew })),
  };
}
