const SLAB_VALUES = 4_096;

/**
 * Small columns cut one after the other from a large one. An array by itself costs an allocation outside the heap and two hundred bytes in
 * it, and a plant of a hundred thousand points would make thousands each second; a slab lives as long as any of its columns does.
 */
export class Slab {
  #values = new Float64Array(0);
  #reasons = new Uint8Array(0);
  #at = 0;

  /** Columns of `count` zeros. */
  cut(count: number): { readonly values: Float64Array; readonly reasons: Uint8Array } {
    if (this.#at + count > this.#values.length) {
      const room = Math.max(SLAB_VALUES, count);
      this.#values = new Float64Array(room);
      this.#reasons = new Uint8Array(room);
      this.#at = 0;
    }
    const start = this.#at;
    this.#at += count;
    return { values: this.#values.subarray(start, this.#at), reasons: this.#reasons.subarray(start, this.#at) };
  }
}
