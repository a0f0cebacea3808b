/** Times here are of the steady clock: when the clock of the machine is set back, nobody is shut out, and nobody let in, by that. */
const MOST = 10_000;

/** Lets each key have `burst` at once and `perSecond` after that. The longest unseen are forgotten first. */
export class Buckets {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #levels = new Map<string, { level: number; atMs: number }>();

  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
  }

  /** Takes one; false where there is none to take. */
  take(key: string, nowMs: number = performance.now()): boolean {
    const known = this.#levels.get(key);
    const level = known ? Math.min(this.#burst, known.level + ((nowMs - known.atMs) / 1000) * this.#perSecond) : this.#burst;
    this.#levels.delete(key);
    if (this.#levels.size >= MOST) this.#levels.delete(this.#levels.keys().next().value!);
    this.#levels.set(key, { level: level >= 1 ? level - 1 : level, atMs: nowMs });
    return level >= 1;
  }
}

const FREE = 5;
const FIRST_LOCK_MS = 60_000;
const LONGEST_LOCK_MS = 3_600_000;

/** After five wrong passwords in a row a name is locked for a minute, then for twice as long each time, up to an hour. */
export class Lockout {
  readonly #failures = new Map<string, { count: number; untilMs: number }>();

  /** Milliseconds for which the name is still locked, 0 where it is not. Names that nobody has are locked just the same. */
  lockedFor(name: string, nowMs: number = performance.now()): number {
    return Math.max(0, (this.#failures.get(name)?.untilMs ?? 0) - nowMs);
  }

  failed(name: string, nowMs: number = performance.now()): void {
    const count = (this.#failures.get(name)?.count ?? 0) + 1;
    const lockMs = count < FREE ? 0 : Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (count - FREE));
    this.#failures.delete(name);
    if (this.#failures.size >= MOST) this.#failures.delete(this.#failures.keys().next().value!);
    this.#failures.set(name, { count, untilMs: nowMs + lockMs });
  }

  succeeded(name: string): void {
    this.#failures.delete(name);
  }
}
