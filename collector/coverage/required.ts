import type { Plant } from '../../config/plant/plant.ts';
import { ENV, type Stream, type Unit } from '../../config/plant/schema.ts';
import type { Coverage } from '../../config/rules/families/coverage.ts';
import type { Level } from './result.ts';
import { isMainByLoad, type MainUnitLimits } from './threshold.ts';

/** One metering point that a table asks for: what it is to measure, and what in the plant file asks for it. */
export interface Requirement {
  /** Id of a listed point, or `unit:kind`, or `unit:stream`. */
  readonly id: string;
  readonly kind: string;
  readonly level: Level;
  readonly unit: string;
  /** Streams that it measures together; none where a load, a person or the list alone asks for it. */
  readonly streams: readonly Stream[];
  /** `listed`: nothing is drawn of this kind, so that the list of points is all there is to go by. */
  readonly why: 'crosses' | 'uses' | 'load' | 'stated' | 'listed';
}

const LEVEL: Readonly<Record<Unit['level'], Level>> = { plant: 1, workshop: 2, equipment: 3 };

/** What a stream counts as: a kind of the rules, null where the file says that no rule counts it, undefined where it says nothing. */
export function kindOf(plant: Plant, stream: Stream): string | null | undefined {
  const kind = stream.kind ?? plant.media.get(stream.medium)?.kind;
  return typeof kind === 'object' ? null : kind;
}

/**
 * Kinds of which the plant file draws streams or states demands: N of these rests on the streams, on loads and on what people demand, never
 * on the list of points.
 */
export function drawnKinds(plant: Plant): ReadonlySet<string> {
  const streams = [...plant.streams.values()].map((stream) => kindOf(plant, stream)).filter((kind) => typeof kind === 'string');
  const demanded = [...plant.units.values()].flatMap(({ requires }) => (requires ?? []).map(({ kind }) => kind));
  return new Set([...streams, ...demanded]);
}

/**
 * Every metering point that a table asks for, kind by kind: one for each stream that crosses the plant's boundary; one for all streams of a
 * medium that cross the boundary of a main sub-unit to or from the same side; at main equipment one for all that it uses of a kind, or one
 * for each stream where the table counts what goes in and out; and one where a load above the limits or a person asks for it and none of
 * these do. Streams of role `loss` and those of amount `difference` are no flows that a meter could stand in.
 *
 * Of a kind that the file draws no stream of, the listed points are the requirement, with those that loads ask for.
 *
 * @source GB 17167-2006 3.2 注 (the instruments needed to measure all quantities), 4.3.2–4.3.4
 */
export function requirementsOf(plant: Plant, table: Coverage, limits: MainUnitLimits | null): readonly Requirement[] {
  const drawn = drawnKinds(plant);
  const inside = new Map([...plant.units.keys()].map((unit) => [unit, subtree(plant, unit)]));
  return table.rows.flatMap(({ kind }) => {
    const streams = [...plant.streams.values()].filter((stream) => kindOf(plant, stream) === kind && isMetered(stream));
    const flows = drawn.has(kind)
      ? [...plant.units.values()].flatMap((unit) => {
          const level = LEVEL[unit.level];
          if (level > 1 && !isRequired(unit, kind, limits)) return [];
          const crossing = streams.filter(({ from, to }) => inside.get(unit.id)!.has(from) !== inside.get(unit.id)!.has(to));
          if (level === 3 && table.counts[2] === 'use') {
            const used = crossing.filter(({ to }) => inside.get(unit.id)!.has(to));
            return used.length === 0 ? [] : [requirement(unit, kind, used, 'uses')];
          }
          const groups = level === 2 ? bySide(plant, crossing, inside.get(unit.id)!) : crossing.map((stream) => [stream]);
          return groups.map((group) => requirement(unit, kind, group, 'crosses'));
        })
      : listed(plant, kind, limits);
    return [...flows, ...further(plant, kind, limits, flows)];
  });
}

/** What loads and people ask for at units of which nothing else does. */
function further(plant: Plant, kind: string, limits: MainUnitLimits | null, known: readonly Requirement[]): Requirement[] {
  const stands = new Set(known.map(({ unit, level }) => `${unit}/${level}`));
  return [...plant.units.values()].flatMap((unit) => {
    const load = isMainByLoad(unit, kind, limits) === true && !stands.has(`${unit.id}/${LEVEL[unit.level]}`);
    const stated = (unit.requires ?? []).filter((each) => each.kind === kind);
    return [
      ...(load ? [requirement(unit, kind, [], 'load')] : []),
      ...stated.map((_, index) => ({ ...requirement(unit, kind, [], 'stated'), id: `${unit.id}:${kind}:${index + 1}` })),
    ];
  });
}

function listed(plant: Plant, kind: string, limits: MainUnitLimits | null): Requirement[] {
  return [...plant.points.values()].flatMap((point) => {
    const unit = plant.units.get(point.unit);
    if (point.kind !== kind || (point.level > 1 && unit && !(isMainByLoad(unit, kind, limits) === true || unit.main))) return [];
    return [{ id: point.id, kind, level: point.level, unit: point.unit, streams: [], why: 'listed' as const }];
  });
}

/** A unit counts as a main one where its load says so, not where its load is below the limit, and otherwise as the file has it. */
function isRequired(unit: Unit, kind: string, limits: MainUnitLimits | null): boolean {
  return isMainByLoad(unit, kind, limits) ?? unit.main;
}

function isMetered({ role, amount }: Stream): boolean {
  return role !== 'loss' && amount.by !== 'difference';
}

/** Streams of one medium that one meter at the boundary could measure: the same way, to or from the same sub-unit or the outside. */
function bySide(plant: Plant, streams: readonly Stream[], inside: ReadonlySet<string>): Stream[][] {
  const groups = new Map<string, Stream[]>();
  for (const stream of streams) {
    const entering = inside.has(stream.to);
    const key = `${stream.medium} ${entering ? 'from' : 'to'} ${sideOf(plant, entering ? stream.from : stream.to)}`;
    groups.set(key, [...(groups.get(key) ?? []), stream]);
  }
  return [...groups.values()];
}

/** The sub-unit that an end belongs to, or the end itself. */
function sideOf(plant: Plant, end: string): string {
  for (let unit = plant.units.get(end); unit !== undefined; unit = plant.units.get(unit.parent ?? ENV))
    if (unit.level === 'workshop') return unit.id;
  return end;
}

/** Ids of a unit and everything that belongs to it. */
export function subtree(plant: Plant, unit: string): ReadonlySet<string> {
  const inside = new Set([unit]);
  for (let grown = true; grown; ) {
    const size = inside.size;
    for (const { id, parent } of plant.units.values()) if (parent !== undefined && inside.has(parent)) inside.add(id);
    grown = inside.size > size;
  }
  return inside;
}

function requirement(unit: Unit, kind: string, streams: readonly Stream[], why: Requirement['why']): Requirement {
  const what = streams.length === 0 || why === 'uses' ? kind : streams.map(({ id }) => id).join('+');
  return { id: `${unit.id}:${what}`, kind, level: LEVEL[unit.level], unit: unit.id, streams, why };
}
