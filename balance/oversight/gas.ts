/** State of a flue gas in one hour: what is not measured is null. */
export interface GasState {
  /** % of volume, dry. */
  readonly oxygenPercent: number | null;
  /** % of volume. */
  readonly moisturePercent: number | null;
  readonly temperatureC: number | null;
  /** Static pressure of the gas against the atmosphere, kPa. */
  readonly pressureKPa: number | null;
  readonly atmosphereKPa: number | null;
}

const STANDARD_KPA = 101.325;
const OXYGEN_OF_AIR = 21;

/**
 * Nm³ (0 °C, 101.325 kPa) that one m³ as it passes is: 273 ÷ (273 + ts) × (Ba + Ps) ÷ 101.325. null where temperature or pressure is not
 * known, or cannot be that of a gas.
 *
 * @source HJ 212-2017 appendix D
 */
export function standardVolume({ temperatureC, pressureKPa, atmosphereKPa }: GasState): number | null {
  if (temperatureC === null || pressureKPa === null || atmosphereKPa === null) return null;
  const absolute = atmosphereKPa + pressureKPa;
  if (!(temperatureC > -273) || !(absolute > 0)) return null;
  return (273 / (273 + temperatureC)) * (absolute / STANDARD_KPA);
}

/** Dry share of a wet volume, 1 − Xsw; null where the moisture is not known or not within 0…100 %. @source HJ 212-2017 appendix D */
export function dryShare({ moisturePercent }: GasState): number | null {
  return moisturePercent === null || !(moisturePercent >= 0 && moisturePercent < 100) ? null : 1 - moisturePercent / 100;
}

/**
 * A dry concentration at the reference oxygen of the standard: C × (21 − O₂ref) ÷ (21 − O₂). null at O₂ ≥ 21 %, where it would be infinite
 * or negative, and where O₂ is below 0 or not known.
 *
 * For the comparison with a limit only: an amount is never computed from it.
 *
 * @param dry mg/m³, dry.
 * @source HJ 212-2017 appendix D
 */
export function atReferenceOxygen(dry: number, oxygenPercent: number | null, referencePercent: number): number | null {
  if (oxygenPercent === null || !(oxygenPercent >= 0) || oxygenPercent >= OXYGEN_OF_AIR) return null;
  return (dry * (OXYGEN_OF_AIR - referencePercent)) / (OXYGEN_OF_AIR - oxygenPercent);
}

/** How the monitors of an outfall read, see `gas` of the plant file. */
export interface GasBasis {
  readonly concentration: 'wet' | 'dry';
  readonly concentrationState: 'actual' | 'standard';
  readonly flow: 'wet' | 'dry';
  readonly flowState: 'actual' | 'standard';
}

/** What a concentration as read is multiplied with to be that of the dry gas at standard state; null where a reading for it lacks. */
export function concentrationFactor(basis: GasBasis, state: GasState): number | null {
  const volume = basis.concentrationState === 'standard' ? 1 : standardVolume(state);
  const dry = basis.concentration === 'dry' ? 1 : dryShare(state);
  return volume === null || dry === null ? null : 1 / (volume * dry);
}

/** What a volume as read is multiplied with to be dry Nm³; null where a reading for it lacks. */
export function flowFactor(basis: GasBasis, state: GasState): number | null {
  const volume = basis.flowState === 'standard' ? 1 : standardVolume(state);
  const dry = basis.flow === 'dry' ? 1 : dryShare(state);
  return volume === null || dry === null ? null : volume * dry;
}
