import { specOf } from '../balance/window/spec.ts';
import type { Live } from '../collector/coverage/coverage.ts';
import { QUALITY_CODE } from '../collector/sample/sample.ts';
import { openReader } from '../collector/stores/open.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import type { Channel, Plant } from '../config/plant/plant.ts';

const HOUR_MS = 3_600_000;
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
  // Those whose newest sample says nothing of the day asked for: look at all of it.
  const asked: Channel[] = [];
  for (const [id, sample] of newest) {
    if (sample.quality === 'good' && sample.timeMs >= midnightMs && sample.timeMs <= atMs) delivering.add(id);
    else if (sample.timeMs >= midnightMs) asked.push(plant.channels.get(id)!);
  }
  const good = await goodInFullHours(reader, plant, asked, midnightMs, atMs + 1);
  for (const { id } of asked) {
    if (good.has(id) || (await reader.samples(id, midnightMs, atMs + 1)).quality.includes(QUALITY_CODE.good)) delivering.add(id);
  }
  return { delivering: (channel) => delivering.has(channel) };
}

/** Channels with a good sample in a full hour of [fromMs, toMs), by what is kept of every hour. */
async function goodInFullHours(
  reader: StoreReader,
  plant: Plant,
  channels: readonly Channel[],
  fromMs: number,
  toMs: number,
): Promise<ReadonlySet<string>> {
  const [firstMs, endMs] = [Math.ceil(fromMs / HOUR_MS) * HOUR_MS, Math.floor(toMs / HOUR_MS) * HOUR_MS];
  if (channels.length === 0 || endMs <= firstMs) return new Set();
  const specs = channels.map((channel) => specOf(channel, plant.offsetMinutes));
  const partials = await reader.partials(specs, firstMs, endMs);
  return new Set([...partials].flatMap(([id, hours]) => ([...hours].some(({ good }) => good > 0) ? [id] : [])));
}
