import { convert } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { SteamState } from '../../config/plant/steam.ts';
import { type Quantity, quantity, scaled } from '../window/quantity.ts';

/** The mean of a channel over the window, in its unit; null where nothing was read. */
export type StateMeanOf = (channel: string) => Quantity | null;

/** A pressure or temperature of a medium in `unit`, constant under the source `name` or the mean of a channel; null where nothing was read. */
export function stateOf(plant: Plant, state: SteamState, unit: string, name: string, meanOf: StateMeanOf): Quantity | null {
  if ('value' in state) {
    const step = convert(1, state.unit, unit);
    return quantity(state.value * step, [[name, state.u * step]]);
  }
  const mean = meanOf(state.meter);
  const { unit: read = unit } = plant.channels.get(state.meter) ?? {};
  return mean && scaled(mean, convert(1, read, unit));
}
