import type { Plant } from '../../../config/plant/plant.ts';
import type { Product } from '../../../config/plant/products.ts';
import { ENV } from '../../../config/plant/schema.ts';
import { formatInstant } from '../../../config/plant/time.ts';
import { product, type Quantity, quantity, scaled } from '../../window/quantity.ts';
import type { StreamAmount } from '../amounts.ts';
import type { StockChangeOf } from '../flows.ts';
import { latest } from '../standard-coal.ts';
import { type Indicator, indicatorOf, type Term, termOf } from './indicator.ts';
import { DELIVERED } from './standard-coal-total.ts';

/**
 * Carbon dioxide of the plant over the window by the factors of its media in force at `atMs`, and per unit of each product: what came in,
 * less what was delivered out and what stocks grew. Nothing is measured as CO2, which every figure says, with the origin of each factor.
 * Empty where no medium that comes in, is delivered or stocked states a factor.
 */
export function carbonIndicators(
  plant: Plant,
  boundary: string,
  amounts: ReadonlyMap<string, StreamAmount>,
  changeOf: StockChangeOf,
  produced: readonly { readonly product: Product; readonly amount: Term }[],
  atMs: number,
): readonly Indicator[] {
  const emitted = carbonOf(plant, amounts, changeOf, atMs);
  if (emitted.of.length === 0) return [];
  const total = indicatorOf('carbon-by-factor', new Map([['G', emitted]]), { boundary });
  const perProduct = produced.map(({ product: made, amount }) => {
    const terms = new Map([
      ['G', emitted],
      ['Q', amount],
    ]);
    return indicatorOf('carbon-by-factor-per-product', terms, { boundary, product: made.id, unit: `kgCO2/${made.unit}` });
  });
  return [total, ...perProduct];
}

function carbonOf(plant: Plant, amounts: ReadonlyMap<string, StreamAmount>, changeOf: StockChangeOf, atMs: number): Term {
  const parts: { readonly id: string; readonly amount: Quantity | null }[] = [];
  const remarks = new Map<string, { zh: string; en: string }>();
  const count = (id: string, mediumId: string, amountOf: () => Quantity | null, sign: 1 | -1): void => {
    const medium = plant.media.get(mediumId);
    if (medium?.carbon === undefined) return;
    const factor = latest(medium.carbon, atMs, plant.offsetMinutes);
    const amount = amountOf();
    if (factor === null) {
      const at = formatInstant(atMs, plant.offsetMinutes);
      remarks.set(mediumId, { zh: `${mediumId}：${at} 尚无生效的碳因子`, en: `${mediumId}: no carbon factor is in force at ${at}` });
      parts.push({ id, amount: null });
      return;
    }
    const { kgCO2, u, source } = factor;
    const text = `${mediumId} ${kgCO2} kgCO2/${medium.unit}`;
    remarks.set(mediumId, { zh: `按因子计算，非实测：${text}（${source}）`, en: `by factor, not measured: ${text} (${source})` });
    parts.push({ id, amount: amount && scaled(product(amount, quantity(kgCO2, [[`carbon ${mediumId}`, u]])), sign) });
  };
  for (const { id, medium, from, to, role } of plant.streams.values()) {
    const into = from === ENV;
    if (into === (to === ENV) || !(into || DELIVERED.includes(role))) continue;
    count(id, medium, () => amounts.get(id)?.amount ?? null, into ? 1 : -1);
  }
  for (const stock of plant.stocks.values()) count(`stock:${stock.id}`, stock.medium, () => changeOf(stock).change, -1);
  return { ...termOf('kgCO2', parts), remarks: [...remarks.values()] };
}
