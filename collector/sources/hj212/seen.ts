/** Packets of a station that are remembered: the resends of some hours of one-minute data. */
const REMEMBERED = 512;
const FIRST = 8;

/**
 * Packets that a station sent lately, by what makes one unique: QN, ST, CN and the number within a split. A packet come again is known by
 * the same content; other content under the same QN is no resend.
 *
 * Of each only two hashes of 53 bits are kept, 16 bytes: what a platform of 10,000 stations remembers costs it at most 80 MB.
 */
export class Seen {
  #keys = new Float64Array(FIRST);
  #contents = new Float64Array(FIRST);
  /** Packets met so far; the next one takes the place of the oldest where the room is full. */
  #met = 0;
  /** Those on their way to the disk, by the hash of their key. */
  readonly #writing = new Map<number, Promise<void>>();

  /** How a packet stands to those before it; `kept` settles when the first of them is on disk. */
  meet(key: string, content: Uint8Array): { readonly as: 'new' | 'other' } | { readonly as: 'again'; readonly kept: Promise<void> } {
    const hash = hashOf(Buffer.from(key, 'latin1'));
    const at = this.#keys.indexOf(hash);
    if (at < 0) return NEW;
    return this.#contents[at] === hashOf(content) ? { as: 'again', kept: this.#writing.get(hash) ?? Promise.resolve() } : OTHER;
  }

  /** Remembers a packet while and after it is written; one that could not be written is forgotten, so that its resend counts. */
  remember(key: string, content: Uint8Array, kept: Promise<void>): void {
    const hash = hashOf(Buffer.from(key, 'latin1'));
    if (this.#met === this.#keys.length && this.#met < REMEMBERED) this.#grow();
    const at = this.#met++ % this.#keys.length;
    this.#keys[at] = hash;
    this.#contents[at] = hashOf(content);
    this.#writing.set(hash, kept);
    kept.then(
      () => this.#writing.delete(hash),
      () => {
        this.#writing.delete(hash);
        const forgotten = this.#keys.indexOf(hash);
        if (forgotten >= 0) this.#keys[forgotten] = 0;
      },
    );
  }

  #grow(): void {
    const [keys, contents] = [this.#keys, this.#contents];
    this.#keys = new Float64Array(2 * keys.length);
    this.#contents = new Float64Array(2 * keys.length);
    this.#keys.set(keys);
    this.#contents.set(contents);
  }
}

const NEW = { as: 'new' } as const;
const OTHER = { as: 'other' } as const;

/** 53 bits of some bytes, never 0: two multiplicative hashes of 32 bits with odd factors, each mixed at the end. */
function hashOf(bytes: Uint8Array): number {
  let [high, low] = [0x9e3779b1, 0x85ebca77];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low + byte, 0x2c1b3c6d) ^ (low >>> 15);
  }
  high = Math.imul(high ^ (high >>> 16), 0x7feb352d);
  low = Math.imul(low ^ (low >>> 13), 0x297a2d39);
  high = (high ^ (high >>> 15) ^ low) >>> 0;
  return (high & 0x1fffff) * 2 ** 32 + ((low ^ (low >>> 16)) >>> 0) || 1;
}
