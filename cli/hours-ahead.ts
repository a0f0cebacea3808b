import { specOf } from '../balance/window/spec.ts';
import type { ChannelSpec } from '../collector/sample/partial.ts';
import type { Channel, Plant } from '../config/plant/plant.ts';
import { durationMs } from '../config/plant/time.ts';

const HOUR_MS = 3_600_000;
/** Samples of two hours that the local store keeps in memory for the totals of hours, and what it counts for a channel beside them. */
const MOST_SAMPLES = 3_000_000;
const CHANNEL_WEIGHT = 100;
/** Parts of a plant file that say how meters are read, not what is made of the readings. */
const OF_READING = new Set(['meters', 'devices', 'stores', 'journal', 'units']);

/**
 * The channels whose hour totals the local store works out as the hours pass: all of them, as far as there is memory for the readings of
 * two hours; first those that streams, metering points and whatever else in the plant file names. Totals of the others are worked out when
 * someone asks.
 */
export function specsAhead(plant: Plant): ChannelSpec[] {
  const named = channelsNamed(plant);
  const specs: ChannelSpec[] = [];
  let room = MOST_SAMPLES;
  for (const isNamed of [true, false]) {
    for (const channel of plant.channels.values()) {
      if (named.has(channel.id) !== isNamed) continue;
      room -= weightOf(channel);
      if (room < 0 && !isNamed) return specs;
      specs.push(specOf(channel, plant.offsetMinutes));
    }
  }
  return specs;
}

/** In memory the columns of a channel grow by doubling. */
function weightOf({ read }: Channel): number {
  if (read?.every === undefined) return CHANNEL_WEIGHT;
  return CHANNEL_WEIGHT + 2 ** Math.ceil(Math.log2(Math.max(1, (2 * HOUR_MS) / durationMs(read.every))));
}

/** Channels that stand anywhere in what is made of the readings. */
function channelsNamed(plant: Plant): ReadonlySet<string> {
  const named = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value === 'string') {
      if (plant.channels.has(value)) named.add(value);
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
  };
  for (const [section, value] of Object.entries(plant.file)) if (!OF_READING.has(section)) look(value);
  return named;
}
