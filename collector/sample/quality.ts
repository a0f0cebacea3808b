import type { Reason } from './reason.ts';
import type { Sample } from './sample.ts';

/** What the readings of one channel are held against. Nothing is checked that is not stated. */
export interface QualityChecks {
  /** Values below the first or above the second are out of range; in the unit of the channel. */
  readonly limits?: readonly [number, number];
  /** Largest change that the process can make, unit per minute. */
  readonly changePerMinute?: number;
  /** A value that stays within `within` (unit) of where it was for `forMs` is frozen. */
  readonly frozen?: { readonly forMs: number; readonly within: number };
}

/** A new level is believed once so many readings in a row agree with each other: a real step is then no spike any more. */
const CONFIRM = 3;
/** What is no later than this before another came late, or comes again. */
const SET_BACK_MS = 3_600_000;

/**
 * Judges the readings of one channel in the order in which they come. A good reading that fails a check becomes suspect, with the reason;
 * value, time and raw bytes stay as they came, and what is suspect or missing already keeps its own reason.
 *
 * A reading that is not later than the one before is held against the limits only: nothing is known of its surroundings. Those that come an
 * hour behind it and more, as where the clock that dates them was set back, are looked at in a row as from a beginning, and disturb nothing
 * of what is known of the others.
 */
export class QualityCheck {
  readonly #checks: QualityChecks;
  #lastMs = Number.NEGATIVE_INFINITY;
  /** What is known of the readings in a row that are far behind `#lastMs`. */
  #behind: QualityCheck | null = null;
  /** The last value that was no spike, and the readings since that deny it but agree with each other. */
  #level: { readonly timeMs: number; readonly value: number } | null = null;
  #claims: { readonly timeMs: number; readonly value: number }[] = [];
  /** Where the value has stood, and since when. */
  #standing: { readonly sinceMs: number; readonly value: number } | null = null;

  constructor(checks: QualityChecks) {
    this.#checks = checks;
  }

  /** Whether these are the checks that it holds readings against. */
  holds(checks: QualityChecks): boolean {
    return JSON.stringify(this.#checks) === JSON.stringify(checks);
  }

  /** The sample, or a suspect one in its place. */
  judge(sample: Sample): Sample {
    if (sample.quality !== 'good' || sample.value === null) return sample;
    const reason = this.#reason(sample.timeMs, sample.value);
    return reason === 'none' ? sample : { ...sample, quality: 'suspect', reason };
  }

  #reason(timeMs: number, value: number): Reason {
    if (timeMs <= this.#lastMs) {
      if (this.#behind === null || timeMs <= this.#behind.#lastMs) {
        this.#behind = timeMs <= this.#lastMs - SET_BACK_MS ? new QualityCheck(this.#checks) : null;
      }
      return this.#behind === null ? this.#ofLimits(value) : this.#behind.#reason(timeMs, value);
    }
    this.#behind = null;
    const gapMs = timeMs - this.#lastMs;
    this.#lastMs = timeMs;
    const { changePerMinute, frozen } = this.#checks;
    if (this.#ofLimits(value) !== 'none') return 'out-of-range';
    const stands = frozen !== undefined && this.#stands(timeMs, value, frozen, gapMs);
    if (changePerMinute !== undefined && this.#leaps(timeMs, value, changePerMinute)) return 'spike';
    return stands ? 'frozen' : 'none';
  }

  #ofLimits(value: number): Reason {
    const { limits } = this.#checks;
    return limits !== undefined && (value < limits[0] || value > limits[1]) ? 'out-of-range' : 'none';
  }

  #leaps(timeMs: number, value: number, perMinute: number): boolean {
    const reaches = (from: { readonly timeMs: number; readonly value: number }): boolean =>
      Math.abs(value - from.value) <= (perMinute * (timeMs - from.timeMs)) / 60_000;
    if (this.#level === null || reaches(this.#level)) {
      this.#level = { timeMs, value };
      this.#claims = [];
      return false;
    }
    const before = this.#claims.at(-1);
    this.#claims = before === undefined || reaches(before) ? [...this.#claims, { timeMs, value }] : [{ timeMs, value }];
    if (this.#claims.length < CONFIRM) return true;
    this.#level = { timeMs, value };
    this.#claims = [];
    return false;
  }

  #stands(timeMs: number, value: number, frozen: { readonly forMs: number; readonly within: number }, gapMs: number): boolean {
    const standing = this.#standing;
    if (standing === null || gapMs > frozen.forMs || Math.abs(value - standing.value) > frozen.within) {
      this.#standing = { sinceMs: timeMs, value };
      return false;
    }
    return timeMs - standing.sinceMs >= frozen.forMs;
  }
}

/** What becomes of a sample that is looked at: itself, or a suspect one in its place. */
export interface Judge {
  (sample: Sample): Sample;
  /** The channels whose samples it may change; any, where it does not say. */
  readonly channels?: Pick<ReadonlySet<string>, 'has'>;
}

/** The checks of all channels, and what they have seen of each. */
export interface QualityStage extends Judge {
  readonly channels: ReadonlyMap<string, QualityCheck>;
}

/**
 * One stage for all channels. A sample that is handed in again, because the journal did not take it, is judged as it was.
 *
 * @param checks by channel; channels without are let through.
 * @param before the stage that this one takes the place of: a channel whose checks stay goes on from what was seen of it.
 */
export function qualityStage(checks: ReadonlyMap<string, QualityChecks>, before?: QualityStage): QualityStage {
  const checkOf = (channel: string, own: QualityChecks): QualityCheck => {
    const known = before?.channels.get(channel);
    return known?.holds(own) === true ? known : new QualityCheck(own);
  };
  const channels = new Map([...checks].map(([channel, own]) => [channel, checkOf(channel, own)]));
  const judged = new WeakMap<Sample, Sample>();
  const judge = (sample: Sample): Sample => {
    const check = channels.get(sample.channel);
    if (check === undefined) return sample;
    const known = judged.get(sample);
    if (known !== undefined) return known;
    const result = check.judge(sample);
    if (result !== sample) judged.set(sample, result);
    return result;
  };
  return Object.assign(judge, { channels });
}
