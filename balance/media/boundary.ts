import type { Plant } from '../../config/plant/plant.ts';
import { ENV } from '../../config/plant/schema.ts';

/** Anything that carries a balance's quantity from one end to another; ends are unit ids or ENV. */
export interface Edge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/** What the plant is to one balance. */
export interface Layout {
  /** Per unit id that edges name: the unit that stands for it as a node. */
  readonly nodeOf: ReadonlyMap<string, string>;
  /** Boundaries at which the balance can be drawn, the plant first, then by depth. */
  readonly boundaries: readonly string[];
}

/** Ids of the unit and everything that belongs to it. */
export function subtree(plant: Plant, unit: string): ReadonlySet<string> {
  const inside = new Set([unit]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { id, parent } of plant.units.values()) {
      if (parent !== undefined && inside.has(parent) && !inside.has(id)) {
        inside.add(id);
        grown = true;
      }
    }
  }
  return inside;
}

/** 1 where the edge enters the set, −1 where it leaves, 0 where it does neither. */
export function crossing(edge: Edge, inside: ReadonlySet<string>): -1 | 0 | 1 {
  const [from, to] = [inside.has(edge.from), inside.has(edge.to)];
  return from === to ? 0 : to ? 1 : -1;
}

/**
 * Lifts the ends of a balance's edges to units that can be balanced.
 *
 * A unit is a node where something enters it and something leaves it (a stock counts as either: it takes and gives). Where the plant
 * file draws only one of the two, the other passes along a way that is not drawn, so the unit is taken together with the units below it,
 * and if that is still one-sided with the unit above it. The plant itself is always a node.
 */
export function layout(plant: Plant, edges: readonly Edge[], stocks: readonly { readonly unit: string }[]): Layout {
  const nodeOf = new Map([...plant.units.keys()].map((id) => [id, id]));
  const order = [...plant.units.values()].sort((a, b) => depth(plant, b.id) - depth(plant, a.id));
  const root = order.at(-1)?.id ?? '';
  const members = (node: string) => new Set([...nodeOf].filter(([, standsFor]) => standsFor === node).map(([id]) => id));
  const named = (node: string) => {
    const inside = members(node);
    const signs = edges.map((edge) => crossing(edge, inside));
    const holds = stocks.some((stock) => inside.has(stock.unit));
    return { enters: signs.includes(1) || holds, leaves: signs.includes(-1) || holds };
  };
  const merge = (node: string, into: string) => {
    for (const [id, standsFor] of nodeOf) if (standsFor === node) nodeOf.set(id, into);
  };
  for (const { id, parent } of order) {
    if (id === root || parent === undefined) continue;
    const alone = named(id);
    if (alone.enters && alone.leaves) continue;
    if (alone.enters || alone.leaves) {
      for (const below of subtree(plant, id)) merge(nodeOf.get(below) ?? below, id);
      const together = named(id);
      if (together.enters && together.leaves) continue;
    }
    merge(id, parent);
  }
  return { nodeOf, boundaries: boundariesOf(plant, nodeOf, root, edges, stocks) };
}

/** The plant, and every unit no part of which was lifted beyond it and that holds at least one node. */
function boundariesOf(
  plant: Plant,
  nodeOf: ReadonlyMap<string, string>,
  root: string,
  edges: readonly Edge[],
  stocks: readonly { readonly unit: string }[],
): readonly string[] {
  const used = new Set([...edges.flatMap((edge) => [edge.from, edge.to]), ...stocks.map((stock) => stock.unit)]);
  const able = [...plant.units.keys()].filter((unit) => {
    if (unit === root) return false;
    const named = [...subtree(plant, unit)].filter((id) => used.has(id));
    const inside = subtree(plant, unit);
    return named.length > 0 && named.every((id) => inside.has(nodeOf.get(id) ?? id));
  });
  return [root, ...able.sort((a, b) => depth(plant, a) - depth(plant, b))];
}

/** The node that stands for one end of an edge. */
export function endOf(nodeOf: ReadonlyMap<string, string>, end: string): string {
  return end === ENV ? ENV : (nodeOf.get(end) ?? end);
}

function depth(plant: Plant, unit: string): number {
  let levels = 0;
  for (let at = plant.units.get(unit)?.parent; at !== undefined && levels < 64; at = plant.units.get(at)?.parent) levels++;
  return levels;
}
