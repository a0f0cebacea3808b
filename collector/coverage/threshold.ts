import { amountPerHour, amountUnitOf, convert, isConvertible } from '../../config/measures/units.ts';
import type { Unit } from '../../config/plant/schema.ts';
import type { ContentOf } from '../../config/rules/families/families.ts';

/** Limits above which a sub-unit or a piece of equipment is a main one. */
export type MainUnitLimits = ContentOf<'main-unit'>;

/**
 * Whether a unit uses so much of a kind that it is a main sub-unit or main equipment by itself. Null where its load of that kind is not
 * stated, no limit is held, or the two cannot be compared.
 *
 * A yearly limit (t/a) is compared with the load times its full-load hours a year; without those it cannot be: a year of 8,760 h is not
 * assumed. A tonne of water is a cubic metre as far as a limit goes.
 *
 * @source GB 17167-2006 表1, 表2 (equal counts: 大于或等于; gases at the standard state)
 */
export function isMainByLoad(unit: Unit, kind: string, limits: MainUnitLimits | null): boolean | null {
  const load = unit.load.find((each) => each.kind === kind);
  const row = limits?.rows.find(({ kinds }) => kinds.includes(kind));
  if (!load || !row || unit.level === 'plant') return null;
  const limit = unit.level === 'workshop' ? row.subUnit : row.equipment;
  if (limit === null) return null;
  const yearly = limit.unit.endsWith('/a');
  const limitUnit = yearly ? limit.unit.slice(0, -2) : limit.unit;
  const found = yearly ? perYear(load) : { value: load.value, unit: load.unit };
  if (found === null) return null;
  if (isConvertible(found.unit, limitUnit)) return convert(found.value, found.unit, limitUnit) >= limit.atLeast;
  const asVolume = kind === 'water' ? { t: 'm3', 't/h': 'm3/h' }[limitUnit] : undefined;
  if (asVolume !== undefined && isConvertible(found.unit, asVolume)) return convert(found.value, found.unit, asVolume) >= limit.atLeast;
  return null;
}

/** What a load comes to in a year, in the unit of its amounts; null without its hours. */
function perYear({ value, unit, hoursPerYear }: Unit['load'][number]): { value: number; unit: string } | null {
  const amount = amountUnitOf(unit);
  if (hoursPerYear === undefined || amount === null) return null;
  return { value: value * amountPerHour(unit) * hoursPerYear, unit: amount };
}
