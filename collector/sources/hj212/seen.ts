/** Packets of a station that are remembered, enough for the resends of some hours of one-minute data in parts. */
const REMEMBERED = 2_048;

interface Known {
  readonly content: string;
  readonly kept: Promise<void>;
}

/**
 * Packets that a station sent lately, by what makes one unique: QN, ST, CN and the number within a split. A packet come again is known by
 * the same content; other content under the same QN is no resend.
 */
export class Seen {
  readonly #known = new Map<string, Known>();

  /** How a packet stands to those before it; `kept` settles when the first of them is on disk. */
  meet(key: string, content: string): { readonly as: 'new' | 'other' } | { readonly as: 'again'; readonly kept: Promise<void> } {
    const known = this.#known.get(key);
    if (known === undefined) return { as: 'new' };
    return known.content === content ? { as: 'again', kept: known.kept } : { as: 'other' };
  }

  /** Remembers a packet while and after it is written; one that could not be written is forgotten, so that its resend counts. */
  remember(key: string, content: string, kept: Promise<void>): void {
    this.#known.set(key, { content, kept });
    kept.catch(() => this.#known.delete(key));
    if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value!);
  }
}
