import { gasReference, REFERENCE_KPA } from '../../config/measures/gas-reference.ts';
import { convert } from '../../config/measures/units.ts';
import type { GasState } from '../../config/plant/gas.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { product, type Quantity, quantity, quotient, scaled, sum } from '../window/quantity.ts';
import { type StateMeanOf, stateOf } from './state.ts';

const ZERO_C = 273.15;

/**
 * What one m3 of gas as it flows is in `unit` (Nm3, m3@20, dry or wet): p ÷ 101.325 kPa × T_ref ÷ T ÷ Z, less its vapour where the unit
 * counts dry gas. null where a meter of the state read nothing or the state is none (no pressure, below absolute zero).
 *
 * @param name under which the sources of uncertainty of constants stand
 * @source law of ideal gases with the compressibility that the plant file states
 */
export function gasPerFlowingM3(plant: Plant, state: GasState, unit: string, name: string, meanOf: StateMeanOf): Quantity | null {
  const reference = gasReference(unit);
  if (reference === null) throw new RangeError(`${unit} has no reference conditions`);
  const shown = stateOf(plant, state.pressure, 'kPa', `gas pressure ${name}`, meanOf);
  const air = state.atmosphere === undefined ? quantity(0) : stateOf(plant, state.atmosphere, 'kPa', `gas atmosphere ${name}`, meanOf);
  const degC = stateOf(plant, state.temperature, 'degC', `gas temperature ${name}`, meanOf);
  if (shown === null || air === null || degC === null) return null;
  const pressure = sum([shown, air]);
  const kelvin = sum([degC, quantity(ZERO_C)]);
  const { value: z, u } = state.compressibility ?? { value: 1, u: 0 };
  if (!(pressure.value > 0) || !(kelvin.value > 0) || !(z > 0)) return null;
  const below = product(kelvin, quantity(z, [[`gas compressibility ${name}`, u]]));
  const wet = scaled(quotient(pressure, below), (reference.degC + ZERO_C) / REFERENCE_KPA);
  const vapour = state.moisturePercent;
  const base = `${reference.degC === 0 ? 'Nm3' : 'm3'}${reference.moisture === 'unstated' ? '' : reference.moisture}${reference.degC === 0 ? '' : '@20'}`;
  const inUnit = scaled(wet, convert(1, base, unit));
  if (reference.moisture !== 'dry' || vapour === undefined) return inUnit;
  return product(inUnit, quantity(1 - vapour.value / 100, [[`gas moisture ${name}`, -vapour.u / 100]]));
}
