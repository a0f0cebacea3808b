/** What was last told of a node: the time of the sample, and the server's own time and status with it. */
interface Told {
  readonly timeMs: number;
  readonly sourceMs: number | null;
  readonly status: number | null;
}

/** What a server says of a value beside it: its own time, UTC ms, and the status code. */
export interface Stamp {
  readonly sourceMs: number | null;
  readonly status: number;
}

/**
 * The times of a server's samples, UTC ms. No two samples of a channel share one.
 *
 * A reading bears its source's time where that is new and lies between the sample before and the answer; a value that has not changed
 * since is a reading of the time when it was asked for. A change that the server reported by itself bears its source's time too, unless
 * that is further back than an interval: then it is a value that has stood for long and is told of now.
 */
export class Times {
  readonly #told = new Map<string, Told>();
  readonly #reported = new Map<string, Stamp>();

  /** Of a value that was asked for at `askedMs` and has come at `nowMs`. */
  ofReading(channel: string, everyMs: number, { sourceMs, status }: Stamp, askedMs: number, nowMs: number): number {
    const before = this.#told.get(channel) ?? { timeMs: askedMs - everyMs, sourceMs: null };
    const changed = sourceMs !== null && sourceMs !== before.sourceMs && sourceMs > before.timeMs && sourceMs <= nowMs;
    const timeMs = changed ? sourceMs : askedMs === before.timeMs ? askedMs + 1 : askedMs;
    this.#told.set(channel, { timeMs, sourceMs, status });
    return timeMs;
  }

  /** Of a change that was reported and has come at `nowMs`; null for one that has been told of already. */
  ofReport(channel: string, everyMs: number, { sourceMs, status }: Stamp, nowMs: number): number | null {
    const before = this.#told.get(channel);
    const same = (one: Pick<Told, 'sourceMs' | 'status'> | undefined) =>
      sourceMs !== null && sourceMs === one?.sourceMs && status === one.status;
    if (same(before) || same(this.#reported.get(channel))) return null;
    this.#reported.set(channel, { sourceMs, status });
    const lastMs = before?.timeMs ?? nowMs;
    const own = sourceMs !== null && sourceMs <= nowMs && sourceMs > lastMs - everyMs ? sourceMs : nowMs;
    const timeMs = own === before?.timeMs ? own + 1 : own;
    if (before === undefined || timeMs > before.timeMs) this.#told.set(channel, { timeMs, sourceMs, status });
    return timeMs;
  }

  /** A sample of that time said that nothing could be read. */
  missing(channel: string, timeMs: number): void {
    this.#told.set(channel, { timeMs, sourceMs: this.#told.get(channel)?.sourceMs ?? null, status: null });
  }
}
