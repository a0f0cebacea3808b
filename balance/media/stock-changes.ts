import { convert } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Stock } from '../../config/plant/schema.ts';
import { channelMean } from '../window/channel-mean.ts';
import { levelChange } from '../window/level.ts';
import { pileChange } from '../window/pile.ts';
import { product, quantity } from '../window/quantity.ts';
import type { ChannelReadings } from '../window/readings.ts';
import { tankChange } from '../window/tank.ts';
import { HOUR_MS, type Window, windowOf } from '../window/window.ts';
import type { StockChangeOf } from './flows.ts';
import { tankDensity } from './tank-density.ts';

type Change = ReturnType<StockChangeOf>;

/**
 * The change of every stock over the window in the unit of its medium: from its gauge, by the strapping table where there is one and the
 * density at the temperature of the first and the last hour where one is stated, or from the surveys of a pile.
 *
 * @throws RangeError for a channel that the plant has not
 */
export function stockChanges(plant: Plant, readings: ReadonlyMap<string, ChannelReadings>, window: Window): StockChangeOf {
  const known = (id: string) => {
    const found = readings.get(id);
    if (found === undefined) throw new RangeError(`channel ${id} is not in the plant`);
    return found;
  };
  return (stock) => {
    if (stock.pile) return pileChange(stock.pile, stock.id, plant.media.get(stock.medium)!.unit, window, plant.offsetMinutes);
    if (stock.meter === undefined) return { change: null, notes: ['neither gauge nor survey'] };
    const found = known(stock.meter);
    const { channel, ends, spec } = found;
    if (ends === null) return { change: null, notes: [`${stock.meter} is no level`] };
    const [start, end] = ends;
    const read = levelChange(channel, window, start, end, spec.maxGapMs, plant.offsetMinutes);
    if (read === null) return { change: null, notes: [`no level of ${stock.meter} at both ends of the window`] };
    if (stock.density) return weighed(plant, stock, found, window, known);
    const table = stock.strapping;
    const held = table ? tankChange(channel, table, stock.id, window, start, end, spec.maxGapMs, plant.offsetMinutes) : read;
    if (held === null) return { change: null, notes: [`${stock.meter} reads outside of the strapping table of ${stock.id}`] };
    return { change: product(held, perUnit(plant, stock, channel.unit)), notes: [] };
  };
}

/** Volume × density at both ends. */
function weighed(
  plant: Plant,
  { id, medium, density, strapping }: Stock,
  { channel, ends, spec }: ChannelReadings,
  window: Window,
  known: (channel: string) => ChannelReadings,
): Change {
  const { unit } = plant.media.get(medium)!;
  const hours = [
    windowOf(window.fromMs, Math.min(window.toMs, window.fromMs + HOUR_MS)),
    windowOf(Math.max(window.fromMs, window.toMs - HOUR_MS), window.toMs),
  ];
  const [atStart, atEnd] = hours.map((hour) =>
    tankDensity(plant, density!, id, unit, strapping?.unit ?? channel.unit, (meter) =>
      channelMean(known(meter), hour, plant.offsetMinutes),
    ),
  );
  if (!atStart || !atEnd) return { change: null, notes: [`no temperature of ${id} at both ends of the window, or none in its table`] };
  const [start, end] = ends!;
  const held = [atStart.held, atEnd.held] as const;
  const change = tankChange(channel, strapping ?? null, id, window, start, end, spec.maxGapMs, plant.offsetMinutes, held);
  const per = `${unit}/${strapping?.unit ?? channel.unit}`;
  const [from, to] = [atStart, atEnd].map(({ held: { value }, degC }) => `${value.toPrecision(6)} ${per} (${degC.toFixed(1)} °C)`);
  const notes = [`density ${from} → ${to}`];
  return change ? { change, notes } : { change, notes: [...notes, `${channel.id} reads outside of the strapping table of ${id}`] };
}

/** Amount in the unit of the medium per unit of what was read; units that convert need no factor. */
function perUnit(plant: Plant, { id, medium, strapping, perUnit: { value, u, basis } }: Stock, read: string) {
  if (value === 1 && basis === 'definition') return quantity(convert(1, strapping?.unit ?? read, plant.media.get(medium)!.unit));
  return quantity(value, [[`perUnit ${id}`, u]]);
}
