/** Silences in a row after which the rest of a unit's requests wait for the next cycle, and after which it is demoted. */
export const SKIP_AFTER = 2;
export const DEMOTE_AFTER = 3;
/** A demoted unit is never asked more often. */
export const FIRST_PROBE_MS = 10_000;
const LONGEST_PROBE_MS = 300_000;

/**
 * Whether a unit is worth asking. One that stays silent costs the others on its line a time-out each time, so after three silences it
 * is demoted: asked once in a while, at growing intervals, until it answers. Times are those of a clock that nobody sets, see `passedMs`:
 * a wall clock that is set back by hours would leave it unasked for as long.
 */
export class UnitHealth {
  #silences = 0;
  #silentCycle = -1;
  #probeMs = 0;
  #probeAtMs = 0;

  get demoted(): boolean {
    return this.#silences >= DEMOTE_AFTER;
  }

  /** The last request had no answer. */
  get silent(): boolean {
    return this.#silences > 0;
  }

  mayAsk(cycle: number, nowMs: number): boolean {
    if (this.demoted) return nowMs >= this.#probeAtMs;
    return this.#silences < SKIP_AFTER || this.#silentCycle !== cycle;
  }

  /** @returns whether this answer ends a demotion. */
  answered(): boolean {
    const ended = this.demoted;
    this.#silences = 0;
    this.#probeMs = 0;
    return ended;
  }

  /** @returns whether this silence begins a demotion. */
  missed(cycle: number, nowMs: number): boolean {
    const before = this.demoted;
    this.#silences++;
    this.#silentCycle = cycle;
    if (!this.demoted) return false;
    this.#probeMs = Math.min(before ? this.#probeMs * 2 : FIRST_PROBE_MS, LONGEST_PROBE_MS);
    this.#probeAtMs = nowMs + this.#probeMs;
    return !before;
  }
}
