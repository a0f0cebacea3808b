import { GAS_CONSTANT, REGION_1 } from './coefficients.ts';

/**
 * Specific enthalpy of liquid water, kJ/kg, in region 1: 273.15 K ≤ T ≤ 623.15 K, from the saturation pressure to 100 MPa. The range is
 * not looked at here; `steamEnthalpy` does.
 *
 * @source IAPWS R7-97(2012) eq. (7), table 3: h = R·T·τ·γτ with π = p ÷ 16.53 MPa, τ = 1386 K ÷ T
 */
export function enthalpyOfLiquid(pressureMPa: number, temperatureK: number): number {
  const [pi, tau] = [pressureMPa / 16.53, 1386 / temperatureK];
  let derivative = 0;
  for (const [i, j, n] of REGION_1) derivative += n * (7.1 - pi) ** i * j * (tau - 1.222) ** (j - 1);
  return GAS_CONSTANT * temperatureK * tau * derivative;
}

/**
 * ∂h ÷ ∂p, kJ/(kg·MPa), and ∂h ÷ ∂T, kJ/(kg·K), of the same equation: R·T*·γπτ ÷ p* and −R·(T* ÷ T)²·γττ.
 */
export function enthalpySlopesOfLiquid(pressureMPa: number, temperatureK: number): { perMPa: number; perKelvin: number } {
  const [pi, tau] = [pressureMPa / 16.53, 1386 / temperatureK];
  let [mixed, second] = [0, 0];
  for (const [i, j, n] of REGION_1) {
    if (i !== 0) mixed -= n * i * (7.1 - pi) ** (i - 1) * j * (tau - 1.222) ** (j - 1);
    second += n * (7.1 - pi) ** i * j * (j - 1) * (tau - 1.222) ** (j - 2);
  }
  return { perMPa: (GAS_CONSTANT * 1386 * mixed) / 16.53, perKelvin: -GAS_CONSTANT * tau ** 2 * second };
}
