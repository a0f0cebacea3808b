import { standardCoalFactor } from '../../config/measures/standard-coal.ts';
import { convert, isConvertible } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Flow } from './flows.ts';
import type { BalanceStream } from './result.ts';

/**
 * A stream's amount as standard coal by the calorific factor (当量值) of its medium in the edition in force at `atMs`. Absent where the
 * medium names no factor; null kgce where the amount is unknown, the factor has no calorific value, or it counts in another kind of unit.
 *
 * @throws Fault `standard-coal.unknown` for a factor that the table does not have.
 */
export function standardCoalOf(plant: Plant, flow: Flow, atMs: number): BalanceStream['standardCoal'] {
  const medium = plant.media.get(flow.stream.medium);
  if (medium?.standardCoal === undefined) return undefined;
  const factor = standardCoalFactor(medium.standardCoal, atMs);
  const name = `${factor.id} (${factor.edition})`;
  const { amount } = flow.known;
  if (amount === null || factor.calorific === null || !isConvertible(medium.unit, factor.per)) return { factor: name, kgce: null };
  return { factor: name, kgce: convert(amount.value, medium.unit, factor.per) * factor.calorific };
}
