/** What a publisher's own count says of the messages before this one. `lost` is exact, or with a modulus the least that it can be. */
export type Counted =
  | { readonly kind: 'first' | 'next' | 'repeated' }
  | { readonly kind: 'gap'; readonly before: number; readonly lost: number }
  | { readonly kind: 'restarted'; readonly before: number };

/**
 * Counts along with publishers that number their messages. A number that the broker sends again (after a reconnection) is no news, and
 * one that lies behind the last without being sent again is a publisher that began anew.
 */
export class Sequences {
  readonly #last: Map<string, number>;

  /** @param last the numbers seen last, by publisher: of a run before this one. */
  constructor(last: Readonly<Record<string, number>> = {}) {
    this.#last = new Map(Object.entries(last));
  }

  /**
   * @param modulus where the count begins at 0 again; null: never.
   * @param again the broker marked the message as one that it sends again.
   */
  take(publisher: string, number: number, modulus: number | null, again: boolean): Counted {
    const before = this.#last.get(publisher);
    if (before === undefined) {
      this.#last.set(publisher, number);
      return { kind: 'first' };
    }
    const ahead = modulus === null ? number - before : positive(number - before, modulus);
    const behind = modulus === null ? ahead < 0 : ahead > modulus / 2;
    if (ahead === 0 || (behind && again)) return { kind: 'repeated' };
    this.#last.set(publisher, number);
    if (behind) return { kind: 'restarted', before };
    return ahead === 1 ? { kind: 'next' } : { kind: 'gap', before, lost: ahead - 1 };
  }

  /** The next number of the publisher is taken as it comes. */
  forget(publisher: string): void {
    this.#last.delete(publisher);
  }

  all(): Record<string, number> {
    return Object.fromEntries(this.#last);
  }
}

const positive = (value: number, modulus: number): number => ((value % modulus) + modulus) % modulus;
