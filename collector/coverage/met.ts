import type { PointState } from './point.ts';
import type { Requirement } from './required.ts';

/** A requirement with what stands for it: the points that meet it, the exempt one that excuses it, or one that waits for its meter. */
export interface Met {
  readonly requirement: Requirement;
  /** Fitted points that meet it together; empty where it is not met. */
  readonly fitted: readonly PointState[];
  readonly exempt: PointState | null;
  /** A listed point without a meter, or one of several of which others lack theirs. */
  readonly waiting: PointState | null;
}

/**
 * Which listed points meet which requirements of one kind and level. A point that measures a stream (it names the stream, or the stream
 * names it or its meter) stands for that stream alone; a requirement of several streams is met by points for each of them. Other points
 * stand for any requirement at their unit, each for one: as many as can be are met by fitted points, then excused by exempt ones.
 *
 * Points are taken in the order fitted, exempt, without meter, and one once taken is never given up (a transversal matroid): so taking a
 * point off the list takes at most one later point in, and n ÷ N never rises by it.
 */
export function met(
  requirements: readonly Requirement[],
  states: readonly PointState[],
  isExempt: (state: PointState) => boolean,
  isWithin: (unit: string, outer: string) => boolean,
): readonly Met[] {
  const reaches = ({ point }: PointState, { level, unit }: Requirement) => level === 1 || isWithin(point.unit, unit);
  const links = (state: PointState) =>
    requirements.filter((each) => each.why !== 'listed' && reaches(state, each) && each.streams.some((stream) => measures(state, stream)));
  const fitted = states.filter((state) => state.meter !== null && !isExempt(state));

  const together = new Map<Requirement, PointState[]>();
  for (const each of requirements) {
    if (each.streams.length === 0) continue;
    const points = each.streams.map((stream) => fitted.find((state) => reaches(state, each) && measures(state, stream)));
    if (points.every((point) => point !== undefined)) together.set(each, [...new Set(points)]);
  }

  const open = requirements.filter((each) => !together.has(each));
  const fits = (state: PointState, each: Requirement): boolean => {
    if (each.why === 'listed') return each.id === state.point.id;
    if (!reaches(state, each)) return false;
    const linked = links(state);
    if (linked.length === 0) return true;
    // A point for one of several streams excuses or meets none of the others.
    return linked.includes(each) && (state.meter === null || isExempt(state)) && each.streams.every((stream) => measures(state, stream));
  };
  const taken = new Map<Requirement, PointState>();
  const take = (state: PointState, tried: Set<Requirement>): boolean => {
    for (const each of open) {
      if (tried.has(each) || !fits(state, each)) continue;
      tried.add(each);
      const holder = taken.get(each);
      if (holder === undefined || take(holder, tried)) {
        taken.set(each, state);
        return true;
      }
    }
    return false;
  };
  const unfitted = states.filter((state) => state.meter === null && !isExempt(state));
  for (const state of [...fitted, ...states.filter(isExempt), ...unfitted]) take(state, new Set());

  return requirements.map((each) => {
    const holder = taken.get(each) ?? null;
    const partly = unfitted.find((state) => reaches(state, each) && each.streams.some((stream) => measures(state, stream))) ?? null;
    if (holder !== null && isExempt(holder)) return { requirement: each, fitted: [], exempt: holder, waiting: null };
    if (holder !== null && holder.meter !== null) return { requirement: each, fitted: [holder], exempt: null, waiting: null };
    return { requirement: each, fitted: together.get(each) ?? [], exempt: null, waiting: holder ?? partly };
  });
}

/** Whether a point is the one for a stream. */
function measures({ point }: PointState, { id, amount }: Requirement['streams'][number]): boolean {
  if (point.streams?.includes(id)) return true;
  if (amount.by !== 'meter') return false;
  if (amount.point !== undefined) return amount.point === point.id;
  return point.meters.some(({ meter, role }) => role === 'main' && instrument(meter) === instrument(amount.meter));
}

/** The meter of a channel: `FT-1` of `FT-1.flow`. */
function instrument(channel: string | undefined): string | undefined {
  return channel?.split('.')[0];
}
