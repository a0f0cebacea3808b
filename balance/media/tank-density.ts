import { convert } from '../../config/measures/units.ts';
import { type Density, heldPerVolume } from '../../config/plant/density.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { type Quantity, quantity, scaled } from '../window/quantity.ts';
import { type StateMeanOf, stateOf } from './state.ts';

/**
 * What one `volume` of a tank holds at the temperature that `meanOf` gives, in `unit`; null where nothing read the temperature or it lies
 * outside of the table of densities.
 *
 * Sources: the determination of the density and its expansion, one for every time that the tank is read; the temperature with what it
 * shares with other readings of its meter.
 *
 * @param name of the stock, under which the sources stand
 */
export function tankDensity(
  plant: Plant,
  density: Density,
  name: string,
  unit: string,
  volume: string,
  meanOf: StateMeanOf,
): { readonly held: Quantity; readonly degC: number } | null {
  const temperature = stateOf(plant, density.temperature, 'degC', `temperature ${name}`, meanOf);
  const at = temperature && heldPerVolume(density, temperature.value);
  if (temperature === null || at === null) return null;
  const { reference, uPercent = 0 } = density;
  const [u, uExpansion] = reference ? [reference.u, reference.uExpansion] : [uPercent / 100, 0];
  const held = quantity(at.value, [
    [`density ${name}`, at.perDensity * u],
    [`expansion ${name}`, at.perExpansion * uExpansion],
    ...scaled(temperature, at.perC).parts,
  ]);
  return { held: scaled(held, convert(1, density.unit, `${unit}/${volume}`)), degC: temperature.value };
}
