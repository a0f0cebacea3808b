import { netAsReceived } from '../../config/measures/heat-value.ts';
import { KJ_PER_KGCE, type StandardCoalFactor, standardCoalFactor } from '../../config/measures/standard-coal.ts';
import { convert, isConvertible } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { HeatValue } from '../../config/plant/products.ts';
import type { Medium } from '../../config/plant/schema.ts';
import { instantMs } from '../../config/plant/time.ts';
import { product, type Quantity, quantity } from '../window/quantity.ts';
import type { Flow } from './flows.ts';
import type { BalanceStream } from './result.ts';

/** 当量值 or 等价值. */
export type Kind = 'calorific' | 'equivalent';

/** 1 GJ as standard coal, by the definition of kgce. */
export const KGCE_PER_GJ = 1e6 / KJ_PER_KGCE;

/** What one unit of a medium is as standard coal. */
export interface KgcePerUnit {
  /** Named for people: the table's factor and edition, or the measured value. */
  readonly name: string;
  /** null where none is in force, the table states none of this kind, or it counts in another kind of unit. */
  readonly perUnit: Quantity | null;
  /** Energy-consuming medium (耗能工质): the table states only what supplying it took. */
  readonly consuming: boolean;
  /** Why there is none, or what is to be known of it. */
  readonly remark: { readonly zh: string; readonly en: string } | null;
}

/**
 * Standard coal of one unit of a medium that names a factor: a heat value of the plant's own analyses in force at `atMs` stands before the
 * table (by calorific value), an equivalent that the plant file states stands before the table's; neither kind stands in for the other.
 *
 * @throws Fault `standard-coal.unknown` for a factor that the table does not have, `standard-coal.date` before its first edition.
 */
export function kgcePerUnit(plant: Plant, mediumId: string, kind: Kind, atMs: number): KgcePerUnit {
  const medium = plant.media.get(mediumId)!;
  const factor = standardCoalFactor(medium.standardCoal!, atMs);
  const consuming = factor.calorific === null && factor.range === null && factor.equivalent !== null;
  const made = (name: string, perUnit: Quantity | null, remark: KgcePerUnit['remark']): KgcePerUnit => ({
    name,
    perUnit,
    consuming,
    remark,
  });
  const own = ownValue(medium, kind, atMs, plant.offsetMinutes);
  if (own !== null) return made(own.name, own.perUnit, null);
  const name = `${factor.id} (${factor.edition})`;
  const stated = kind === 'calorific' ? factor.calorific : factor.equivalent;
  if (stated === null) {
    return made(name, null, {
      zh: `${medium.id}：${name} 没有${kind === 'calorific' ? '当量值' : '等价值'}${factor.reason ? `（${factor.reason.zh}）` : ''}`,
      en: `${medium.id}: ${name} states no ${kind} value${factor.reason ? ` (${factor.reason.en})` : ''}`,
    });
  }
  if (!isConvertible(medium.unit, factor.per)) {
    return made(name, null, {
      zh: `${medium.id} 以 ${medium.unit} 计，${name} 以 ${factor.per} 计，不能换算`,
      en: `${medium.id} counts in ${medium.unit} and ${name} in ${factor.per}, which do not convert`,
    });
  }
  const remark =
    factor.status === 'confirmed'
      ? null
      : {
          zh: `${medium.id}：${name} 的数值未与该版标准原文核对`,
          en: `${medium.id}: the value of ${name} was not held against the text of that edition`,
        };
  return made(name, quantity(stated * convert(1, medium.unit, factor.per)), remark);
}

/**
 * A stream's amount as standard coal by calorific value (当量值). Absent where the medium names no factor; null kgce where the amount is
 * unknown, there is no calorific value, or it counts in another kind of unit.
 *
 * @throws Fault as `kgcePerUnit`.
 */
export function standardCoalOf(plant: Plant, flow: Flow, atMs: number): BalanceStream['standardCoal'] {
  const medium = plant.media.get(flow.stream.medium);
  if (medium?.standardCoal === undefined) return undefined;
  const { name, perUnit } = kgcePerUnit(plant, medium.id, 'calorific', atMs);
  const { amount } = flow.known;
  return { factor: name, kgce: amount === null || perUnit === null ? null : product(amount, perUnit).value };
}

function ownValue(
  medium: Medium,
  kind: Kind,
  atMs: number,
  offsetMinutes: number,
): { readonly name: string; readonly perUnit: Quantity } | null {
  const primary = kind === 'equivalent' && medium.equivalent === 'primary';
  if (kind === 'calorific' || primary) {
    const heat = latest(medium.heatValue ?? [], atMs, offsetMinutes);
    if (heat !== null) {
      return { name: `${medium.id} ${heat.value} ${heat.unit} (${heat.sample})`, perUnit: kgceOf(medium, heat) };
    }
    if (!primary) return null;
    const { calorific, per, id, edition }: StandardCoalFactor = standardCoalFactor(medium.standardCoal!, atMs);
    if (calorific === null || !isConvertible(medium.unit, per)) return null;
    return { name: `${id} (${edition})`, perUnit: quantity(calorific * convert(1, medium.unit, per)) };
  }
  const stated = Array.isArray(medium.equivalent) ? latest(medium.equivalent, atMs, offsetMinutes) : null;
  return stated && { name: `${medium.id} (${stated.source})`, perUnit: quantity(stated.kgce, [[`equivalent ${medium.id}`, stated.u]]) };
}

/** Standard coal of one unit of a fuel from its measured heat value, put on the basis as received. */
function kgceOf(
  medium: Medium,
  { value, u, unit, basis, moisturePercent = 0, moistureU, analysisMoisturePercent = 0 }: HeatValue,
): Quantity {
  const source = `heat value ${medium.id}`;
  if (basis === 'net-as-received') {
    const step = convert(1, unit, `kJ/${medium.unit}`) / KJ_PER_KGCE;
    return quantity(value * step, [[source, u * step]]);
  }
  const stated = convert(1, unit, 'kJ/kg');
  const received = netAsReceived(value * stated, basis, moisturePercent, analysisMoisturePercent);
  const step = convert(1, 'kJ/kg', `kJ/${medium.unit}`) / KJ_PER_KGCE;
  return quantity(received.kjPerKg * step, [
    [source, received.perStated * u * stated * step],
    [`moisture ${medium.id}`, received.perMoisturePercent * moistureU * step],
  ]);
}

/** The entry in force at an instant: the latest that began; null before the first. */
export function latest<T extends { readonly from?: string | undefined }>(
  entries: readonly T[],
  atMs: number,
  offsetMinutes: number,
): T | null {
  const since = ({ from }: T) => (from === undefined ? Number.NEGATIVE_INFINITY : instantMs(from, offsetMinutes));
  return entries.reduce<T | null>(
    (best, entry) => (since(entry) <= atMs && (best === null || since(entry) >= since(best)) ? entry : best),
    null,
  );
}
