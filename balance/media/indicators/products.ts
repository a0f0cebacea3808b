import { convert } from '../../../config/measures/units.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import type { Product } from '../../../config/plant/products.ts';
import { type Quantity, quantity, scaled, product as times } from '../../window/quantity.ts';
import type { StreamAmount } from '../amounts.ts';
import type { StockChangeOf } from '../flows.ts';
import { type Term, termOf } from './indicator.ts';

/**
 * What was produced over the window, in the unit of the product: Σ of its streams + Σ of the growth of its stocks, each converted and
 * multiplied by `perUnit`.
 *
 * @throws Fault `unit.dimension` where a stream's medium does not count in a unit that converts; the check refuses it before.
 */
export function productionOf(plant: Plant, product: Product, amounts: ReadonlyMap<string, StreamAmount>, changeOf: StockChangeOf): Term {
  const { perUnit } = product;
  const share = perUnit === undefined ? quantity(1) : quantity(perUnit.value, [[`perUnit ${product.id}`, perUnit.u]]);
  const counted = (amount: Quantity | null, medium: string): Quantity | null =>
    amount && times(scaled(amount, convert(1, plant.media.get(medium)!.unit, product.unit)), share);
  const streams = product.streams.map((id) => ({ id, amount: counted(amounts.get(id)!.amount, plant.streams.get(id)!.medium) }));
  const stocks = (product.stocks ?? []).map((id) => {
    const stock = plant.stocks.get(id)!;
    return { id: `stock:${id}`, amount: counted(changeOf(stock).change, stock.medium) };
  });
  return termOf(product.unit, [...streams, ...stocks]);
}
