import type { Plant } from '../../config/plant/plant.ts';
import type { Result } from './results.ts';

/** What naming a plant's channels needs of it; a plant of which no channels are known names none. */
export type Ledger = Partial<Pick<Plant, 'channels' | 'points' | 'streams' | 'stocks'>>;

/**
 * What each channel is, as a result `channel` with the tags channel, meter, medium, level and unit, so that readings on a server can be
 * chosen by them. They stand beside the readings, not on them: what a meter is said to be may change, what it read may not, and a series
 * whose tags changed would begin again and leave the same reading standing twice.
 *
 * `medium` is that of the first stream or stock that the meter reads, `level` that of its metering point; '' where there is none.
 *
 * @param timeMs instant at which it is so.
 */
export function channelResults({ channels, points, streams, stocks }: Ledger, timeMs: number): Result[] {
  const [media, levels] = [new Map<string, string>(), new Map<string, string>()];
  const put = (into: Map<string, string>, channel: string, value: string): void => {
    for (const key of [channel, meterOf(channel)]) if (!into.has(key)) into.set(key, value);
  };
  for (const { meters, level } of points?.values() ?? []) for (const { meter } of meters) put(levels, meter, String(level));
  for (const { amount, medium } of streams?.values() ?? []) {
    if (amount.by !== 'meter') continue;
    const ofPoint = amount.point === undefined ? [] : (points?.get(amount.point)?.meters ?? []);
    const read = amount.meter === undefined ? ofPoint.map(({ meter }) => meter) : [amount.meter];
    for (const channel of read) put(media, channel, medium);
  }
  for (const { meter, medium } of stocks?.values() ?? []) if (meter !== undefined) put(media, meter, medium);
  return Array.from(channels?.values() ?? [], ({ id, meter, unit }) => {
    const [medium, level] = [media, levels].map((known) => known.get(id) ?? known.get(meter.id) ?? '') as [string, string];
    return { measurement: 'channel', timeMs, tags: { channel: id, meter: meter.id, medium, level, unit }, fields: { info: 1 } };
  });
}

/** A further channel of a meter is called `meter.name`. */
const meterOf = (channel: string): string => channel.split('.')[0]!;
