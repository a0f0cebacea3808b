import type { Plant } from '../../../config/plant/plant.ts';
import { scaled, sum } from '../../window/quantity.ts';
import { crossing, subtree } from '../boundary.ts';
import type { BalanceFlows, Flow } from '../flows.ts';
import { type Indicator, indicatorOf, type Term, termOf } from './indicator.ts';

/** Roles in which what leaves a unit is not effective. */
const LOST: readonly (string | undefined)[] = ['loss', 'waste', 'discharge'];

/**
 * Energy efficiency of the units that ask for it, from what crosses their boundary in an energy balance: direct = effective ÷ supplied,
 * indirect = 1 − lost ÷ supplied. Supplied is what enters less what stocks grew, lost what leaves as loss, waste or discharge, effective
 * what else leaves. The two agree only if the balance of the unit closes; where a loss is taken by difference they agree by force, and
 * the indirect one is left out.
 */
export function efficiencies(plant: Plant, { flows, stocks, definition }: BalanceFlows): readonly Indicator[] {
  return plant.file.units
    .filter(({ efficiency }) => efficiency === true)
    .flatMap(({ id: boundary }) => {
      const inside = subtree(plant, boundary);
      const at = (sign: 1 | -1) => flows.filter((flow) => crossing(flow, inside) === sign);
      const [incoming, leaving] = [at(1), at(-1)];
      const lost = leaving.filter(({ stream }) => LOST.includes(stream.role));
      const effective = leaving.filter((flow) => !lost.includes(flow));
      const grown = stocks.filter(({ unit }) => inside.has(unit)).map(({ id, load }) => ({ id, amount: load && scaled(load, -1) }));
      const term = (of: readonly Flow[]): Term =>
        termOf(
          definition.unit,
          of.map(({ id, load }) => ({ id, amount: load })),
        );
      if (incoming.length === 0) return [];
      const entered = term(incoming);
      const change = termOf(definition.unit, grown);
      const supplied: Term = {
        ...entered,
        amount: entered.amount && change.amount && sum([entered.amount, change.amount]),
        of: [...entered.of, ...change.of],
        unknown: [...entered.unknown, ...change.unknown],
      };
      const terms = new Map([
        ['supplied', supplied],
        ['effective', term(effective)],
        ['lost', term(lost)],
      ]);
      const direct = effective.length > 0 ? [indicatorOf('efficiency-direct', terms, { boundary })] : [];
      const testable = lost.length > 0 && !lost.some(({ basis }) => basis === 'difference');
      return testable ? [...direct, inverse(indicatorOf('efficiency-indirect', terms, { boundary }))] : direct;
    });
}

/** 100 % less the share that is lost. */
function inverse(share: Indicator): Indicator {
  return { ...share, value: share.value === null ? null : 100 - share.value };
}
