import { convert } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Stock } from '../../config/plant/schema.ts';

/** How the gauge of a stock reads what is there: amounts in the unit of the medium, readings in that of the channel. */
export interface Gauge {
  amountAt(reading: number): number;
  readingAt(amount: number): number;
}

/**
 * The gauge of a stock through its strapping table and `perUnit`, whose true value is given. Where `perUnit` is a definition, units convert.
 * Beyond the ends of a table its outermost piece goes on.
 */
export function gaugeOf(plant: Plant, { medium, meter, strapping, perUnit: { value, basis } }: Stock, truePerUnit: number): Gauge {
  const unit = plant.media.get(medium)!.unit;
  const read = strapping?.unit ?? plant.channels.get(meter)?.unit ?? unit;
  const factor = value === 1 && basis === 'definition' ? convert(1, read, unit) : truePerUnit;
  if (strapping === undefined) return { amountAt: (reading) => reading * factor, readingAt: (amount) => amount / factor };
  const { points } = strapping;
  const back = points.map(([reading, held]) => [held, reading] as const);
  return { amountAt: (reading) => along(points, reading) * factor, readingAt: (amount) => along(back, amount / factor) };
}

/** Linear between points whose first numbers do not fall. */
function along(points: readonly (readonly [number, number])[], at: number): number {
  const above = points.findIndex(([x], index) => index > 0 && x >= at && x > points[index - 1]![0]);
  const last = points.findLastIndex(([x], index) => index > 0 && x > points[index - 1]![0]);
  const index = above === -1 ? last : above;
  const [[x0, y0], [x1, y1]] = [points[index - 1]!, points[index]!];
  return y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}
