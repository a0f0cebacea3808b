import { MOST_MISSED } from '../schedule.ts';

/** A message that is late by less than this part of its interval is not missed. */
const TOLERANCE = 0.5;

interface Watched<K> {
  readonly key: K;
  readonly everyMs: number;
  /** When the last message came, or the last missed one was due. */
  lastMs: number;
}

/**
 * Notices messages that were due and did not come. Each missed time is told once: an interval after the last message, then at every
 * further interval until the next message.
 */
export class Silence<K> {
  readonly #watched: Map<K, Watched<K>>;

  constructor(keys: readonly { readonly key: K; readonly everyMs: number }[], nowMs: number) {
    this.#watched = new Map(keys.map(({ key, everyMs }) => [key, { key, everyMs, lastMs: nowMs }]));
  }

  /** How often `due` wants to be asked; null where nothing is watched. */
  get stepMs(): number | null {
    let shortest = Number.POSITIVE_INFINITY;
    for (const { everyMs } of this.#watched.values()) shortest = Math.min(shortest, everyMs);
    return Number.isFinite(shortest) ? Math.max(shortest * TOLERANCE, 20) : null;
  }

  heard(key: K, nowMs: number): void {
    const entry = this.#watched.get(key);
    if (entry !== undefined) entry.lastMs = nowMs;
  }

  /**
   * The times that went by without a message since the last question. A clock that was set, either way, starts the wait anew.
   *
   * @param leapt is told since when nobody had asked, where more times went by at once than are told one by one.
   */
  due(nowMs: number, leapt: (fromMs: number) => void = () => {}): { readonly key: K; readonly dueMs: number }[] {
    const missed: { key: K; dueMs: number }[] = [];
    for (const entry of this.#watched.values()) {
      if (nowMs < entry.lastMs) entry.lastMs = nowMs;
      if (nowMs - entry.lastMs > MOST_MISSED * entry.everyMs) {
        leapt(entry.lastMs);
        entry.lastMs = nowMs;
      }
      while (nowMs - entry.lastMs >= entry.everyMs * (1 + TOLERANCE)) {
        entry.lastMs += entry.everyMs;
        missed.push({ key: entry.key, dueMs: entry.lastMs });
      }
    }
    return missed;
  }
}
