import { convert, isConvertible } from '../../../config/measures/units.ts';
import { labelOf } from '../../../config/plant/label.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import type { Stream } from '../../../config/plant/schema.ts';
import { product, type Quantity, scaled, standardUncertainty } from '../../window/quantity.ts';
import type { HourAmount } from '../../window/spread.ts';
import type { Window } from '../../window/window.ts';
import type { StreamAmount } from '../amounts.ts';
import type { BalanceFlows } from '../flows.ts';
import { KGCE_PER_GJ, kgcePerUnit } from '../standard-coal.ts';
import type { Loss, Rank } from './loss.ts';
import { evenPrice, weightedPrice } from './tariff.ts';

/** The hours of a metered stream over the window; null where it has no meter that runs on. */
export type CourseOf = (stream: string) => readonly HourAmount[] | null;

type Unranked = Omit<Loss, 'rankByAmount' | 'rankByMoney' | 'rankByStandardCoal'>;

/**
 * The losses of the plant over the window, most money first, then most standard coal, then most amount, each with its place by all three.
 *
 * A stream is one where its role is loss, waste or discharge or its use leaked: an imbalance that nobody named is none. The price of a
 * metered stream is weighted by its hours, of any other every hour weighs the same.
 */
export function lossesOf(
  plant: Plant,
  window: Window,
  balances: readonly BalanceFlows[],
  amounts: ReadonlyMap<string, StreamAmount>,
  courseOf: CourseOf,
  atMs: number,
): readonly Loss[] {
  const losses = [...plant.streams.values()].flatMap((stream): Unranked[] => {
    const role = roleOf(stream);
    if (role === null) return [];
    const { amount, basis } = amounts.get(stream.id)!;
    const held = balances.flatMap(({ flows, definition }) =>
      flows.filter(({ id, load }) => id === stream.id && load !== null).map(({ load }) => ({ load: load!, definition })),
    );
    const medium = plant.media.get(stream.medium)!;
    const known = amount ? { of: amount, unit: medium.unit } : held[0] ? { of: held[0].load, unit: held[0].definition.unit } : null;
    return [
      {
        stream: stream.id,
        name: { zh: labelOf(stream.name, 'zh'), en: labelOf(stream.name, 'en') },
        from: stream.from,
        role,
        basis,
        amount: known?.of.value ?? null,
        unit: known?.unit ?? medium.unit,
        u: known && finite(known.of),
        money: known && moneyOf(plant, stream, known.of, known.unit, window, courseOf(stream.id)),
        standardCoal: coalOf(plant, stream, amount, held, atMs),
        causes: stream.causes ?? [],
      },
    ];
  });
  return ranked(losses);
}

function roleOf({ role, use }: Stream): Loss['role'] | null {
  if (use?.includes('leaked')) return 'leaked';
  return role === 'loss' || role === 'waste' || role === 'discharge' ? role : null;
}

function moneyOf(
  plant: Plant,
  stream: Stream,
  amount: Quantity,
  unit: string,
  window: Window,
  course: readonly HourAmount[] | null,
): Loss['money'] {
  const prices = (plant.file.prices ?? []).filter(({ medium }) => medium === stream.medium);
  const first = prices[0];
  if (first === undefined || !isConvertible(unit, first.per)) return null;
  if (prices.some(({ currency, per }) => currency !== first.currency || per !== first.per)) return null;
  const meanPrice =
    course === null ? evenPrice(prices, window, plant.offsetMinutes) : weightedPrice(prices, window, plant.offsetMinutes, course);
  if (meanPrice === null) return null;
  const paid = scaled(amount, convert(1, unit, first.per) * meanPrice);
  const { currency, per } = first;
  return { value: paid.value, u: finite(paid), currency, meanPrice, per, sources: [...new Set(prices.map(({ source }) => source))] };
}

function coalOf(
  plant: Plant,
  stream: Stream,
  amount: Quantity | null,
  held: readonly { readonly load: Quantity; readonly definition: BalanceFlows['definition'] }[],
  atMs: number,
): Loss['standardCoal'] {
  if (plant.media.get(stream.medium)!.standardCoal !== undefined && amount !== null) {
    const calorific = kgcePerUnit(plant, stream.medium, 'calorific', atMs);
    const by = calorific.consuming ? 'equivalent' : 'calorific';
    const { perUnit, name } = by === 'calorific' ? calorific : kgcePerUnit(plant, stream.medium, 'equivalent', atMs);
    if (perUnit === null) return null;
    const coal = product(amount, perUnit);
    return { kgce: coal.value, u: finite(coal), by, factor: name };
  }
  const energy = held.find(({ definition }) => definition.kind === 'energy');
  if (energy === undefined) return null;
  const coal = scaled(energy.load, convert(1, energy.definition.unit, 'GJ') * KGCE_PER_GJ);
  return { kgce: coal.value, u: finite(coal), by: 'heat', factor: '1 kgce = 29307 kJ' };
}

function ranked(losses: readonly Unranked[]): readonly Loss[] {
  const place = (of: (loss: Unranked) => { readonly value: number; readonly group: string } | null) => {
    const all = losses.flatMap((loss) => {
      const at = of(loss);
      return at === null ? [] : [{ stream: loss.stream, ...at }];
    });
    return (loss: Unranked): Rank | null => {
      const own = all.find(({ stream }) => stream === loss.stream);
      if (own === undefined) return null;
      const peers = all.filter(({ group }) => group === own.group);
      return { place: 1 + peers.filter(({ value }) => value > own.value).length, of: peers.length };
    };
  };
  const byAmount = place(({ amount, unit }) => (amount === null ? null : { value: amount, group: unit }));
  const byMoney = place(({ money }) => money && { value: money.value, group: money.currency });
  const byCoal = place(({ standardCoal }) => standardCoal && { value: standardCoal.kgce, group: '' });
  const down = (a: number | undefined | null, b: number | undefined | null) => {
    const [x, y] = [a ?? Number.NEGATIVE_INFINITY, b ?? Number.NEGATIVE_INFINITY];
    return x === y ? 0 : y - x;
  };
  return losses
    .map((loss) => ({ ...loss, rankByAmount: byAmount(loss), rankByMoney: byMoney(loss), rankByStandardCoal: byCoal(loss) }))
    .sort((a, b) => down(a.money?.value, b.money?.value) || down(a.standardCoal?.kgce, b.standardCoal?.kgce) || down(a.amount, b.amount));
}

function finite(of: Quantity): number | null {
  const u = standardUncertainty(of);
  return Number.isFinite(u) ? u : null;
}
