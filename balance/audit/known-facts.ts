import type { Plant } from '../../config/plant/plant.ts';
import type { BalanceReport } from '../media/result.ts';
import type { Oversight } from '../oversight/oversee.ts';
import type { AuditDepth } from './depth.ts';
import { factsOf } from './facts.ts';
import type { SavingsReport } from './savings.ts';

/** What the results of a window rest on beside balances. */
interface Beside {
  readonly depth: Pick<AuditDepth, 'provenance'> | null;
  readonly savings?: SavingsReport;
  readonly monitoring?: Oversight;
}

/**
 * What the results of a window say of the facts that score sheets ask for. A window of some days can show that a limit or a cap was
 * exceeded, never that it was kept all along: `discharge.withinLimits` and `discharge.withinCap` are false or not in it.
 */
export function knownFacts(
  plant: Plant,
  balances: BalanceReport,
  { depth, savings, monitoring }: Beside,
): Readonly<Record<string, number | boolean>> {
  const found: Record<string, number | boolean> = {};
  for (const [name, { value }] of Object.entries(factsOf(plant, balances, depth))) if (typeof value !== 'string') found[name] = value;
  if (balances.balances.length > 0) found['balances.diagrams'] = true;
  if (savings !== undefined) Object.assign(found, optionFacts(savings));
  const monitors = (monitoring?.outfalls ?? []).flatMap((outfall) => outfall.monitors);
  if (monitors.some(({ over }) => over.length > 0)) found['discharge.withinLimits'] = false;
  if (monitors.some(({ caps }) => caps.some(({ over }) => over))) found['discharge.withinCap'] = false;
  return found;
}

/** Options that are done, of those that were proposed in the round; whether any saving was measured, and whether one is beyond its U. */
function optionFacts({ sums, options }: SavingsReport): Readonly<Record<string, number | boolean>> {
  const found: Record<string, number | boolean> = {};
  for (const { cost, done, donePercent } of sums) {
    const name = cost === 'no-low' ? 'options.lowCost' : 'options.highCost';
    found[`${name}.implemented`] = done;
    if (donePercent !== null) found[`${name}.implementedPercent`] = donePercent;
  }
  const measured = options.filter(({ counts, state }) => counts && state === 'done').flatMap(({ saves }) => saves);
  found['savings.beforeAfter'] = measured.some(({ saved }) => saved !== null);
  found['saving.any'] = measured.some(({ saved }) => saved !== null && saved.percent > saved.U);
  return found;
}
