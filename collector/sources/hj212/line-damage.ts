/**
 * So many damaged packets an hour: beyond them none of the station's is believed. An 8-bit CRC lets one of 256 damaged packets pass, and
 * this many keep that below one in ten hours.
 */
export const MOST_DAMAGED_PER_HOUR = 24;
const HOUR_MS = 3_600_000;

/** Damaged packets of a station within the last hour. */
export class LineDamage {
  #timesMs: number[] = [];

  /** @returns how many it makes within the hour, at most one more than too many. */
  met(nowMs: number): number {
    this.#timesMs = [...this.#within(nowMs).slice(-MOST_DAMAGED_PER_HOUR), nowMs];
    return this.#timesMs.length;
  }

  tooMuch(nowMs: number): boolean {
    return this.#timesMs.length >= MOST_DAMAGED_PER_HOUR && this.#within(nowMs).length >= MOST_DAMAGED_PER_HOUR;
  }

  #within(nowMs: number): number[] {
    return this.#timesMs.filter((ms) => ms > nowMs - HOUR_MS && ms <= nowMs);
  }
}
