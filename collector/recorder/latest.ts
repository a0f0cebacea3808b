import { type SampleBatch, sampleAt } from '../sample/batch.ts';
import type { Sample } from '../sample/sample.ts';

/**
 * The newest sample of each channel. Of batches only the place is kept, and a sample is made of it when someone looks: a hundred
 * thousand channels are brought up to date each second, and looked at once in a while.
 */
export class Latest implements ReadonlyMap<string, Sample> {
  readonly #slots = new Map<string, number>();
  readonly #held: (Sample | SampleBatch)[] = [];
  /** Of a batch, which of its samples. */
  readonly #index: number[] = [];
  readonly #slotsOf = new WeakMap<readonly string[], Uint32Array>();

  keep(sample: Sample): void {
    const slot = this.#slots.get(sample.channel) ?? this.#newSlot(sample.channel);
    const known = this.#held[slot];
    if (known === undefined || known.timeMs <= sample.timeMs) this.#held[slot] = sample;
  }

  keepBatch(batch: SampleBatch): void {
    const slots = this.#slotsOf.get(batch.channels) ?? this.#find(batch.channels);
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index] as number;
      const known = this.#held[slot];
      if (known !== undefined && known.timeMs > batch.timeMs) continue;
      this.#held[slot] = batch;
      this.#index[slot] = index;
    }
  }

  get size(): number {
    return this.#slots.size;
  }

  has(channel: string): boolean {
    return this.#slots.has(channel);
  }

  get(channel: string): Sample | undefined {
    const slot = this.#slots.get(channel);
    return slot === undefined ? undefined : this.#at(slot);
  }

  keys(): MapIterator<string> {
    return this.#slots.keys();
  }

  *entries(): Generator<[string, Sample], undefined> {
    for (const [channel, slot] of this.#slots) yield [channel, this.#at(slot)];
  }

  *values(): Generator<Sample, undefined> {
    for (const slot of this.#slots.values()) yield this.#at(slot);
  }

  [Symbol.iterator](): Generator<[string, Sample], undefined> {
    return this.entries();
  }

  forEach(callback: (sample: Sample, channel: string, map: ReadonlyMap<string, Sample>) => void): void {
    for (const [channel, sample] of this) callback(sample, channel, this);
  }

  #at(slot: number): Sample {
    const held = this.#held[slot] as Sample | SampleBatch;
    return 'channels' in held ? sampleAt(held, this.#index[slot] as number) : held;
  }

  #find(channels: readonly string[]): Uint32Array {
    const slots = Uint32Array.from(channels, (channel) => this.#slots.get(channel) ?? this.#newSlot(channel));
    this.#slotsOf.set(channels, slots);
    return slots;
  }

  /** Its sample is set at once by whoever asked for it. */
  #newSlot(channel: string): number {
    const slot = this.#slots.size;
    this.#slots.set(channel, slot);
    this.#index.push(0);
    return slot;
  }
}
