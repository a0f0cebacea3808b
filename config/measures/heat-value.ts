/** The bases on which a laboratory states the net calorific value of a solid fuel: 收到基 ar, 空气干燥基 ad, 干燥基 d. */
export type HeatBasis = 'net-as-received' | 'net-air-dried' | 'net-dry';

/** Heat of evaporation that each percent of moisture takes, kJ/kg. */
const PER_PERCENT_OF_MOISTURE = 23;

/** A net calorific value as received, kJ/kg, and how it moves with what it was made of. */
export interface AsReceived {
  readonly kjPerKg: number;
  /** ∂Qnet,ar ÷ ∂Q stated. */
  readonly perStated: number;
  /** ∂Qnet,ar ÷ ∂Mar, kJ/kg for each percent of total moisture; 0 where it is stated as received. */
  readonly perMoisturePercent: number;
}

/**
 * A net calorific value on the basis as received: Qnet,ar = (Qnet,ad + 23·Mad)·(100 − Mar) ÷ (100 − Mad) − 23·Mar, dry with Mad = 0.
 *
 * Values in kJ/kg, moistures in % of mass: `totalPercent` Mar of the fuel as received, `analysisPercent` Mad of the analysed sample.
 *
 * @throws RangeError for moistures outside of 0…100, 100 excluded.
 * @source GB/T 213 煤的发热量测定方法, conversion between bases; its text was not obtained, the formula stands as laboratories print it
 */
export function netAsReceived(statedKjPerKg: number, basis: HeatBasis, totalPercent: number, analysisPercent: number): AsReceived {
  if (basis === 'net-as-received') return { kjPerKg: statedKjPerKg, perStated: 1, perMoisturePercent: 0 };
  const analysed = basis === 'net-dry' ? 0 : analysisPercent;
  for (const moisture of [totalPercent, analysed]) {
    if (!(moisture >= 0 && moisture < 100)) throw new RangeError(`a moisture of ${moisture} % is not between 0 and 100`);
  }
  const dryPart = (statedKjPerKg + PER_PERCENT_OF_MOISTURE * analysed) / (100 - analysed);
  return {
    kjPerKg: dryPart * (100 - totalPercent) - PER_PERCENT_OF_MOISTURE * totalPercent,
    perStated: (100 - totalPercent) / (100 - analysed),
    perMoisturePercent: -dryPart - PER_PERCENT_OF_MOISTURE,
  };
}
