import { isBatch, type JournalGroup } from '../journal/record.ts';
import { type SampleBatch, sampleAt } from '../sample/batch.ts';
import { REASON_CODE } from '../sample/reason.ts';
import { ORIGIN_CODE, QUALITY_CODE, type Sample } from '../sample/sample.ts';
import { sampleOf } from './rows.ts';

/**
 * Samples on their way to a server, in columns: an object a sample would live just long enough to be carried about, and cost more than
 * its line. Nothing in it changes once it is handed on.
 */
export class Batch {
  readonly channels: string[] = [];
  readonly timeMs: Float64Array;
  /** NaN where the sample is missing. */
  readonly value: Float64Array;
  /** `codesOf` each. */
  readonly codes: Uint32Array;
  /** What each was taken from, and its place there where that is a batch of a device. */
  readonly #sources: (SampleBatch | Sample)[] = [];
  readonly #places: Uint32Array;

  /** @param room most samples. */
  constructor(room: number) {
    this.timeMs = new Float64Array(room);
    this.value = new Float64Array(room);
    this.codes = new Uint32Array(room);
    this.#places = new Uint32Array(room);
  }

  static of(samples: readonly Sample[]): Batch {
    const batch = new Batch(samples.length);
    for (const sample of samples) batch.add(sample);
    return batch;
  }

  get length(): number {
    return this.channels.length;
  }

  get full(): boolean {
    return this.channels.length === this.timeMs.length;
  }

  add(sample: Sample): void {
    const { channel, timeMs, value, quality, reason, origin } = sample;
    const at = this.channels.length;
    this.channels.push(channel);
    this.timeMs[at] = timeMs;
    this.value[at] = value ?? Number.NaN;
    this.codes[at] = codesOf(ORIGIN_CODE[origin], QUALITY_CODE[quality], REASON_CODE[reason]);
    this.#sources.push(sample);
  }

  /** As many of a device's batch from `from` on as there is room for. @returns where it stopped. */
  addSome(source: SampleBatch, from: number): number {
    const { channels, values, reasons, timeMs } = source;
    const origin = ORIGIN_CODE[source.origin];
    const to = Math.min(channels.length, from + this.timeMs.length - this.channels.length);
    for (let i = from; i < to; i += 1) {
      const at = this.channels.length;
      const [value, reason] = [values[i]!, reasons[i]!];
      const doubt = reason === REASON_CODE.none ? QUALITY_CODE.good : QUALITY_CODE.suspect;
      this.channels.push(channels[i]!);
      this.timeMs[at] = timeMs;
      this.value[at] = value;
      this.codes[at] = codesOf(origin, Number.isNaN(value) ? QUALITY_CODE.missing : doubt, reason);
      this.#sources.push(source);
      this.#places[at] = i;
    }
    return to;
  }

  sample(at: number): Sample {
    const source = this.#sources[at]!;
    return 'channels' in source ? sampleAt(source, this.#places[at]!) : source;
  }

  /** Samples [from, to) by themselves. */
  samples(from = 0, to = this.length): Sample[] {
    return Array.from({ length: Math.max(0, to - from) }, (_, i) => this.sample(from + i));
  }
}

/** The three codes of a sample in one number. */
const codesOf = (origin: number, quality: number, reason: number): number => (origin << 16) | (quality << 8) | reason;
export const codesFrom = (codes: number) => ({ origin: codes >>> 16, quality: (codes >>> 8) & 255, reason: codes & 255 });

/** The samples of groups as `samplesOf` gives them, in batches of at most `most`. */
export function* batchesOf(groups: readonly JournalGroup[], most: number): Generator<Batch> {
  let batch = new Batch(most);
  for (const group of groups) {
    for (const entry of group.entries ?? [group.records]) {
      for (let at = 0; at < (isBatch(entry) ? entry.channels : entry).length; ) {
        if (isBatch(entry)) at = batch.addSome(entry, at);
        else {
          const sample = sampleOf(entry[at++]!);
          if (sample !== null) batch.add(sample);
        }
        if (!batch.full) continue;
        yield batch;
        batch = new Batch(most);
      }
    }
  }
  if (batch.length > 0) yield batch;
}

/** Samples in batches of at most `most`. */
export function* batchesAmong(samples: Iterable<Sample>, most: number): Generator<Batch> {
  let batch = new Batch(most);
  for (const sample of samples) {
    batch.add(sample);
    if (!batch.full) continue;
    yield batch;
    batch = new Batch(most);
  }
  if (batch.length > 0) yield batch;
}
