import { convert, isConvertible } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { Stream } from '../../config/plant/schema.ts';
import type { Requirement } from './required.ts';
import type { Carried } from './result.ts';

/** What streams carried in a window, by stream id, as a balance found it: a mean rate, e.g. t/h. Given by who has balances. */
export type CarriedAmounts = ReadonlyMap<string, { readonly value: number; readonly unit: string }>;

/**
 * What a metering point carries or should carry: the sum over its streams of what a balance found, or else of what the plant file
 * states (estimate, design, analysis, a proportion of another stream); a load where it has no streams. Null where nobody has said.
 */
export function carriedBy(plant: Plant, { streams, unit, kind }: Requirement, amounts?: CarriedAmounts): Carried | null {
  if (streams.length === 0) {
    const load = plant.units.get(unit)?.load.find((each) => each.kind === kind);
    return load ? { value: load.value, unit: load.unit, basis: 'load' } : null;
  }
  const parts = streams.map((stream) => amounts?.get(stream.id) ?? stated(plant, stream, new Set()));
  const first = parts[0];
  if (!first) return null;
  let value = 0;
  for (const part of parts) {
    if (!part || !isConvertible(part.unit, first.unit)) return null;
    value += convert(part.value, part.unit, first.unit);
  }
  return { value, unit: first.unit, basis: streams.every(({ id }) => amounts?.has(id)) ? 'balance' : 'stated' };
}

function stated(plant: Plant, { id, amount, medium }: Stream, seen: Set<string>): { value: number; unit: string } | null {
  if (amount.by === 'estimate' || amount.by === 'design' || amount.by === 'analysis') return { value: amount.value, unit: amount.unit };
  const other = amount.by === 'derived' ? plant.streams.get(amount.stream) : undefined;
  const per = other && plant.media.get(other.medium)?.unit;
  const own = plant.media.get(medium)?.unit;
  if (amount.by !== 'derived' || !other || per === undefined || own === undefined || seen.has(id)) return null;
  const source = stated(plant, other, seen.add(id));
  if (source === null || !isConvertible(source.unit, `${per}/h`) || !isConvertible(amount.unit, `${own}/${per}`)) return null;
  const value = convert(source.value, source.unit, `${per}/h`) * convert(amount.factor.value, amount.unit, `${own}/${per}`);
  return { value, unit: `${own}/h` };
}
