import type { DeadBands } from './dead-band.ts';

/** Readings that share an interval. */
export interface Group {
  readonly everyMs: number;
  /** Where `everyMs` is how often they are looked at, and not how often they are due. */
  readonly looks?: DeadBands;
}

/** A group whose time has come, the time it was due, and the times before it that went by unread. */
export interface Due<G extends Group> {
  readonly group: G;
  readonly dueMs: number;
  readonly missedMs: readonly number[];
  /** Times right before it that went by at once and are not among those missed, as there are more of them than `MOST_MISSED`. */
  readonly untold?: number;
}

/** However far the clock moved, no wait is longer, so that a clock set back is noticed. */
const LONGEST_WAIT_MS = 60_000;
/** A leap of the clock over more intervals than this is not a series of missed readings but a clock that was set. */
export const MOST_MISSED = 600;

/** The same in times of asking: how long a leap is one says the interval at which readings are due, however often they are looked at. */
export const mostMissed = (everyMs: number, looks: DeadBands | undefined): number =>
  looks === undefined ? MOST_MISSED : (MOST_MISSED * looks.keepMs) / everyMs;

/**
 * When each group is due: at the multiples of its interval in UTC, so that all meters with one interval are read at one time and a
 * reading belongs to its minute.
 */
export class Schedule<G extends Group> {
  #next: { readonly group: G; dueMs: number }[];

  constructor(groups: readonly G[], nowMs: number) {
    this.#next = groups.map((group) => ({ group, dueMs: following(nowMs, group.everyMs) }));
  }

  /**
   * Other groups from now on; one with the interval of an earlier one is due when that was. Where readings stay due as often and only the
   * looks between them change, one that is due already and has not been taken is due still.
   */
  replace(groups: readonly G[], nowMs: number): void {
    const due = new Map(this.#next.map(({ group, dueMs }) => [group.everyMs, dueMs]));
    const untaken = new Map<number, number>();
    for (const { group, dueMs } of this.#next) {
      const before = untaken.get(readEveryMs(group)) ?? nowMs + 1;
      untaken.set(readEveryMs(group), Math.min(before, dueMs));
    }
    this.#next = groups.map((group) => {
      const fromMs = untaken.get(readEveryMs(group)) ?? nowMs + 1;
      return { group, dueMs: due.get(group.everyMs) ?? following(fromMs - 1, group.everyMs) };
    });
  }

  waitMs(nowMs: number): number {
    const soonest = Math.min(...this.#next.map((entry) => entry.dueMs), nowMs + LONGEST_WAIT_MS);
    return Math.max(0, Math.min(soonest - nowMs, LONGEST_WAIT_MS));
  }

  /** The groups that are due now, the shortest interval first; each is due again at its next multiple. */
  take(nowMs: number): Due<G>[] {
    const due: Due<G>[] = [];
    for (const entry of this.#next) {
      const { everyMs } = entry.group;
      if (entry.dueMs > nowMs) {
        if (entry.dueMs - nowMs > everyMs) entry.dueMs = following(nowMs, everyMs);
        continue;
      }
      const missed = Math.floor((nowMs - entry.dueMs) / everyMs);
      const dueMs = entry.dueMs + missed * everyMs;
      if (missed > mostMissed(everyMs, entry.group.looks)) due.push({ group: entry.group, dueMs, missedMs: [], untold: missed });
      else due.push({ group: entry.group, dueMs, missedMs: Array.from({ length: missed }, (_, i) => entry.dueMs + i * everyMs) });
      entry.dueMs = dueMs + everyMs;
    }
    return due;
  }
}

/** How often a group's readings are due. */
const readEveryMs = ({ everyMs, looks }: Group): number => looks?.keepMs ?? everyMs;

const following = (nowMs: number, everyMs: number): number => (Math.floor(nowMs / everyMs) + 1) * everyMs;
