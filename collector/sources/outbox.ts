import { type SampleBatch, samplesIn } from '../sample/batch.ts';
import type { Sample } from '../sample/sample.ts';
import { type Clock, sleep } from './clock.ts';
import type { Quarantined, Sink } from './source.ts';

/** Batches on their way at one time; with that many the source reads no further. */
const LARGEST_BACKLOG = 64;
const RETRY_MS = 1_000;

/**
 * Hands samples of a polled device to the sink, which may take longer than the next request. A batch that the sink rejects (a full
 * disk) is handed over again until it is taken, and `room` holds the reading back meanwhile: nothing that was read is dropped, and
 * nothing grows without bound.
 */
export class Outbox {
  readonly #sink: Sink;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #onError: (error: Error) => void;
  readonly #underWay = new Set<Promise<void>>();
  /** Samples that came one by one while others of their kind are on their way. */
  #waiting: Sample[] = [];
  #oneByOne: Promise<void> | null = null;
  /** Several batches that are to be handed over again wait for one moment. */
  #pause: Promise<void> | null = null;

  constructor(sink: Sink, clock: Clock, signal: AbortSignal, onError: (error: Error) => void) {
    this.#sink = sink;
    this.#clock = clock;
    this.#signal = signal;
    this.#onError = onError;
  }

  give(samples: readonly Sample[]): void {
    this.#handWaiting();
    if (samples.length > 0) void this.#hand(() => this.#sink.samples(samples));
  }

  giveBatch(batch: SampleBatch): void {
    this.#handWaiting();
    if (this.#sink.batch === undefined) this.give(samplesIn(batch));
    else if (batch.channels.length > 0) void this.#hand(() => this.#sink.batch!(batch));
  }

  /**
   * The same for a sample that comes by itself: those that come while one is on its way go together next, and before whatever is given.
   *
   * @returns how many wait: `room` does not hold back who is not asked.
   */
  giveOne(sample: Sample): number {
    this.#waiting.push(sample);
    if (this.#oneByOne === null) this.#handWaiting();
    return this.#waiting.length;
  }

  /**
   * Hands over a payload for quarantine in the same way.
   *
   * @returns whether it was taken on: with as many on their way as there may be it is not, for whoever sends rubbish is not held back.
   */
  giveAside(item: Quarantined): boolean {
    if (this.#underWay.size >= LARGEST_BACKLOG) return false;
    void this.#hand(() => this.#sink.quarantine(item));
    return true;
  }

  /** Settles when another batch may be given: fewer than `most` are on their way. */
  async room(most: number = LARGEST_BACKLOG): Promise<void> {
    while (this.#underWay.size >= most) await Promise.race(this.#underWay);
  }

  /** Settles when everything given has been taken, or was tried once more after the stop. */
  async empty(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #handWaiting(): void {
    if (this.#waiting.length === 0) return;
    const samples = this.#waiting;
    this.#waiting = [];
    const sending = this.#hand(() => this.#sink.samples(samples));
    this.#oneByOne = sending;
    void sending.then(() => {
      if (this.#oneByOne !== sending) return;
      this.#oneByOne = null;
      this.#handWaiting();
    });
  }

  #hand(over: () => Promise<void>): Promise<void> {
    const sending: Promise<void> = this.#send(over).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
    return sending;
  }

  async #send(over: () => Promise<void>): Promise<void> {
    for (;;) {
      const last = this.#signal.aborted;
      try {
        return await over();
      } catch (error) {
        this.#onError(error instanceof Error ? error : new Error(String(error)));
      }
      if (last) return;
      this.#pause ??= sleep(this.#clock, RETRY_MS, this.#signal).finally(() => {
        this.#pause = null;
      });
      await this.#pause;
    }
  }
}
