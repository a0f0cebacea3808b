import { convert, isConvertible } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import type { MeteringPoint, Unit } from '../../config/plant/schema.ts';
import type { ContentOf } from '../../config/rules/families/families.ts';
import type { Level } from './result.ts';

/** Limits above which a sub-unit or a piece of equipment is a main one. */
export type MainUnitLimits = ContentOf<'main-unit'>;

/**
 * Whether a unit uses so much of a kind that it is a main sub-unit or main equipment by itself. Null where its load of that kind is not
 * stated, no limit is held, or the two cannot be compared (a yearly limit beside an hourly load).
 *
 * @source GB 17167-2006 表1, 表2 (equal counts: 大于或等于)
 */
export function isMainByLoad(unit: Unit, kind: string, limits: MainUnitLimits | null): boolean | null {
  const load = unit.load.find((each) => each.kind === kind);
  const row = limits?.rows.find(({ kinds }) => kinds.includes(kind));
  if (!load || !row || unit.level === 'plant') return null;
  const limit = unit.level === 'workshop' ? row.subUnit : row.equipment;
  if (isConvertible(load.unit, limit.unit)) return convert(load.value, load.unit, limit.unit) >= limit.atLeast;
  // A tonne of water is a cubic metre as far as the limit of 1 t/h goes.
  if (kind === 'water' && limit.unit === 't/h' && isConvertible(load.unit, 'm3/h'))
    return convert(load.value, load.unit, 'm3/h') >= limit.atLeast;
  return null;
}

/**
 * Points that the loads of units ask for and the plant file does not list: one a unit and kind, `unit:kind`. They count as required and
 * unmetered, so that leaving a point off the list cannot raise a ratio.
 */
export function unlistedPoints(plant: Plant, limits: MainUnitLimits | null): MeteringPoint[] {
  const listed = new Set([...plant.points.values()].map((point) => `${point.unit}:${point.kind}`));
  return [...plant.units.values()].flatMap((unit) =>
    unit.load
      .filter(({ kind }) => isMainByLoad(unit, kind, limits) === true && !listed.has(`${unit.id}:${kind}`))
      .map(({ kind }): MeteringPoint => {
        const level: Level = unit.level === 'workshop' ? 2 : 3;
        return { id: `${unit.id}:${kind}`, name: unit.name, kind, level, unit: unit.id, meters: [] };
      }),
  );
}
