import { enthalpyOfLiquid } from './region-1.ts';
import { enthalpyOfVapour } from './region-2.ts';
import { saturationTemperature } from './saturation-temperature.ts';

/**
 * Specific enthalpy of wet steam, kJ/kg: h′ + x·(h″ − h′) at the saturation temperature of its absolute pressure. Dryness x is the mass of
 * vapour over that of the mixture, 0 boiling water, 1 dry saturated steam.
 *
 * @throws RangeError for x outside 0…1 and for pressures without saturation or above 16.529 MPa, where region 3 begins.
 * @source IAPWS R7-97(2012) eqs. (7), (15), (31)
 */
export function wetSteamEnthalpy(pressureMPa: number, dryness: number): number {
  if (!(dryness >= 0 && dryness <= 1)) throw new RangeError(`a dryness of ${dryness} is not between 0 and 1`);
  const temperatureK = saturationTemperature(pressureMPa);
  if (temperatureK > 623.15) throw new RangeError(`saturation at ${pressureMPa} MPa is in IF97 region 3, which is not computed`);
  const liquid = enthalpyOfLiquid(pressureMPa, temperatureK);
  return liquid + dryness * (enthalpyOfVapour(pressureMPa, temperatureK) - liquid);
}
