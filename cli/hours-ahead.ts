import { specOf } from '../balance/window/spec.ts';
import type { ChannelSpec } from '../collector/sample/partial.ts';
import { CHANNEL_WEIGHT, MOST_SAMPLES } from '../collector/stores/duckdb/recent.ts';
import type { Channel, Plant } from '../config/plant/plant.ts';
import { durationMs } from '../config/plant/time.ts';

const HOUR_MS = 3_600_000;
/** A large plant takes memory by itself: with 50,000 channels 30 MB are left for this instead of 60, with 100,000 nothing. */
const LESS_A_CHANNEL = 30;
/** Parts of a plant file that say how meters are read, not what is made of the readings. */
const OF_READING = new Set(['meters', 'devices', 'stores', 'journal', 'units']);

/**
 * The channels whose hour totals the local store works out as the hours pass, as far as it has memory for the readings of two hours: those
 * that streams, metering points and whatever else in the plant file names, then the others, all or none, for nobody knows which of them
 * will be asked for. Totals of what is left out are worked out when someone asks.
 */
export function specsAhead(plant: Plant): ChannelSpec[] {
  const named = channelsNamed(plant);
  const ahead: Channel[] = [];
  let room = MOST_SAMPLES - LESS_A_CHANNEL * plant.channels.size;
  for (const id of named) {
    const channel = plant.channels.get(id)!;
    const weight = weightOf(channel);
    if (weight > room) continue;
    room -= weight;
    ahead.push(channel);
  }
  const others: Channel[] = [];
  for (const channel of plant.channels.values()) {
    if (named.has(channel.id)) continue;
    room -= weightOf(channel);
    if (room < 0) break;
    others.push(channel);
  }
  return [...ahead, ...(room < 0 ? [] : others)].map((channel) => specOf(channel, plant.offsetMinutes));
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
