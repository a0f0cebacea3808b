import type { Plant } from '../../config/plant/plant.ts';
import { type CarriedAmounts, carriedBy } from './carried.ts';
import type { Level, MeteringRate } from './result.ts';
import type { CoverageTable, Demand } from './table.ts';

/**
 * Metering rate (计量率) of a table by level: of all that the required points should measure, the share that fitted points do. Empty where
 * the table asks for none or no balance says what flowed. A circulating or recovered stream counts as any other.
 *
 * @source GB 24789-2009 4.4.2: Km = Vmi ÷ Vi × 100 %
 */
export function meteringRatesOf(
  plant: Plant,
  { content }: CoverageTable,
  demand: Demand,
  amounts: CarriedAmounts | undefined,
): MeteringRate[] {
  if (content.meteringRate === undefined || amounts === undefined) return [];
  return content.meteringRate.map((threshold, index) => {
    const level = (index + 1) as Level;
    const all = content.rows.flatMap(({ kind }) => demand.get(`${kind}/${level}`) ?? []).filter(({ exempt }) => exempt === null);
    const parts = all.map((each) => ({ metered: each.fitted.length > 0, carried: carriedBy(plant, each.requirement, amounts) }));
    const units = new Set(parts.map(({ carried }) => carried?.unit));
    const total = parts.reduce((sum, { carried }) => sum + (carried?.value ?? 0), 0);
    if (parts.some(({ carried }) => carried === null) || units.size !== 1 || !(total > 0))
      return { level, percent: null, threshold, met: null };
    const metered = parts.reduce((sum, { metered: is, carried }) => sum + (is ? carried!.value : 0), 0);
    const percent = (100 * metered) / total;
    return { level, percent, threshold, met: percent >= threshold };
  });
}
