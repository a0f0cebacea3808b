import type { Plant } from '../../../config/plant/plant.ts';
import { ENV } from '../../../config/plant/schema.ts';
import type { Reconciliation } from '../../network/problem.ts';
import { quantity, scaled } from '../../window/quantity.ts';
import { crossing, subtree } from '../boundary.ts';
import type { BalanceFlows, Flow } from '../flows.ts';
import { type Indicator, indicatorOf, type Term, termOf } from './indicator.ts';

/** Factors, by name or code of the water lists, that treatment turns into something else: no element is weighed. */
const CONVERTED = /^(COD|BOD|TN|N|NH3|NH4|w01017|w01018|w01019|w21001|w21003)([^A-Za-z0-9].*|Cr|Mn|5)?$/i;

/**
 * Generation, abatement and discharge of a pollutant over the window, from what crosses the boundary of the end-of-pipe treatment (units that
 * say `treatment`) and what is discharged without it, in the unit of the balance:
 *
 *   generation = into treatment − returned from it to production + discharged untreated,
 *   discharge = discharged after treatment + untreated, abatement = generation − discharge.
 *
 * A stream that nobody measures takes what its balance was reconciled to, which a remark says, with that uncertainty as one of its own.
 * A stream discharges where it leaves the plant as `discharge`. What they share (one meter, one analysis) counts once. Empty where no unit
 * treats and nothing is discharged.
 */
export function pollutantIndicators(
  plant: Plant,
  { definition, flows: given }: BalanceFlows,
  boundary: string,
  reconciliation: Reconciliation | null = null,
): readonly Indicator[] {
  const found = new Map(reconciliation?.streams.map((one) => [one.id, one]));
  const flows = given.map((flow): Flow => {
    const { reconciled = null, sigma = null } = flow.load === null ? (found.get(flow.id) ?? {}) : {};
    return reconciled === null || sigma === null ? flow : { ...flow, load: quantity(reconciled, [[`reconciled ${flow.id}`, sigma]]) };
  });
  const filled = new Set(flows.filter((flow, k) => flow !== given[k]).map(({ id }) => id));
  const treatment = new Set(plant.file.units.filter((unit) => unit.treatment === true).flatMap(({ id }) => [...subtree(plant, id)]));
  const discharged = flows.filter(({ stream, to }) => to === ENV && stream.role === 'discharge');
  const into = flows.filter((flow) => crossing(flow, treatment) === 1);
  if (discharged.length === 0 || (into.length === 0 && treatment.size > 0)) return [];
  const after = discharged.filter(({ from }) => treatment.has(from));
  const untreated = discharged.filter(({ from }) => !treatment.has(from));
  const returned = flows.filter((flow) => crossing(flow, treatment) === -1 && flow.to !== ENV);
  const term = (of: readonly Flow[], sign: 1 | -1 = 1): Term =>
    termOf(
      definition.unit,
      of.map(({ id, load }) => ({ id, amount: load && scaled(load, sign) })),
    );
  const generated: [string, Term][] = [
    ['Gb', term(into)],
    ['Gr', term(returned, -1)],
    ['Du', term(untreated)],
  ];
  const more = { boundary, unit: definition.unit };
  const named = (indicator: Indicator): Indicator => ({
    ...indicator,
    name: { zh: `${definition.factor} ${indicator.name.zh}`, en: `${indicator.name.en} of ${definition.factor}` },
    remarks: [...indicator.remarks, ...reconciledIn(indicator, filled), ...remarksOn(definition.factor ?? '', flows, treatment)],
  });
  const discharge = indicatorOf('pollutant-discharge', new Map([['Da', term(after)], ['Du', term(untreated)]]), more); // biome-ignore format: one line
  if (treatment.size === 0) return [named(discharge)];
  const abated = new Map([...generated, ['Dn', term(discharged, -1)] as const]);
  return [
    indicatorOf('pollutant-generation', new Map(generated), more),
    indicatorOf('pollutant-abatement', abated, more),
    discharge,
    indicatorOf('pollutant-removal', abated, { boundary }),
  ].map(named);
}

/** Terms that no reading stands behind. */
function reconciledIn({ terms }: Indicator, filled: ReadonlySet<string>): Indicator['remarks'] {
  const list = [...new Set(terms.flatMap(({ of }) => of))].filter((id) => filled.has(id)).join(', ');
  return list === '' ? [] : [{ zh: `未计量、取协调值：${list}`, en: `not measured, taken as reconciled: ${list}` }];
}

/** What is not conserved needs a term for what it turns into: else the balance of the treatment cannot close. */
function remarksOn(factor: string, flows: readonly Flow[], treatment: ReadonlySet<string>): Indicator['remarks'] {
  if (!CONVERTED.test(factor) || treatment.size === 0) return [];
  const terms = flows.filter(({ stream, from, to }) => treatment.has(from) && to === ENV && stream.role === 'loss');
  if (terms.length > 0) {
    const list = terms.map(({ id }) => id).join(', ');
    return [{ zh: `${factor} 不守恒，转化项：${list}`, en: `${factor} is not conserved; its conversion is ${list}` }];
  }
  return [
    {
      zh: `${factor} 在治理中转化、不守恒：请以 role: loss 的物流给出转化项，否则治理单元的平衡必有差额`,
      en: `${factor} is converted by treatment: without a stream of role loss for that, the balance of the treatment cannot close`,
    },
  ];
}
