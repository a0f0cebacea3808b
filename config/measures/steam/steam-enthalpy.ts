import { enthalpyOfLiquid } from './region-1.ts';
import { enthalpyOfVapour } from './region-2.ts';
import { saturationPressure } from './saturation.ts';

/** Border between regions 1 and 3 and end of the saturation line that regions 1 and 2 share, K. */
const BORDER_K = 623.15;

/**
 * Specific enthalpy of water or steam, kJ/kg above the liquid at its triple point, from absolute pressure and temperature: liquid at and
 * above the saturation pressure of the temperature, steam below it. Regions 3 (near and above the critical point) and 5 (above 800 °C)
 * are not in it.
 *
 * @throws RangeError outside of regions 1 and 2.
 * @source IAPWS R7-97(2012) §3 (ranges), eq. (5) (border of regions 2 and 3)
 */
export function steamEnthalpy(pressureMPa: number, temperatureK: number): number {
  if (!(pressureMPa > 0 && pressureMPa <= 100 && temperatureK >= 273.15 && temperatureK <= 1073.15)) {
    throw new RangeError(`${pressureMPa} MPa, ${temperatureK} K is outside of IF97 regions 1 and 2`);
  }
  if (temperatureK <= BORDER_K) {
    const liquid = pressureMPa >= saturationPressure(temperatureK);
    return liquid ? enthalpyOfLiquid(pressureMPa, temperatureK) : enthalpyOfVapour(pressureMPa, temperatureK);
  }
  if (pressureMPa > borderPressure(temperatureK)) {
    throw new RangeError(`${pressureMPa} MPa, ${temperatureK} K is in IF97 region 3, which is not computed`);
  }
  return enthalpyOfVapour(pressureMPa, temperatureK);
}

/** Pressure of the border between regions 2 and 3, MPa; above 863.15 K it lies beyond 100 MPa. */
export function borderPressure(temperatureK: number): number {
  return 0.34805185628969e3 - 0.11671859879975e1 * temperatureK + 0.10192970039326e-2 * temperatureK ** 2;
}
