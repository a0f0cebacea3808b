import { REGION_4 } from './coefficients.ts';

/**
 * Saturation pressure, MPa, of 273.15 K ≤ T ≤ 647.096 K.
 *
 * @throws RangeError outside.
 * @source IAPWS R7-97(2012) eq. (30)
 */
export function saturationPressure(temperatureK: number): number {
  if (!(temperatureK >= 273.15 && temperatureK <= 647.096)) throw new RangeError(`no saturation at ${temperatureK} K`);
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
  const theta = temperatureK + n9 / (temperatureK - n10);
  const a = theta ** 2 + n1 * theta + n2;
  const b = n3 * theta ** 2 + n4 * theta + n5;
  const c = n6 * theta ** 2 + n7 * theta + n8;
  return ((2 * c) / (-b + Math.sqrt(b ** 2 - 4 * a * c))) ** 4;
}
