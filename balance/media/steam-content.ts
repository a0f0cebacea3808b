import { enthalpySlopesOfLiquid } from '../../config/measures/steam/region-1.ts';
import { enthalpySlopesOfVapour } from '../../config/measures/steam/region-2.ts';
import { saturationPressure, saturationSlope, saturationTemperature } from '../../config/measures/steam/saturation.ts';
import { steamEnthalpy } from '../../config/measures/steam/steam-enthalpy.ts';
import { wetSteamEnthalpy, wetSteamSlope } from '../../config/measures/steam/wet-steam.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { SteamContent, SteamState } from '../../config/plant/steam.ts';
import { type Quantity, quantity, scaled, standardUncertainty, sum } from '../window/quantity.ts';
import { type StateMeanOf, stateOf } from './state.ts';

const ZERO_C = 273.15;

/**
 * Enthalpy of one kg of water or steam from its state, kJ/kg, above the reference that the content states: h(p, T), or h′ + x·(h″ − h′)
 * of wet steam. Uncertainty to first order, ∂h/∂p·u(p) + ∂h/∂T·u(T) within the phase; where the temperature lies within 2u of saturation,
 * so that the phase is not known, the whole heat of evaporation ÷ √12 is added. null where a meter read nothing.
 *
 * @param name of the medium or stream, under which the sources of uncertainty of constants stand
 * @throws RangeError where the state lies outside of IF97 regions 1 and 2
 */
export function steamContent(plant: Plant, { steam }: SteamContent, name: string, meanOf: StateMeanOf): Quantity | null {
  const read = (state: SteamState | undefined, unit: string, part: string) =>
    state === undefined ? quantity(0) : stateOf(plant, state, unit, `steam ${part} ${name}`, meanOf);
  const shown = read(steam.pressure, 'MPa', 'pressure');
  const air = steam.gauge ? read(steam.atmosphere, 'MPa', 'atmosphere') : quantity(0);
  const degC = read(steam.temperature, 'degC', 'temperature');
  if (shown === null || air === null || degC === null) return null;
  const pressure = sum([shown, air]);
  const reference = steam.referenceC === undefined ? 0 : steamEnthalpy(0.101325, steam.referenceC + ZERO_C);
  const held =
    steam.dryness === undefined
      ? ofTemperature(pressure, { value: degC.value + ZERO_C, parts: degC.parts }, name)
      : ofDryness(pressure, steam.dryness, name);
  return { value: held.value - reference, parts: held.parts };
}

function ofTemperature(pressure: Quantity, temperature: Quantity, name: string): Quantity {
  const [p, t] = [pressure.value, temperature.value];
  const value = steamEnthalpy(p, t);
  const liquid = t <= 623.15 && p >= saturationPressure(t);
  const { perMPa, perKelvin } = (liquid ? enthalpySlopesOfLiquid : enthalpySlopesOfVapour)(p, t);
  return quantity(value, [
    ...scaled(pressure, perMPa).parts,
    ...scaled(temperature, perKelvin).parts,
    ...phase(pressure, temperature, name),
  ]);
}

/** What not knowing the phase adds. */
function phase(pressure: Quantity, temperature: Quantity, name: string): readonly [string, number][] {
  const p = pressure.value;
  if (!(p >= 0.000612 && p < 16.5)) return [];
  const saturation = saturationTemperature(p);
  const apart: Quantity = sum([temperature, scaled(pressure, -saturationSlope(p))]);
  const doubt = 2 * standardUncertainty({ value: 0, parts: apart.parts });
  if (!(Math.abs(temperature.value - saturation) < doubt)) return [];
  return [[`steam phase ${name}`, (wetSteamEnthalpy(p, 1) - wetSteamEnthalpy(p, 0)) / Math.sqrt(12)]];
}

function ofDryness(pressure: Quantity, dryness: { readonly value: number; readonly u: number }, name: string): Quantity {
  const [p, x] = [pressure.value, dryness.value];
  const evaporation = wetSteamEnthalpy(p, 1) - wetSteamEnthalpy(p, 0);
  return quantity(wetSteamEnthalpy(p, x), [
    ...scaled(pressure, wetSteamSlope(p, x)).parts,
    [`steam dryness ${name}`, evaporation * dryness.u],
  ]);
}
