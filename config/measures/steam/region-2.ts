import { GAS_CONSTANT, REGION_2, REGION_2_IDEAL } from './coefficients.ts';

/**
 * Specific enthalpy of steam, kJ/kg, in region 2: 273.15 K ≤ T ≤ 1073.15 K, up to the saturation pressure, above 623.15 K to the border of
 * region 3, to 100 MPa. The range is not looked at here; `steamEnthalpy` does.
 *
 * @source IAPWS R7-97(2012) eqs. (15)–(17), table 12: h = R·T·τ·(γ°τ + γʳτ) with π = p ÷ 1 MPa, τ = 540 K ÷ T
 */
export function enthalpyOfVapour(pressureMPa: number, temperatureK: number): number {
  const [pi, tau] = [pressureMPa, 540 / temperatureK];
  let derivative = 0;
  for (const [, j, n] of REGION_2_IDEAL) derivative += n * j * tau ** (j - 1);
  for (const [i, j, n] of REGION_2) derivative += n * pi ** i * j * (tau - 0.5) ** (j - 1);
  return GAS_CONSTANT * temperatureK * tau * derivative;
}

/** ∂h ÷ ∂p, kJ/(kg·MPa), and ∂h ÷ ∂T, kJ/(kg·K), of the same equation: R·T*·γʳπτ ÷ p* and −R·(T* ÷ T)²·γττ. */
export function enthalpySlopesOfVapour(pressureMPa: number, temperatureK: number): { perMPa: number; perKelvin: number } {
  const [pi, tau] = [pressureMPa, 540 / temperatureK];
  let [mixed, second] = [0, 0];
  for (const [, j, n] of REGION_2_IDEAL) second += n * j * (j - 1) * tau ** (j - 2);
  for (const [i, j, n] of REGION_2) {
    mixed += n * i * pi ** (i - 1) * j * (tau - 0.5) ** (j - 1);
    second += n * pi ** i * j * (j - 1) * (tau - 0.5) ** (j - 2);
  }
  return { perMPa: GAS_CONSTANT * 540 * mixed, perKelvin: -GAS_CONSTANT * tau ** 2 * second };
}
