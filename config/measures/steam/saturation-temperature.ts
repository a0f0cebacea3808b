import { REGION_4 } from './coefficients.ts';

/**
 * Saturation temperature, K, of 0.000611213 MPa ≤ p ≤ 22.064 MPa.
 *
 * @throws RangeError outside.
 * @source IAPWS R7-97(2012) eq. (31)
 */
export function saturationTemperature(pressureMPa: number): number {
  if (!(pressureMPa >= 0.000611212 && pressureMPa <= 22.064)) throw new RangeError(`no saturation at ${pressureMPa} MPa`);
  const [n1, n2, n3, n4, n5, n6, n7, n8, n9, n10] = REGION_4 as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const beta = pressureMPa ** 0.25;
  const e = beta ** 2 + n3 * beta + n6;
  const f = n1 * beta ** 2 + n4 * beta + n7;
  const g = n2 * beta ** 2 + n5 * beta + n8;
  const d = (2 * g) / (-f - Math.sqrt(f ** 2 - 4 * e * g));
  return (n10 + d - Math.sqrt((n10 + d) ** 2 - 4 * (n9 + n10 * d))) / 2;
}
