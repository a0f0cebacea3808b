import type { Live } from '../collector/coverage/coverage.ts';
import { QUALITY_CODE } from '../collector/sample/sample.ts';
import { openReader } from '../collector/stores/open.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import type { Plant } from '../config/plant/plant.ts';

const DAY_MS = 86_400_000;

/** What a plant's store says of the day of `atMs`; undefined where it holds nothing at all, so that nobody can say. */
export async function liveOn(plant: Plant, atMs: number): Promise<Live | undefined> {
  const reader = await openReader(plant);
  try {
    return await liveFrom(reader, plant, atMs);
  } finally {
    await reader.close();
  }
}

/** Which channels of a plant have a good sample between the plant's last midnight and `atMs`, by what a store holds; undefined where it is empty. */
export async function liveFrom(reader: StoreReader, plant: Plant, atMs: number): Promise<Live | undefined> {
  const offsetMs = plant.offsetMinutes * 60_000;
  const midnightMs = Math.floor((atMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
  const delivering = new Set<string>();
  const newest = await reader.latest([...plant.channels.keys()]);
  if (newest.size === 0) return undefined;
  for (const [channel, sample] of newest) {
    if (sample.quality === 'good' && sample.timeMs >= midnightMs && sample.timeMs <= atMs) delivering.add(channel);
    else if (sample.timeMs >= midnightMs) {
      // The newest one says nothing of the day asked for: look at all of it.
      const { quality } = await reader.samples(channel, midnightMs, atMs + 1);
      if (quality.includes(QUALITY_CODE.good)) delivering.add(channel);
    }
  }
  return { delivering: (channel) => delivering.has(channel) };
}
