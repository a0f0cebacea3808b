import { convert } from '../../config/measures/units.ts';
import { type Density, heldPerVolume } from '../../config/plant/density.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Stock } from '../../config/plant/schema.ts';

/** How the gauge of a stock reads what is there: amounts in the unit of the medium, readings in that of the channel. */
export interface Gauge {
  amountAt(reading: number): number;
  readingAt(amount: number): number;
}

/**
 * The gauge of a stock through its strapping table and `perUnit`, whose true value is given. Where `perUnit` is a definition, units convert.
 * Beyond the ends of a table its outermost piece goes on. A density is that of the simulated temperature; a surveyed pile counts itself.
 *
 * @param degC what the thermometer of the density reads, where it is one
 */
export function gaugeOf(plant: Plant, stock: Stock, truePerUnit: number, degC?: number): Gauge {
  const { medium, meter, strapping, density } = stock;
  const { value, basis } = stock.perUnit;
  const unit = plant.media.get(medium)!.unit;
  const read = strapping?.unit ?? (meter === undefined ? undefined : plant.channels.get(meter)?.unit) ?? unit;
  const known = value === 1 && basis === 'definition' ? (density ? densityOf(density, unit, read, degC) : convert(1, read, unit)) : null;
  const factor = known ?? truePerUnit;
  if (strapping === undefined) return { amountAt: (reading) => reading * factor, readingAt: (amount) => amount / factor };
  const { points } = strapping;
  const back = points.map(([reading, held]) => [held, reading] as const);
  return { amountAt: (reading) => along(points, reading) * factor, readingAt: (amount) => along(back, amount / factor) };
}

/** What one `volume` holds at the simulated temperature, a constant one, or that of the reference. */
function densityOf(density: Density, unit: string, volume: string, degC: number | undefined): number | null {
  const { temperature, reference, points } = density;
  const stated = 'value' in temperature ? convert(temperature.value, temperature.unit, 'degC') : undefined;
  const held = heldPerVolume(density, stated ?? degC ?? reference?.atC ?? points![0]![0]);
  return held && held.value * convert(1, density.unit, `${unit}/${volume}`);
}

/** Linear between points whose first numbers do not fall. */
function along(points: readonly (readonly [number, number])[], at: number): number {
  const above = points.findIndex(([x], index) => index > 0 && x >= at && x > points[index - 1]![0]);
  const last = points.findLastIndex(([x], index) => index > 0 && x > points[index - 1]![0]);
  const index = above === -1 ? last : above;
  const [[x0, y0], [x1, y1]] = [points[index - 1]!, points[index]!];
  return y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}
