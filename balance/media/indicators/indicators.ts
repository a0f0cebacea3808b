import type { Plant } from '../../../config/plant/plant.ts';
import type { StreamAmount } from '../amounts.ts';
import type { BalanceFlows, StockChangeOf } from '../flows.ts';
import { carbonIndicators } from './carbon.ts';
import { energyIndicators } from './energy.ts';
import type { Indicator } from './indicator.ts';
import { productionOf } from './products.ts';
import { waterIndicators } from './water.ts';

/** Every indicator that the plant file gives the means to compute; factors are those in force at `atMs`. */
export function indicatorsOf(
  plant: Plant,
  balances: readonly BalanceFlows[],
  amounts: ReadonlyMap<string, StreamAmount>,
  changeOf: StockChangeOf,
  atMs: number,
): readonly Indicator[] {
  const root = plant.file.units.find(({ level }) => level === 'plant')?.id ?? plant.id;
  const produced = (plant.file.products ?? []).map((product) => ({ product, amount: productionOf(plant, product, amounts, changeOf) }));
  const of = (kind: string) => balances.filter(({ definition }) => definition.kind === kind);
  return [
    ...of('water').flatMap((balance) => waterIndicators(balance, root, produced)),
    ...energyIndicators(plant, root, of('energy'), amounts, changeOf, produced, atMs),
    ...carbonIndicators(plant, root, amounts, changeOf, produced, atMs),
  ];
}
