import type { Plant } from '../../../config/plant/plant.ts';
import type { Reconciliation } from '../../network/problem.ts';
import type { StreamAmount } from '../amounts.ts';
import type { BalanceFlows, StockChangeOf } from '../flows.ts';
import { carbonIndicators } from './carbon.ts';
import { energyIndicators } from './energy.ts';
import type { Indicator } from './indicator.ts';
import { pollutantIndicators } from './pollutant.ts';
import { productionOf } from './products.ts';
import { waterIndicators } from './water.ts';

/** Every indicator that the plant file gives the means to compute; factors are those in force at `atMs`. */
export function indicatorsOf(
  plant: Plant,
  balances: readonly BalanceFlows[],
  amounts: ReadonlyMap<string, StreamAmount>,
  changeOf: StockChangeOf,
  atMs: number,
  reconciled: ReadonlyMap<string, Reconciliation | null> = new Map(),
): readonly Indicator[] {
  const root = plant.file.units.find(({ level }) => level === 'plant')?.id ?? plant.id;
  const produced = (plant.file.products ?? []).map((product) => ({ product, amount: productionOf(plant, product, amounts, changeOf) }));
  const of = (kind: string) => balances.filter(({ definition }) => definition.kind === kind);
  return [
    ...of('water').flatMap((balance) => waterIndicators(balance, root, produced)),
    ...of('pollutant').flatMap((balance) => pollutantIndicators(plant, balance, root, reconciled.get(balance.definition.id))),
    ...energyIndicators(plant, root, of('energy'), amounts, changeOf, produced, atMs),
    ...carbonIndicators(plant, root, amounts, changeOf, produced, atMs),
  ];
}
