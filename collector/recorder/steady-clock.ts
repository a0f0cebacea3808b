import type { Clock } from '../sources/clock.ts';

/** What the two clocks of the machine say at one moment. */
export interface Reading {
  /** UTC ms by the wall clock, which someone may set. */
  readonly wallMs: number;
  /** Milliseconds since some moment, by a clock that nobody sets. */
  readonly monotonicMs: number;
}

/** A step of the wall clock: where it stood, where it stood next, and what passed between by the monotonic clock. */
export interface ClockStep {
  readonly before: Reading;
  readonly after: Reading;
  /** after.wallMs − before.wallMs − what really passed. */
  readonly stepMs: number;
}

export interface ClockNews {
  readonly event: 'clock-corrected' | 'clock-doubted' | 'clock-returned' | 'clock-accepted';
  readonly step: ClockStep;
}

/** Less is jitter, and the slewing of a time service. */
const JITTER_MS = 1_000;
/** A time service that had lost its server for a while corrects by no more; it is believed. */
const CORRECTION_MS = 60_000;
/** A wall clock that was set by more is believed after standing so long without another step. */
const SETTLE_MS = 3_600_000;

/**
 * The time that samples are stamped with: the wall clock, as long as it moves as the monotonic clock does.
 *
 * A step of up to a minute is a correction and is followed. A longer one puts the wall clock in doubt: time goes on by the monotonic
 * clock from where it was, so that no reading lands in 2036 and none is lost, and what is read meanwhile is marked. The doubt ends when
 * the wall clock is back where it should be, or when it has stood for an hour without another step: then it is believed.
 */
export class SteadyClock implements Clock {
  readonly #machine: Clock;
  readonly #monotonicMs: () => number;
  readonly #news: (news: ClockNews) => void;
  /** The last moment at which the wall clock was believed. */
  #trusted: Reading;
  #last: Reading;
  #doubt: { readonly step: ClockStep; sinceMs: number } | null = null;

  /** @param lastMs UTC ms of the journal's last record: a wall clock that stands before it is in doubt from the start. */
  constructor(machine: Clock, monotonicMs: () => number, news: (news: ClockNews) => void, lastMs: number | null = null) {
    this.#machine = machine;
    this.#monotonicMs = monotonicMs;
    this.#news = news;
    this.#trusted = this.#read();
    this.#last = this.#trusted;
    if (lastMs === null || this.#trusted.wallMs >= lastMs - CORRECTION_MS) return;
    const before = { wallMs: lastMs, monotonicMs: this.#trusted.monotonicMs };
    const step = { before, after: this.#trusted, stepMs: this.#trusted.wallMs - lastMs };
    this.#doubt = { step, sinceMs: this.#trusted.monotonicMs };
    this.#news({ event: 'clock-doubted', step });
  }

  /** Whether what is read now is to be marked with `clock-fault`. */
  get doubted(): boolean {
    this.#look();
    return this.#doubt !== null;
  }

  /** What both clocks say now, for the record. */
  reading(): Reading {
    return this.#read();
  }

  nowMs(): number {
    const now = this.#look();
    if (this.#doubt === null) return now.wallMs;
    return this.#trusted.wallMs + (now.monotonicMs - this.#trusted.monotonicMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs();
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.#machine.after(delayMs, callback);
  }

  random(): number {
    return this.#machine.random();
  }

  /** In whole milliseconds: a record of anything else is none that the journal takes. */
  #read(): Reading {
    return { wallMs: this.#machine.nowMs(), monotonicMs: Math.floor(this.#monotonicMs()) };
  }

  #look(): Reading {
    const before = this.#last;
    const after = this.#read();
    this.#last = after;
    const stepMs = after.wallMs - before.wallMs - (after.monotonicMs - before.monotonicMs);
    if (Math.abs(stepMs) > JITTER_MS) this.#stepped({ before, after, stepMs });
    else if (this.#doubt !== null && after.monotonicMs - this.#doubt.sinceMs >= SETTLE_MS)
      this.#believe('clock-accepted', this.#doubt.step);
    if (this.#doubt === null) this.#trusted = after;
    return after;
  }

  #stepped(step: ClockStep): void {
    const { after } = step;
    const due = this.#trusted.wallMs + (after.monotonicMs - this.#trusted.monotonicMs);
    const error = Math.abs(after.wallMs - due);
    if (this.#doubt !== null && error <= CORRECTION_MS) {
      this.#believe('clock-returned', step);
      return;
    }
    if (this.#doubt === null && error <= CORRECTION_MS) {
      this.#news({ event: 'clock-corrected', step });
      return;
    }
    this.#doubt = { step, sinceMs: after.monotonicMs };
    this.#news({ event: 'clock-doubted', step });
  }

  #believe(event: ClockNews['event'], step: ClockStep): void {
    this.#doubt = null;
    this.#news({ event, step });
  }
}

/** A reading of both clocks in words, for the journal. */
export const readingText = ({ wallMs, monotonicMs }: Reading): string =>
  `wall ${new Date(wallMs).toISOString()}, monotonic ${monotonicMs.toFixed(0)} ms`;
