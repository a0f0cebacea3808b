import { REGION_4 } from './coefficients.ts';

/**
 * The saturation line: β²ϑ² + n₁β²ϑ + n₂β² + n₃βϑ² + n₄βϑ + n₅β + n₆ϑ² + n₇ϑ + n₈ = 0 with β = p^¼ and ϑ = T + n₉ ÷ (T − n₁₀), solved
 * for either.
 *
 * @source IAPWS R7-97(2012) eqs. (29)–(31)
 */
const [n1, n2, n3, n4, n5, n6, n7, n8, n9, n10] = REGION_4;

/**
 * Saturation pressure, MPa, of 273.15 K ≤ T ≤ 647.096 K.
 *
 * @throws RangeError outside.
 */
export function saturationPressure(temperatureK: number): number {
  if (!(temperatureK >= 273.15 && temperatureK <= 647.096)) throw new RangeError(`no saturation at ${temperatureK} K`);
  const theta = temperatureK + n9 / (temperatureK - n10);
  return root(theta ** 2 + n1 * theta + n2, n3 * theta ** 2 + n4 * theta + n5, n6 * theta ** 2 + n7 * theta + n8, 1) ** 4;
}

/**
 * Saturation temperature, K, of 0.000611213 MPa ≤ p ≤ 22.064 MPa.
 *
 * @throws RangeError outside.
 */
export function saturationTemperature(pressureMPa: number): number {
  const theta = thetaOf(pressureMPa);
  return (n10 + theta - Math.sqrt((n10 + theta) ** 2 - 4 * (n9 + n10 * theta))) / 2;
}

/**
 * dT ÷ dp along the line, K/MPa, at a pressure: implicit derivative of the equation.
 *
 * @throws RangeError as `saturationTemperature`.
 */
export function saturationSlope(pressureMPa: number): number {
  const beta = pressureMPa ** 0.25;
  const theta = thetaOf(pressureMPa);
  const byBeta = 2 * beta * (theta ** 2 + n1 * theta + n2) + n3 * theta ** 2 + n4 * theta + n5;
  const byTheta = 2 * theta * (beta ** 2 + n3 * beta + n6) + n1 * beta ** 2 + n4 * beta + n7;
  const thetaPerKelvin = 1 - n9 / (saturationTemperature(pressureMPa) - n10) ** 2;
  return (-byBeta / byTheta / thetaPerKelvin) * 0.25 * pressureMPa ** -0.75;
}

function thetaOf(pressureMPa: number): number {
  if (!(pressureMPa >= 0.000611212 && pressureMPa <= 22.064)) throw new RangeError(`no saturation at ${pressureMPa} MPa`);
  const beta = pressureMPa ** 0.25;
  return root(beta ** 2 + n3 * beta + n6, n1 * beta ** 2 + n4 * beta + n7, n2 * beta ** 2 + n5 * beta + n8, -1);
}

/** The root of a·x² + b·x + c on the saturation line, as 2c ÷ (−b ± √(b² − 4ac)). */
function root(a: number, b: number, c: number, sign: 1 | -1): number {
  return (2 * c) / (-b + sign * Math.sqrt(b ** 2 - 4 * a * c));
}
