import type { StoreReader } from '../../collector/stores/store.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { formatInstant } from '../../config/plant/time.ts';
import { driftOf, type PlantDrift } from '../media/drift.ts';
import { specOf } from '../window/spec.ts';
import { type Window, windowOf } from '../window/window.ts';

const HOUR_MS = 3_600_000;
/** Windows that a report looks at, its own counted, and the fewest of which a drift can be told. */
export const MOST_WINDOWS = 6;
export const FEWEST_WINDOWS = 3;

/**
 * Drift or fault of meters over a report's window and those before it, as long as it is and as far back as readings reach, six at most.
 * With fewer than three the balances are empty and `windows` says which there are.
 */
export async function driftBefore(plant: Plant, reader: StoreReader, window: Window): Promise<PlantDrift> {
  const spanMs = window.toMs - window.fromMs;
  let count = 1;
  while (count < MOST_WINDOWS && (await hasReadings(plant, reader, window.fromMs - count * spanMs))) count++;
  if (count >= FEWEST_WINDOWS) return driftOf(plant, reader, window, spanMs / HOUR_MS, count);
  const at = (timeMs: number) => formatInstant(timeMs, plant.offsetMinutes);
  const windows = Array.from({ length: count }, (_, k) =>
    windowOf(window.toMs - (count - k) * spanMs, window.toMs - (count - k - 1) * spanMs),
  );
  return { plant: plant.id, windows: windows.map(({ fromMs, toMs }) => ({ from: at(fromMs), to: at(toMs) })), balances: [] };
}

/** Whether any channel was read in the hour from `fromMs` on. */
async function hasReadings(plant: Plant, reader: StoreReader, fromMs: number): Promise<boolean> {
  const specs = [...plant.channels.values()].filter(({ kind }) => kind !== 'state').map((channel) => specOf(channel, plant.offsetMinutes));
  const partials = await reader.partials(specs, fromMs, fromMs + HOUR_MS);
  return [...partials.values()].some((hours) => [...hours].some(({ good }) => good > 0));
}
