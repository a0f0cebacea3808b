import { looksOf } from '../../config/plant/looks.ts';
import type { Channel } from '../../config/plant/plant.ts';
import { durationMs } from '../../config/plant/time.ts';
import type { Group } from './schedule.ts';

/** How often a channel is asked. Where it is looked at between its readings also how often those are due, and the dead-band of the others. */
export interface Asked {
  readonly everyMs: number;
  readonly keepMs?: number;
  readonly band?: number;
}

/** @param every of its reading. */
export function askedOf(channel: Pick<Channel, 'read' | 'range'>, every: string): Asked {
  const looks = looksOf(channel);
  if (looks === null) return { everyMs: durationMs(every) };
  return { everyMs: looks.samplingMs, keepMs: looks.everyMs, band: looks.band };
}

/** What may be asked together has the same key. */
export const askedKey = ({ everyMs, keepMs }: Asked): string => `${everyMs} ${keepMs ?? ''}`;

/** The times of channels that are asked together. @param channels of one key. */
export function groupOf({ everyMs, keepMs }: Asked, channels: readonly (Pick<Asked, 'band'> & { readonly channel: string })[]): Group {
  if (keepMs === undefined) return { everyMs };
  return { everyMs, looks: { keepMs, bandOf: new Map(channels.map(({ channel, band }) => [channel, band ?? 0])) } };
}
