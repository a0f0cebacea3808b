interface Kept<T> {
  readonly channel: string;
  readonly of: T;
  /** The channel that came after it last time. */
  next: Kept<T> | null;
}

/** Something kept of each channel. Where channels come in the order that they came in before it is found without a look at the table. */
export class ByChannel<T extends object> {
  readonly #known = new Map<string, Kept<T>>();
  readonly #make: (channel: string) => T;
  #last: Kept<T> | null = null;

  constructor(make: (channel: string) => T) {
    this.#make = make;
  }

  /** What is kept of a channel, made where there is nothing yet. */
  of(channel: string): T {
    const guess = this.#last === null ? null : this.#last.next;
    if (guess !== null && guess.channel === channel) {
      this.#last = guess;
      return guess.of;
    }
    let found = this.#known.get(channel);
    if (found === undefined) {
      found = { channel, of: this.#make(channel), next: null };
      this.#known.set(channel, found);
    }
    if (this.#last !== null) this.#last.next = found;
    this.#last = found;
    return found.of;
  }

  *all(): Generator<T> {
    for (const { of } of this.#known.values()) yield of;
  }

  get size(): number {
    return this.#known.size;
  }

  forget(): void {
    this.#known.clear();
    this.#last = null;
  }
}
