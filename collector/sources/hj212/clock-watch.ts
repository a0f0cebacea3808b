/** Arrivals that are judged together: one that was held up on the way says nothing of a clock. */
const TOGETHER = 5;
/**
 * How far a station's clock is ahead of ours, by the QN of its packets: when it says that it made them against when they came. A packet may be
 * late and is never early, so that of five arrivals the quickest counts.
 */
export class ClockWatch {
  #startedMs = Number.NEGATIVE_INFINITY;
  #count = 0;
  #aheadMs = Number.NEGATIVE_INFINITY;

  /**
   * Takes an arrival.
   *
   * @param apartMs arrivals closer than this are one: what a station sends after an outage comes in a heap.
   * @returns seconds by which the clock is ahead (negative: behind) with every fifth, else null.
   */
  arrived(saidMs: number, receivedMs: number, apartMs: number): number | null {
    this.#aheadMs = Math.max(this.#aheadMs, saidMs - receivedMs);
    if (receivedMs - this.#startedMs < apartMs && receivedMs >= this.#startedMs) return null;
    this.#startedMs = receivedMs;
    if (++this.#count < TOGETHER) return null;
    const seconds = this.#aheadMs / 1000;
    this.#count = 0;
    this.#aheadMs = Number.NEGATIVE_INFINITY;
    return seconds;
  }
}
