import { reasonOf } from '../../sample/reason.ts';
import { ORIGIN_CODE, type Origin, QUALITY_CODE, type Quality, type Sample } from '../../sample/sample.ts';

/** What is known of a stored channel at one moment without asking the file: its number, its span, its newest sample. */
export interface StoredChannel {
  readonly id: number;
  readonly name: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
  /** Rises when a sample arrives that is not newer than all before it: what was computed from the samples may no longer hold. */
  readonly revision: number;
  readonly last: { readonly value: number; readonly quality: number; readonly reason: number; readonly origin: number };
}

const FIRST_ROOM = 64;

/**
 * The channels of a file, by name and by number, numbered from 0 without gaps. What is known of them stands in columns by number, brought
 * up to date with every sample: as objects a hundred thousand would take five times the memory.
 */
export class Channels {
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  #firstMs = new Float64Array(FIRST_ROOM);
  #lastMs = new Float64Array(FIRST_ROOM);
  #count = new Float64Array(FIRST_ROOM);
  #value = new Float64Array(FIRST_ROOM);
  #revision = new Uint32Array(FIRST_ROOM);
  #quality = new Uint8Array(FIRST_ROOM);
  #reason = new Uint8Array(FIRST_ROOM);
  #origin = new Uint8Array(FIRST_ROOM);
  /** The channels of a request that comes again each second. */
  readonly #lists = new WeakMap<readonly string[], Int32Array>();

  get size(): number {
    return this.#names.length;
  }

  numberOf(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  nameOf(id: number): string {
    return this.#names[id] as string;
  }

  get(name: string): StoredChannel | undefined {
    const id = this.#numbers.get(name);
    return id === undefined ? undefined : this.at(id);
  }

  at(id: number): StoredChannel {
    return {
      id,
      name: this.nameOf(id),
      firstMs: this.#firstMs[id]!,
      lastMs: this.#lastMs[id]!,
      count: this.#count[id]!,
      revision: this.#revision[id]!,
      last: { value: this.#value[id]!, quality: this.#quality[id]!, reason: this.#reason[id]!, origin: this.#origin[id]! },
    };
  }

  /** Time of a channel's newest sample, −∞ where there is none. */
  lastMsOf(id: number): number {
    return this.#lastMs[id]!;
  }

  *values(): Generator<StoredChannel, undefined> {
    for (let id = 0; id < this.size; id += 1) yield this.at(id);
  }

  /** Times of the channels' newest samples, a copy. */
  newestTimes(): Float64Array {
    return this.#lastMs.slice(0, this.size);
  }

  /** A channel without samples. @returns its number. */
  add(name: string): number {
    const id = this.#names.push(name) - 1;
    if (id === this.#count.length) this.#grow();
    this.#numbers.set(name, id);
    this.#firstMs[id] = Number.POSITIVE_INFINITY;
    this.#lastMs[id] = Number.NEGATIVE_INFINITY;
    this.#value[id] = Number.NaN;
    return id;
  }

  /** So many samples more, all of them in [firstMs, lastMs]. */
  counted(id: number, more: number, firstMs: number, lastMs: number): void {
    this.#count[id]! += more;
    this.#firstMs[id] = Math.min(firstMs, this.#firstMs[id]!);
    this.#lastMs[id] = Math.max(lastMs, this.#lastMs[id]!);
  }

  /** A sample, which is the newest unless there is a newer one. It is not counted. */
  took(id: number, timeMs: number, value: number, quality: number, reason: number, origin: number): void {
    if (timeMs < this.#firstMs[id]!) this.#firstMs[id] = timeMs;
    if (timeMs < this.#lastMs[id]!) return;
    this.#lastMs[id] = timeMs;
    this.#value[id] = value;
    this.#quality[id] = quality;
    this.#reason[id] = reason;
    this.#origin[id] = origin;
  }

  /** A sample came that is not newer than all before it. */
  reopened(id: number): void {
    this.#revision[id]! += 1;
  }

  remembered(list: readonly string[]): Int32Array | undefined {
    return this.#lists.get(list);
  }

  remember(list: readonly string[], ids: Int32Array): void {
    this.#lists.set(list, ids);
  }

  #grow(): void {
    const double = <T extends Float64Array | Uint32Array | Uint8Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    const room = 2 * this.#count.length;
    this.#firstMs = double(this.#firstMs, new Float64Array(room));
    this.#lastMs = double(this.#lastMs, new Float64Array(room));
    this.#count = double(this.#count, new Float64Array(room));
    this.#value = double(this.#value, new Float64Array(room));
    this.#revision = double(this.#revision, new Uint32Array(room));
    this.#quality = double(this.#quality, new Uint8Array(room));
    this.#reason = double(this.#reason, new Uint8Array(room));
    this.#origin = double(this.#origin, new Uint8Array(room));
  }
}

/** The median of channels' newest times: one device whose clock is wrong does not say what time it is. 0 where there are none. */
export function newestOf(times: Float64Array): number {
  return times.sort()[times.length >> 1] ?? 0;
}

const QUALITIES = Object.keys(QUALITY_CODE) as Quality[];
const ORIGINS = Object.keys(ORIGIN_CODE) as Origin[];

/** The newest sample of a channel. What it was decoded from stays in the journal. */
export function lastSample({ name, lastMs, last }: StoredChannel): Sample {
  return {
    channel: name,
    timeMs: lastMs,
    value: Number.isNaN(last.value) ? null : last.value,
    quality: QUALITIES[last.quality]!,
    reason: reasonOf(last.reason),
    origin: ORIGINS[last.origin]!,
    raw: null,
  };
}
