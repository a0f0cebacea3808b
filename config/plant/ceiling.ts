import type { Channel } from './plant.ts';

/** Meters run above their rating for a while, by no more than a quarter of it. */
const OVERLOAD = 1.25;

/**
 * The fastest that a counter can rise, unit per hour: what the plant file says, else a quarter more than the upper end of its range,
 * which for a counter is that of the flow that it counts. null where neither is stated: then any rise is possible.
 *
 * The range of another reading of the same meter says nothing here: whether the two agree is a question of its own, and a counter that
 * is read ten times too large must still be seen to rise.
 */
export function ceilingPerHour({ kind, ceiling, range }: Pick<Channel, 'kind' | 'ceiling' | 'range'>): number | null {
  if (ceiling !== undefined) return ceiling;
  return kind === 'counter' && range !== undefined && range[1] > 0 ? range[1] * OVERLOAD : null;
}
