import { reasonOf } from '../../sample/reason.ts';
import { ORIGIN_CODE, type Origin, QUALITY_CODE, type Quality, type Sample } from '../../sample/sample.ts';

/** What is known of a stored channel without asking the file: its number, its span, its newest sample. */
export interface StoredChannel {
  readonly id: number;
  readonly name: string;
  firstMs: number;
  lastMs: number;
  count: number;
  /** Rises when a sample arrives that is not newer than all before it: what was computed from the samples may no longer hold. */
  revision: number;
  last: { value: number; quality: number; reason: number; origin: number };
}

export function newChannel(id: number, name: string): StoredChannel {
  const last = { value: Number.NaN, quality: 0, reason: 0, origin: 0 };
  return { id, name, firstMs: Number.POSITIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY, count: 0, revision: 0, last };
}

/** The channels of a file, by name and by number. What is known of each is brought up to date in place. */
export class Channels {
  readonly #byName = new Map<string, StoredChannel>();
  /** Numbers run from 0 without gaps. */
  readonly #byNumber: StoredChannel[] = [];
  /** The channels of a request that comes again each second. */
  readonly #lists = new WeakMap<readonly string[], readonly StoredChannel[]>();

  constructor(channels: Iterable<StoredChannel> = []) {
    for (const channel of channels) this.add(channel);
  }

  get size(): number {
    return this.#byName.size;
  }

  get(name: string): StoredChannel | undefined {
    return this.#byName.get(name);
  }

  byNumber(id: number): StoredChannel {
    return this.#byNumber[id] as StoredChannel;
  }

  values(): MapIterator<StoredChannel> {
    return this.#byName.values();
  }

  add(channel: StoredChannel): void {
    this.#byName.set(channel.name, channel);
    this.#byNumber[channel.id] = channel;
  }

  remembered(list: readonly string[]): readonly StoredChannel[] | undefined {
    return this.#lists.get(list);
  }

  remember(list: readonly string[], channels: readonly StoredChannel[]): void {
    this.#lists.set(list, channels);
  }
}

/** The median of the channels' newest times: one device whose clock is wrong does not say what time it is. 0 where there are none. */
export function newestOf(channels: Iterable<StoredChannel>): number {
  const times = Array.from(channels, ({ lastMs }) => lastMs).sort((a, b) => a - b);
  return times[times.length >> 1] ?? 0;
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
