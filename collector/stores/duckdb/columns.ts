import type { Readings } from '../../sample/hour.ts';

const FIRST_SIZE = 16;

/** Readings of one channel as columns that grow by doubling. */
export class GrowingColumns {
  length = 0;
  #time = new Float64Array(FIRST_SIZE);
  #value = new Float64Array(FIRST_SIZE);
  #quality = new Uint8Array(FIRST_SIZE);
  #reason = new Uint8Array(FIRST_SIZE);
  #origin = new Uint8Array(FIRST_SIZE);

  push(time: number, value: number, quality: number, reason: number, origin: number): void {
    const at = this.length;
    if (at === this.#time.length) this.#grow();
    this.#time[at] = time;
    this.#value[at] = value;
    this.#quality[at] = quality;
    this.#reason[at] = reason;
    this.#origin[at] = origin;
    this.length = at + 1;
  }

  /** Readings that there is memory for. */
  get room(): number {
    return this.#time.length;
  }

  /** A view of what was pushed, valid until the next push. */
  view(): Readings {
    const end = this.length;
    return {
      timeMs: this.#time.subarray(0, end),
      value: this.#value.subarray(0, end),
      quality: this.#quality.subarray(0, end),
      reason: this.#reason.subarray(0, end),
      origin: this.#origin.subarray(0, end),
    };
  }

  clear(): void {
    this.length = 0;
  }

  /** Drops what lies before an instant; times ascend. */
  dropBefore(timeMs: number): void {
    let from = 0;
    while (from < this.length && this.#time[from]! < timeMs) from += 1;
    if (from === 0) return;
    for (const column of [this.#time, this.#value, this.#quality, this.#reason, this.#origin]) column.copyWithin(0, from, this.length);
    this.length -= from;
  }

  #grow(): void {
    const double = <T extends Float64Array | Uint8Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    const size = 2 * this.#time.length;
    this.#time = double(this.#time, new Float64Array(size));
    this.#value = double(this.#value, new Float64Array(size));
    this.#quality = double(this.#quality, new Uint8Array(size));
    this.#reason = double(this.#reason, new Uint8Array(size));
    this.#origin = double(this.#origin, new Uint8Array(size));
  }
}
