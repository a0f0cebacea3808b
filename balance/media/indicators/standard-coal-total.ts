import { convert } from '../../../config/measures/units.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import { ENV } from '../../../config/plant/schema.ts';
import { product, type Quantity, scaled } from '../../window/quantity.ts';
import type { StreamAmount } from '../amounts.ts';
import type { BalanceFlows, StockChangeOf } from '../flows.ts';
import { KGCE_PER_GJ, type Kind, kgcePerUnit } from '../standard-coal.ts';
import { type Term, termOf } from './indicator.ts';

/** Roles in which what leaves the plant is energy delivered, not energy lost. */
export const DELIVERED: readonly (string | undefined)[] = ['product', 'by-product', 'utility'];

type Part = { readonly id: string; readonly amount: Quantity | null };

/**
 * Standard coal that the plant consumed over the window by calorific or by equivalent value: Σ amount × factor of what came in, less
 * what was delivered out and what stocks grew.
 *
 * In: streams from outside whose medium names a standard-coal factor. Energy-consuming media (water, air: the table states only what
 * supplying them took) count where the stream is `purchased`, by equivalent value alone: they carry no calorific value. Out: streams of
 * such a medium, and others delivered (product, by-product, utility) by the energy they hold in an energy balance. Heat that arises in
 * the process is not bought and not counted.
 */
export function standardCoalConsumed(
  plant: Plant,
  kind: Kind,
  energy: readonly BalanceFlows[],
  amounts: ReadonlyMap<string, StreamAmount>,
  changeOf: StockChangeOf,
  atMs: number,
): Term {
  const parts: Part[] = [];
  const remarks = new Map<string, { zh: string; en: string }>();
  const count = (id: string, medium: string, amount: Quantity | null, sign: 1 | -1): void => {
    const factor = kgcePerUnit(plant, medium, kind, atMs);
    if (factor.remark !== null) remarks.set(medium, factor.remark);
    parts.push({ id, amount: amount === null || factor.perUnit === null ? null : scaled(product(amount, factor.perUnit), sign) });
  };
  const counted = (medium: string) => plant.media.get(medium)?.standardCoal !== undefined;
  for (const stream of plant.streams.values()) {
    const into = stream.from === ENV;
    if (into === (stream.to === ENV)) continue;
    const amount = amounts.get(stream.id)!.amount;
    if (counted(stream.medium)) {
      const medium = kgcePerUnit(plant, stream.medium, kind, atMs);
      if (medium.consuming && (stream.purchased !== true || kind === 'calorific')) continue;
      if (into || DELIVERED.includes(stream.role)) count(stream.id, stream.medium, amount, into ? 1 : -1);
      continue;
    }
    const held = into || !DELIVERED.includes(stream.role) ? undefined : flowIn(energy, stream.id);
    if (held === undefined) continue;
    parts.push({ id: stream.id, amount: held.load && scaled(held.load, -convert(1, held.unit, 'GJ') * KGCE_PER_GJ) });
    remarks.set('delivered', {
      zh: '外供热能按其能量平衡中的热量扣除（当量值）',
      en: 'heat delivered is taken off by what it holds in the energy balance, by calorific value',
    });
  }
  for (const stock of plant.stocks.values()) {
    if (!counted(stock.medium) || kgcePerUnit(plant, stock.medium, kind, atMs).consuming) continue;
    count(`stock:${stock.id}`, stock.medium, changeOf(stock).change, -1);
  }
  return { ...termOf('kgce', parts), remarks: [...remarks.values()] };
}

function flowIn(energy: readonly BalanceFlows[], id: string): { readonly load: Quantity | null; readonly unit: string } | undefined {
  for (const { flows, definition } of energy) {
    const flow = flows.find((candidate) => candidate.id === id);
    if (flow !== undefined) return { load: flow.load ?? null, unit: definition.unit };
  }
  return undefined;
}
