import { enthalpyOfLiquid, enthalpySlopesOfLiquid } from './region-1.ts';
import { enthalpyOfVapour, enthalpySlopesOfVapour } from './region-2.ts';
import { saturationSlope, saturationTemperature } from './saturation.ts';

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

/** dh ÷ dp at constant dryness, kJ/(kg·MPa), along the saturation line. @throws RangeError as `wetSteamEnthalpy` */
export function wetSteamSlope(pressureMPa: number, dryness: number): number {
  const temperatureK = saturationTemperature(pressureMPa);
  const kelvinPerMPa = saturationSlope(pressureMPa);
  const [liquid, vapour] = [enthalpySlopesOfLiquid, enthalpySlopesOfVapour].map((slopesOf) => {
    const { perMPa, perKelvin } = slopesOf(pressureMPa, temperatureK);
    return perMPa + perKelvin * kelvinPerMPa;
  }) as [number, number];
  return liquid + dryness * (vapour - liquid);
}
