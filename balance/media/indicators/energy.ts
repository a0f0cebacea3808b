import type { Plant } from '../../../config/plant/plant.ts';
import type { Product } from '../../../config/plant/products.ts';
import type { StreamAmount } from '../amounts.ts';
import type { BalanceFlows, StockChangeOf } from '../flows.ts';
import { efficiencies } from './efficiency.ts';
import { type Indicator, indicatorOf, type Term } from './indicator.ts';
import { standardCoalConsumed } from './standard-coal-total.ts';

/**
 * Energy indicators of the plant: standard coal consumed by calorific and by equivalent value, each per unit of each product, and the
 * efficiency of the units that ask for it. Without an energy balance there are none.
 */
export function energyIndicators(
  plant: Plant,
  boundary: string,
  energy: readonly BalanceFlows[],
  amounts: ReadonlyMap<string, StreamAmount>,
  changeOf: StockChangeOf,
  produced: readonly { readonly product: Product; readonly amount: Term }[],
  atMs: number,
): readonly Indicator[] {
  if (energy.length === 0) return [];
  const totals = (['calorific', 'equivalent'] as const).flatMap((kind) => {
    const consumed = standardCoalConsumed(plant, kind, energy, amounts, changeOf, atMs);
    if (consumed.of.length === 0) return [];
    const total = indicatorOf(`energy-${kind}`, new Map([['E', consumed]]), { boundary });
    const perProduct = produced.map(({ product, amount }) =>
      indicatorOf(
        `energy-${kind}-per-product`,
        new Map([
          ['E', consumed],
          ['Q', amount],
        ]),
        { boundary, product: product.id, unit: `kgce/${product.unit}` },
      ),
    );
    return [total, ...perProduct];
  });
  return [...totals, ...energy.flatMap((balance) => efficiencies(plant, balance))];
}
