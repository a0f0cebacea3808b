import type { Plant } from '../../../config/plant/plant.ts';
import type { StreamAmount } from '../amounts.ts';
import type { BalanceFlows, StockChangeOf } from '../flows.ts';
import type { Indicator } from './indicator.ts';
import { productionOf } from './products.ts';
import { waterIndicators } from './water.ts';

/** Every indicator that the plant file gives the means to compute, at the plant's boundary. */
export function indicatorsOf(
  plant: Plant,
  balances: readonly BalanceFlows[],
  amounts: ReadonlyMap<string, StreamAmount>,
  changeOf: StockChangeOf,
): readonly Indicator[] {
  const root = plant.file.units.find(({ level }) => level === 'plant')?.id ?? plant.id;
  const produced = (plant.file.products ?? []).map((product) => ({ product, amount: productionOf(plant, product, amounts, changeOf) }));
  return balances.filter(({ definition }) => definition.kind === 'water').flatMap((balance) => waterIndicators(balance, root, produced));
}
