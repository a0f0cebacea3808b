import type { Readings } from '../../../collector/sample/hour.ts';
import type { Taken } from '../../../collector/sample/intake.ts';
import { REASON_CODE } from '../../../collector/sample/reason.ts';
import { QUALITY_CODE, type Sample } from '../../../collector/sample/sample.ts';
import type { Quarantined, Sink, SourceEvent } from '../../../collector/sources/source.ts';

/** A reading without an answer. On a machine that stood still for an interval nobody asked: then the collector is the reason. */
export const unread = ({ value, reason }: Sample): boolean =>
  value === null && (reason === 'communication' || reason === 'collector-stopped');

/** A sink that keeps everything, refuses where told to, and lets a test wait for what it needs. */
export class Gather implements Sink {
  readonly taken: Sample[] = [];
  readonly quarantined: Quarantined[] = [];
  readonly events: SourceEvent[] = [];
  /** What the source says it took, counted before it hands anything over. */
  polled = 0;
  readonly intake: Taken = {
    samples: (samples) => this.#counted(samples.length),
    batch: ({ channels }) => this.#counted(channels.length),
    quarantine: () => this.#counted(1),
    returned: () => {},
    within: (looks) => this.#counted(looks.length),
  };
  /** Rejects batches while this says so. */
  refuse: (samples: readonly Sample[]) => boolean = () => false;
  readonly #waiting = new Set<() => void>();

  async samples(samples: readonly Sample[]): Promise<void> {
    if (this.refuse(samples)) throw new Error('the sink refuses');
    this.taken.push(...samples);
    this.#told();
  }

  async quarantine(item: Quarantined): Promise<void> {
    this.quarantined.push(item);
    this.#told();
  }

  async event(item: SourceEvent): Promise<void> {
    this.events.push(item);
    this.#told();
  }

  of(channel: string): Sample[] {
    return this.taken.filter((sample) => sample.channel === channel);
  }

  /** What the device said of a channel: without the due times that a slow machine let go by. */
  told(channel: string): Sample[] {
    return this.of(channel).filter((sample) => !unread(sample));
  }

  /** Settles when the condition holds; the test's own time limit ends a wait in vain. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  #counted(records: number): void {
    this.polled += records;
  }

  #told(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** The columns that accounts are made of. */
export const readingsOf = (samples: readonly Sample[]): Readings => ({
  timeMs: Float64Array.from(samples, ({ timeMs }) => timeMs),
  value: Float64Array.from(samples, ({ value }) => value ?? Number.NaN),
  quality: Uint8Array.from(samples, ({ quality }) => QUALITY_CODE[quality]),
  reason: Uint8Array.from(samples, ({ reason }) => REASON_CODE[reason]),
  origin: new Uint8Array(samples.length),
});
