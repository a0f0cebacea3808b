import type { Sample } from '../collector/sample/sample.ts';
import type { StoreReader } from '../collector/stores/store.ts';
import type { Plant } from '../config/plant/plant.ts';

/** The newest sample of each channel: of this run where it has one, otherwise as the store has it. */
export async function newestSamples(plant: Plant, own: ReadonlyMap<string, Sample>, reader: StoreReader): Promise<Map<string, Sample>> {
  const others = [...plant.channels.keys()].filter((channel) => !own.has(channel));
  return new Map([...(others.length > 0 ? await reader.latest(others) : []), ...own]);
}
