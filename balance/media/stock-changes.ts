import { convert } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Stock } from '../../config/plant/schema.ts';
import { levelChange } from '../window/level.ts';
import { product, quantity } from '../window/quantity.ts';
import type { ChannelReadings } from '../window/readings.ts';
import { tankChange } from '../window/tank.ts';
import type { Window } from '../window/window.ts';
import type { StockChangeOf } from './flows.ts';

/**
 * The change of every stock over the window in the unit of its medium, from its gauge, by the strapping table where there is one.
 *
 * @throws RangeError for a channel that the plant has not
 */
export function stockChanges(plant: Plant, readings: ReadonlyMap<string, ChannelReadings>, window: Window): StockChangeOf {
  return (stock) => {
    const found = readings.get(stock.meter);
    if (found === undefined) throw new RangeError(`channel ${stock.meter} is not in the plant`);
    const { channel, ends, spec } = found;
    if (ends === null) return { change: null, notes: [`${stock.meter} is no level`] };
    const [start, end] = ends;
    const read = levelChange(channel, window, start, end, spec.maxGapMs, plant.offsetMinutes);
    if (read === null) return { change: null, notes: [`no level of ${stock.meter} at both ends of the window`] };
    const table = stock.strapping;
    const held = table ? tankChange(channel, table, stock.id, window, start, end, spec.maxGapMs, plant.offsetMinutes) : read;
    if (held === null) return { change: null, notes: [`${stock.meter} reads outside of the strapping table of ${stock.id}`] };
    return { change: product(held, perUnit(plant, stock, channel.unit)), notes: [] };
  };
}

/** Amount in the unit of the medium per unit of what was read; units that convert need no factor. */
function perUnit(plant: Plant, { id, medium, strapping, perUnit: { value, u, basis } }: Stock, read: string) {
  if (value === 1 && basis === 'definition') return quantity(convert(1, strapping?.unit ?? read, plant.media.get(medium)!.unit));
  return quantity(value, [[`perUnit ${id}`, u]]);
}
