import type { PlannedRead } from './plan.ts';

/**
 * The requests of a round in a sequence in which consecutive ones to one unit differ in table or length wherever the map allows: an
 * answer of RTU and ASCII carries no address, so a late one that looks like the next could be taken for it.
 *
 * A request to the unit that was asked last goes next where what is left can still be kept apart, so that units change as seldom as
 * that allows; else the commonest shape, which leaves the fewest to stand side by side.
 */
export function apart<R extends PlannedRead>(reads: readonly R[]): R[] {
  const shapes = new Map<string, R[]>();
  for (const read of reads) {
    const shape = shapeOf(read);
    const list = shapes.get(shape);
    if (list === undefined) shapes.set(shape, [read]);
    else list.push(read);
  }
  const sequence: R[] = [];
  while (sequence.length < reads.length) {
    const last = sequence.at(-1);
    const left = [...shapes].filter(([, list]) => list.length > 0).sort(([, a], [, b]) => b.length - a.length);
    const others = left.filter(([shape]) => last === undefined || shape !== shapeOf(last));
    const behind = reads.length - sequence.length - 1;
    const staysApart = (next: readonly R[]): boolean =>
      left.every(([, list]) => (list === next ? 2 * (list.length - 1) <= behind : 2 * list.length <= behind + 1));
    const sameUnit = others.find(([, list]) => list[0]?.unit === last?.unit && staysApart(list));
    const [, list] = (sameUnit ?? others[0] ?? left[0]) as [string, R[]];
    sequence.push(list.shift() as R);
  }
  return sequence;
}

/** Consecutive requests whose answers cannot be told apart: the residual risk that the sequence leaves. */
export const alike = (reads: readonly PlannedRead[]): number =>
  reads.filter((read, at) => at > 0 && shapeOf(read) === shapeOf(reads[at - 1] as PlannedRead)).length;

const shapeOf = ({ unit, table, count }: PlannedRead): string => `${unit} ${table} ${count}`;
