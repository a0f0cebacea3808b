/**
 * Since when each counter counts. A cumulative sum names its beginning, so that whoever adds up can tell a counter that began anew (a
 * source that was restarted by a change of the plant file) from one that went wrong.
 */
export class Beginnings {
  readonly #beganMs: number;
  readonly #known = new Map<string, { value: number; timeMs: number; beganMs: number }>();

  /** @param beganMs UTC ms: before it nothing was counted. */
  constructor(beganMs: number) {
    this.#beganMs = beganMs;
  }

  /** UTC ms since which the series counts, which has this value at this time. One that has fallen began anew after it was last seen. */
  of(series: string, value: number, timeMs: number): number {
    const known = this.#known.get(series);
    const beganMs = known === undefined ? this.#beganMs : value < known.value ? known.timeMs : known.beganMs;
    this.#known.set(series, { value, timeMs, beganMs });
    return beganMs;
  }
}
