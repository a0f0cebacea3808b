import type { Channel } from '../../config/plant/plant.ts';
import type { SampleBatch } from '../sample/batch.ts';
import type { IntakeCounts, Taken } from '../sample/intake.ts';
import type { Judge } from '../sample/quality.ts';
import type { Sample } from '../sample/sample.ts';

/** A payload or frame that could not be turned into a sample; kept whole, with its reason. */
export interface Quarantined {
  readonly timeMs: number;
  readonly source: string;
  readonly reason: string;
  readonly raw: string;
}

/** Something that happened at a source and belongs in the record: a reconnection, a resynchronisation, a second master. */
export interface SourceEvent {
  readonly timeMs: number;
  readonly source: string;
  readonly event: string;
  readonly detail: string;
}

/**
 * Where a source hands over what it read. Each promise settles once the record is on disk.
 *
 * A source counts each sample and each payload for quarantine in `intake`, once, as soon as it has made it and before it hands it over.
 */
export interface Sink {
  samples(samples: readonly Sample[]): Promise<void>;
  /** The same for what came in one answer; a sink without it is handed the samples. */
  batch?(batch: SampleBatch): Promise<void>;
  quarantine(item: Quarantined): Promise<void>;
  event(item: SourceEvent): Promise<void>;
  /** Absent where nobody counts. */
  readonly intake?: Taken;
  /**
   * What the record will say of a sample. Who hands over only some of what it saw asks for each of all, in the order of their times, and
   * hands over what it was told. Absent where nothing is checked.
   */
  readonly judge?: Judge;
}

export interface SourceStatus {
  readonly id: string;
  readonly state: 'stopped' | 'connecting' | 'online' | 'waiting';
  readonly lastSuccessMs: number | null;
  readonly lastError: string | null;
  /** Since start. `lost`: messages that the publisher counted and that never came, where it counts them. */
  readonly counts: Readonly<
    Record<'requests' | 'failures' | 'reconnects' | 'resynchronisations' | 'lateCycles' | 'quarantined', number>
  > & {
    readonly lost?: number;
  };
  /** What it made of what it read, and what of that the journal has; absent where nobody counts. */
  readonly intake?: IntakeCounts;
}

/**
 * One device or broker, read until it is told to stop.
 *
 * `start` returns once reading is under way and never fails because the other side is away: that is a state, not an error. Every
 * configured channel yields a sample at each of its times, missing with a reason where the reading failed. Nothing is handed to the
 * sink once the promise of `stop` has settled.
 */
export interface Source {
  readonly id: string;
  start(sink: Sink): Promise<void>;
  stop(): Promise<void>;
  status(): SourceStatus;
  /**
   * Reads other channels of the same device from now on, without losing a reading of those that stay. Absent: the source must be stopped
   * and another started. Throws a Fault, and changes nothing, where a channel's reading makes no sense for the device.
   */
  reread?(channels: readonly Channel[]): void;
}
