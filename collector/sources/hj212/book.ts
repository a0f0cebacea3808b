export interface Range {
  /** Starts of the first and the last period that are missing, UTC ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a book holds, as plain data. */
export interface BookState {
  readonly settledMs: number | null;
  readonly later: readonly number[];
}

/**
 * Which periods (minutes, hours or days) of a station have arrived. A period is known by its start, a multiple of its length in the
 * plant's offset.
 */
export class PeriodBook {
  readonly everyMs: number;
  readonly #offsetMs: number;
  readonly #horizonMs: number;
  /** Every period before this start has arrived or is given up; null until there is a first one. */
  #settledMs: number | null;
  /** Later periods that arrived or are given up. */
  readonly #later = new Set<number>();

  /** @param fromMs from when on data are due, beginning with the period that holds it; null: from the first that arrives. */
  constructor(everyMs: number, offsetMinutes: number, horizonMs: number, fromMs: number | null) {
    this.everyMs = everyMs;
    this.#offsetMs = offsetMinutes * 60_000;
    this.#horizonMs = horizonMs;
    this.#settledMs = fromMs === null ? null : this.#floor(fromMs);
  }

  /** What it holds, to be kept over a restart. */
  state(): BookState {
    return { settledMs: this.#settledMs, later: [...this.#later].sort((a, b) => a - b) };
  }

  /** Takes up what was kept: only what it knows beyond this book's own beginning counts. */
  restore({ settledMs, later }: BookState): void {
    if (settledMs !== null && this.aligned(settledMs) && (this.#settledMs === null || settledMs > this.#settledMs))
      this.#settledMs = settledMs;
    for (const timeMs of later) if (this.aligned(timeMs)) this.arrived(timeMs);
  }

  /** Whether a period may start then. */
  aligned(timeMs: number): boolean {
    return this.#floor(timeMs) === timeMs;
  }

  has(timeMs: number): boolean {
    return this.#settledMs !== null && (timeMs < this.#settledMs || this.#later.has(timeMs));
  }

  arrived(timeMs: number): void {
    this.#settledMs ??= timeMs;
    if (timeMs >= this.#settledMs) this.#later.add(timeMs);
    this.#settle();
  }

  /** The station has no data of these periods: they are not asked for again. */
  giveUp(range: Range): void {
    for (let timeMs = range.fromMs; timeMs <= range.toMs; timeMs += this.everyMs) this.arrived(timeMs);
  }

  /** Periods that ended at least `graceMs` ago and have not arrived, as ranges of at most `most` periods, the oldest first. */
  missing(nowMs: number, graceMs: number, most: number): Range[] {
    if (this.#settledMs === null) return [];
    const oldest = this.#floor(nowMs - this.#horizonMs);
    if (this.#settledMs < oldest) {
      for (const timeMs of this.#later) if (timeMs < oldest) this.#later.delete(timeMs);
      this.#settledMs = oldest;
      this.#settle();
    }
    const ranges: { fromMs: number; toMs: number; count: number }[] = [];
    for (let timeMs = this.#settledMs; timeMs + this.everyMs + graceMs <= nowMs; timeMs += this.everyMs) {
      if (this.#later.has(timeMs)) continue;
      const last = ranges.at(-1);
      if (last !== undefined && last.toMs === timeMs - this.everyMs && last.count < most) {
        last.toMs = timeMs;
        last.count++;
      } else ranges.push({ fromMs: timeMs, toMs: timeMs, count: 1 });
    }
    return ranges.map(({ fromMs, toMs }) => ({ fromMs, toMs }));
  }

  #settle(): void {
    while (this.#settledMs !== null && this.#later.delete(this.#settledMs)) this.#settledMs += this.everyMs;
  }

  #floor(timeMs: number): number {
    return Math.floor((timeMs + this.#offsetMs) / this.everyMs) * this.everyMs - this.#offsetMs;
  }
}
