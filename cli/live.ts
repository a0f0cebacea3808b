import type { Live } from '../collector/coverage/coverage.ts';
import { QUALITY_CODE } from '../collector/sample/sample.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import type { Plant } from '../config/plant/plant.ts';

const DAY_MS = 86_400_000;

/** Which channels of a plant have a good sample between the plant's last midnight and `atMs`, by what a store holds. */
export async function liveFrom(reader: StoreReader, plant: Plant, atMs: number): Promise<Live> {
  const offsetMs = plant.offsetMinutes * 60_000;
  const midnightMs = Math.floor((atMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
  const delivering = new Set<string>();
  const newest = await reader.latest([...plant.channels.keys()]);
  for (const channel of newest.keys()) {
    const sample = newest.get(channel)!;
    if (sample.quality === 'good' && sample.timeMs >= midnightMs && sample.timeMs <= atMs) delivering.add(channel);
    else if (sample.timeMs >= midnightMs) {
      // The newest one says nothing of the day asked for: look at all of it.
      const { quality } = await reader.samples(channel, midnightMs, atMs + 1);
      if (quality.includes(QUALITY_CODE.good)) delivering.add(channel);
    }
  }
  return { delivering: (channel) => delivering.has(channel) };
}
