const AGAIN_MS = 3_600_000;
const MOST = 100_000;

/** What each person and program has read: the trail names the first time of an hour, so that a page that refreshes does not fill it. */
export class Reads {
  readonly #seen = new Map<string, number>();

  isNew(who: string, plant: string, path: string, nowMs: number = performance.now()): boolean {
    const key = `${who}\n${plant}\n${path}`;
    const before = this.#seen.get(key);
    if (before !== undefined && nowMs - before < AGAIN_MS && nowMs >= before) return false;
    this.#seen.delete(key);
    if (this.#seen.size >= MOST) this.#seen.delete(this.#seen.keys().next().value!);
    this.#seen.set(key, nowMs);
    return true;
  }
}
