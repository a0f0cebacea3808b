/** Things of one kind that were set aside for one reason. */
export interface Trouble {
  /** Of whom: an engine, a source. */
  readonly of: string;
  /** What was said of the first of them. */
  readonly reason: string;
  readonly count: number;
  /** Of whatever `what` said that each was: channels, topics. */
  readonly things: number;
  /** When the first and the last came, ms. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Reasons kept apart; the rest counts together. */
const MOST_REASONS = 200;
/** Things counted one by one for a reason. */
const MOST_THINGS = 10_000;

interface Counted {
  of: string;
  reason: string;
  count: number;
  things: Set<string>;
  firstMs: number;
  lastMs: number;
}

/** Counts what was set aside by whom and why. Reasons that differ in their numbers or in what they quote are one. */
export class Troubles {
  readonly #found = new Map<string, Counted>();

  add(of: string, reason: string, atMs: number, what: string): void {
    let key = `${of}\n${plain(reason)}`;
    if (!this.#found.has(key) && this.#found.size >= MOST_REASONS) key = `${of}\n`;
    let known = this.#found.get(key);
    if (known === undefined) {
      known = { of, reason: key.endsWith('\n') ? '' : reason, count: 0, things: new Set(), firstMs: atMs, lastMs: atMs };
      this.#found.set(key, known);
    }
    known.count += 1;
    known.firstMs = Math.min(known.firstMs, atMs);
    known.lastMs = Math.max(known.lastMs, atMs);
    if (known.things.size < MOST_THINGS) known.things.add(what);
  }

  /** The most frequent first. */
  all(): Trouble[] {
    return [...this.#found.values()].map((one) => ({ ...one, things: one.things.size })).sort((a, b) => b.count - a.count);
  }
}

/** A reason without what differs from one reading to the next. */
const plain = (reason: string): string =>
  reason
    .replace(/'[^']*'|"[^"]*"/g, "'…'")
    .replace(/\d+(?:\.\d+)?/g, '#')
    .slice(0, 300);
