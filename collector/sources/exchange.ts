import type { Duplex } from 'node:stream';
import { type Clock, passedMs, sleep } from './clock.ts';

/** What stands at the beginning of the bytes that came after a question. `more`: it may still become the answer. */
export type Found<A> =
  | { readonly kind: 'more' }
  | { readonly kind: 'answer'; readonly answer: A; readonly bytes: number }
  | { readonly kind: 'noise'; readonly why: string };

/** A question as it goes on the line, and how its answer is known: by address, control code, identifier and checksum. */
export interface Question<A> {
  readonly frame: Uint8Array;
  find(bytes: Buffer): Found<A>;
}

export type Exchanged<A> =
  | { readonly kind: 'answer'; readonly answer: A }
  | { readonly kind: 'silence' }
  | { readonly kind: 'confused' | 'lost'; readonly why: string };

/** Silences in a row after which the line itself is given up and opened anew. */
const GIVE_UP_AFTER = 5;
/** A line that never falls silent has a second master on it: a question then waits no longer than so many quiet times. */
const LONGEST_QUIET = 10;
/** Longer than any frame with its wake-up bytes. */
const MOST_BYTES = 1_024;

/**
 * One question at a time on a line of meters: a serial port, or a transparent gateway before one.
 *
 * An answer is taken only if it fits the question in flight and nothing stands behind it. After a missed answer, and whenever bytes came
 * that nobody asked for, the line is read empty until it was silent for the quiet time.
 */
export class Exchange {
  readonly #stream: Duplex;
  readonly #quietMs: number;
  readonly #clock: Clock;
  readonly #onLost: (error: Error) => void;
  readonly #closing = new AbortController();
  #take: ((bytes: Buffer) => void) | null = null;
  #end: ((why: string) => void) | null = null;
  #dirty: boolean = true;
  #lastMs: number;
  #silences = 0;
  /** How often bytes came that nobody asked for. */
  #unasked = 0;

  constructor(stream: Duplex, quietMs: number, clock: Clock, onLost: (error: Error) => void) {
    this.#stream = stream;
    this.#quietMs = quietMs;
    this.#clock = clock;
    this.#onLost = onLost;
    this.#lastMs = passedMs(clock);
    stream.on('data', (bytes: Buffer) => {
      this.#lastMs = passedMs(clock);
      if (this.#take === null) {
        this.#dirty = true;
        this.#unasked++;
      } else this.#take(bytes);
    });
    stream.on('error', (error) => this.#lost(error.message));
    stream.on('close', () => this.#lost('the line was closed'));
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Asks and waits, at most until the deadline. Never rejects; one question at a time. */
  async ask<A>(question: Question<A>, deadlineMs: number): Promise<Exchanged<A>> {
    if (!(await this.#quiet())) return { kind: 'confused', why: 'the line does not fall silent: is there a second master?' };
    if (this.closed) return { kind: 'lost', why: 'closed' };
    const exchanged = await this.#exchange(question, deadlineMs);
    if (exchanged.kind === 'answer') this.#silences = 0;
    else {
      this.#dirty = true;
      this.#lastMs = passedMs(this.#clock);
      if (++this.#silences >= GIVE_UP_AFTER) this.close();
    }
    return exchanged;
  }

  close(): void {
    if (this.closed) return;
    this.#closing.abort();
    this.#stream.destroy();
    this.#end?.('closed');
  }

  #exchange<A>(question: Question<A>, deadlineMs: number): Promise<Exchanged<A>> {
    return new Promise((resolve) => {
      let held: Buffer = Buffer.alloc(0);
      const settle = (exchanged: Exchanged<A>): void => {
        cancel();
        this.#take = null;
        this.#end = null;
        resolve(exchanged);
      };
      const cancel = this.#clock.after(deadlineMs, () => settle({ kind: 'silence' }));
      this.#end = (why) => settle({ kind: 'lost', why });
      this.#take = (bytes) => {
        held = Buffer.concat([held, bytes]);
        const found = question.find(held);
        if (found.kind === 'noise') settle({ kind: 'confused', why: found.why });
        else if (found.kind === 'more') {
          if (held.length > MOST_BYTES) settle({ kind: 'confused', why: 'more bytes than a frame has' });
        } else if (found.bytes < held.length) settle({ kind: 'confused', why: 'bytes stand behind the answer' });
        else settle({ kind: 'answer', answer: found.answer });
      };
      this.#stream.write(question.frame);
    });
  }

  /** Waits until the line is clean. @returns false where it never falls silent. */
  async #quiet(): Promise<boolean> {
    const untilMs = passedMs(this.#clock) + LONGEST_QUIET * Math.max(this.#quietMs, 1);
    while (this.#dirty && !this.closed) {
      const restMs = this.#lastMs + this.#quietMs - passedMs(this.#clock);
      if (restMs <= 0) this.#dirty = !(await this.#nothingCame());
      else if (passedMs(this.#clock) > untilMs) return false;
      else await sleep(this.#clock, restMs, this.#closing.signal);
    }
    return true;
  }

  /** Lets the event loop hand over what lies in the socket already: a timer may have fired before it. */
  async #nothingCame(): Promise<boolean> {
    const before = this.#unasked;
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    return before === this.#unasked;
  }

  #lost(why: string): void {
    if (this.closed) return;
    const asked = this.#end !== null;
    this.#closing.abort();
    this.#stream.destroy();
    this.#end?.(why);
    if (!asked) this.#onLost(new Error(why));
  }
}
