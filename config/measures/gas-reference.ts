import { dimensionOf } from './units.ts';

/** Air pressure at reference conditions, kPa. */
export const REFERENCE_KPA = 101.325;

/** The reference conditions that belong to a unit of gas. */
export interface GasReference {
  readonly degC: 0 | 20;
  /** unstated: the unit does not say, as the gas flows. */
  readonly moisture: 'dry' | 'wet' | 'unstated';
}

/** Of Nm3, m3@20 and their dry and wet forms, also with 万; null for another unit. The pressure is always 101.325 kPa. */
export function gasReference(unit: string): GasReference | null {
  const match = /^gas-(0|20)C(?:-(dry|wet))?$/.exec(dimensionOf(unit));
  if (match === null) return null;
  return { degC: match[1] === '0' ? 0 : 20, moisture: (match[2] as 'dry' | 'wet' | undefined) ?? 'unstated' };
}
