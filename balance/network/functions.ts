import { enthalpyOfLiquid, enthalpySlopesOfLiquid } from '../../config/measures/steam/region-1.ts';
import { enthalpyOfVapour, enthalpySlopesOfVapour } from '../../config/measures/steam/region-2.ts';
import { saturationSlope, saturationTemperature } from '../../config/measures/steam/saturation.ts';
import { steamEnthalpy } from '../../config/measures/steam/steam-enthalpy.ts';
import { wetSteamEnthalpy, wetSteamSlope } from '../../config/measures/steam/wet-steam.ts';

/** A function that an equation may call: its value and its partial derivatives, both analytic; NaN outside of where it holds. */
export interface EquationFunction {
  readonly parameters: readonly string[];
  readonly value: (...args: number[]) => number;
  readonly slopes: (...args: number[]) => readonly number[];
}

const ZERO_C = 273.15;
/** How far beyond the saturation line a phase's own equation may be followed, K: a step of the solver does not jump between phases. */
const BEYOND_K = 10;

/**
 * Heat of water and steam by IAPWS-IF97, kJ/kg above the liquid at its triple point; pressures absolute in MPa, temperatures in °C.
 *
 * Liquid and vapour are two functions, so that each is smooth: which phase a pipe carries is known to who writes the equation.
 *
 * @source IAPWS R7-97(2012), regions 1, 2 and 4
 */
export const FUNCTIONS: Readonly<Record<string, EquationFunction>> = {
  /** Liquid, region 1. */
  water_h: {
    parameters: ['p', 't'],
    value: (p, t) => within(p!, t! + ZERO_C, -1, () => enthalpyOfLiquid(p!, t! + ZERO_C)),
    slopes: (p, t) => pair(enthalpySlopesOfLiquid(p!, t! + ZERO_C)),
  },
  /** Steam, region 2. */
  steam_h: {
    parameters: ['p', 't'],
    value: (p, t) => within(p!, t! + ZERO_C, 1, () => enthalpyOfVapour(p!, t! + ZERO_C)),
    slopes: (p, t) => pair(enthalpySlopesOfVapour(p!, t! + ZERO_C)),
  },
  /** Wet steam of dryness x, regions 1, 2 and 4. */
  wet_h: {
    parameters: ['p', 'x'],
    value: (p, x) => numberOr(() => wetSteamEnthalpy(p!, x!)),
    slopes: (p, x) => [numberOr(() => wetSteamSlope(p!, x!)), numberOr(() => wetSteamEnthalpy(p!, 1) - wetSteamEnthalpy(p!, 0))],
  },
  /** Saturation temperature, °C, region 4. */
  t_sat: {
    parameters: ['p'],
    value: (p) => numberOr(() => saturationTemperature(p!)) - ZERO_C,
    slopes: (p) => [numberOr(() => saturationSlope(p!))],
  },
};

/** What `enthalpy` gives where the state is of that phase (−1 liquid, 1 vapour) or within `BEYOND_K` of it, else NaN. */
function within(pressureMPa: number, temperatureK: number, phase: -1 | 1, enthalpy: () => number): number {
  const line = numberOr(() => saturationTemperature(pressureMPa));
  if (!Number.isNaN(line) && line < 623.15)
    return (temperatureK - line) * phase >= -BEYOND_K ? ranged(pressureMPa, temperatureK, enthalpy) : Number.NaN;
  // below the triple point all is vapour; above 16.5 MPa `steamEnthalpy` knows where region 3 begins
  if (phase === -1 ? temperatureK > 623.15 : pressureMPa > 0.1 && temperatureK <= 623.15) return Number.NaN;
  return numberOr(() => steamEnthalpy(pressureMPa, temperatureK));
}

function ranged(pressureMPa: number, temperatureK: number, enthalpy: () => number): number {
  return pressureMPa > 0 && pressureMPa <= 100 && temperatureK >= ZERO_C && temperatureK <= 1073.15 ? enthalpy() : Number.NaN;
}

function numberOr(compute: () => number): number {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) return Number.NaN;
    throw error;
  }
}

function pair({ perMPa, perKelvin }: { perMPa: number; perKelvin: number }): readonly number[] {
  return [perMPa, perKelvin];
}
