import { z } from 'zod';
import { kindOf } from '../../collector/coverage/required.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { BalanceReport } from '../media/result.ts';
import { carriedIn } from './carried.ts';
import type { Facts } from './condition.ts';
import type { AuditDepth } from './depth.ts';

/**
 * What is known of an audit: one entry a fact, each with where it stands in the report or the work file. A value of null is a blank that
 * stands there for people to fill in.
 */
export const factsSchema = z.record(
  z.string(),
  z.strictObject({
    value: z.union([z.number(), z.boolean(), z.string(), z.null()]),
    evidence: z.string().min(1).describe('page of the report or of the work file'),
  }),
);

/** What a file of facts says: those that are known, and where the others are to be filled in. */
export function knownAndBlank(file: z.output<typeof factsSchema>): {
  readonly facts: Facts;
  readonly blanks: Readonly<Record<string, string>>;
} {
  const facts: Record<string, Facts[string]> = {};
  const blanks: Record<string, string> = {};
  for (const [name, { value, evidence }] of Object.entries(file)) {
    if (value === null) blanks[name] = evidence;
    else facts[name] = { value, evidence };
  }
  return { facts, blanks };
}

/** What the balances of a window say of the rows of score sheets: the share of measured amounts, and metering rates (计量率) at the boundary. */
export function factsOf(plant: Plant, balances: BalanceReport, depth: Pick<AuditDepth, 'provenance'> | null): Facts {
  const evidence = `${balances.window.from} — ${balances.window.to}, revision ${balances.revision}`;
  const found: Record<string, { value: number; evidence: string }> = {};
  const provenance = depth?.provenance ?? [];
  if (provenance.length > 0) {
    const measured = provenance.filter(({ basis }) => basis === 'metered' || basis === 'analysed').length;
    found['balances.measuredShare'] = { value: (100 * measured) / provenance.length, evidence };
  }
  for (const [name, rate] of Object.entries(meteringRates(plant, balances)))
    if (rate !== null) found[`meteringRate.${name}`] = { value: rate, evidence };
  return found;
}

/**
 * Metering rate of water, energy and materials, %: what metered streams carried of all that entered the plant in the window. Null where
 * nothing entered or something that entered is not known. Another thing than the coverage ratio, which counts instruments.
 *
 * @source GB 24789-2009 4.4.2 (metered ÷ total volume in the period)
 */
export function meteringRates(plant: Plant, balances: BalanceReport): Readonly<Record<'water' | 'energy' | 'material', number | null>> {
  const amounts = carriedIn(plant, balances);
  const rate = (isOf: (kind: string) => boolean): number | null => {
    let [metered, all] = [0, 0];
    for (const stream of plant.streams.values()) {
      const kind = kindOf(plant, stream);
      if (typeof kind !== 'string' || !isOf(kind) || stream.from !== 'ENV' || stream.to === 'ENV') continue;
      const amount = amounts.get(stream.id);
      if (amount === undefined) return null;
      all += amount.value;
      if (stream.amount.by === 'meter') metered += amount.value;
    }
    return all > 0 ? (100 * metered) / all : null;
  };
  return {
    water: rate((kind) => kind === 'water'),
    energy: rate((kind) => kind !== 'water' && !kind.endsWith('-material')),
    material: rate((kind) => kind.endsWith('-material')),
  };
}
