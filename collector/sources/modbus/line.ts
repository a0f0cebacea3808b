import type { Duplex } from 'node:stream';
import { type Clock, passedMs, sleep } from '../clock.ts';
import { plainOfTls } from '../tls-error.ts';
import { type Request, readAnswer } from './frame.ts';
import { type Framing, rtu } from './framing.ts';
import type { Link, Outcome } from './link.ts';
import { Overheard } from './overheard.ts';

export interface LineTiming {
  /** How long the line must be silent after a missed answer before the next request: at least the longest late answer. */
  readonly quietMs: number;
  /** Pause between an answer and the next request; on a serial line 3.5 characters. */
  readonly gapMs: number;
  /** Time that one byte takes on the wire; 0 where it does not count. */
  readonly byteMs: number;
}

/** Silences in a row after which the line itself is given up and opened anew. */
const GIVE_UP_AFTER = 5;
/** A line that never falls silent has a second master on it: a request then waits no longer than so many quiet times. */
const LONGEST_QUIET = 10;

/**
 * One exchange at a time on a line whose answers carry neither a transaction nor an address: RTU or ASCII, on a serial port or through a
 * serial server.
 *
 * An answer is taken only if unit, function, byte count and checksum fit the request in flight and nothing stands behind it. What would
 * fit is a late answer of the same shape; so after every missed answer, and whenever bytes come that nobody asked for, the line is read
 * empty until it has been silent for the quiet time, and only then asked again. An answer that is later than deadline and quiet time
 * together, and of the shape of the next one, cannot be told from it: choose the quiet time by the slowest device.
 */
export class LineLink implements Link {
  readonly #stream: Duplex;
  readonly #framing: Framing;
  readonly #timing: LineTiming;
  readonly #clock: Clock;
  readonly #onLost: (error: Error) => void;
  readonly #closing = new AbortController();
  #flight: { readonly request: Request; readonly settle: (outcome: Outcome) => void } | null = null;
  #busy: boolean = false;
  #held: Buffer = Buffer.alloc(0);
  /** Whether the line must fall silent before the next request. A serial server may hold an answer to an earlier connection. */
  #dirty: boolean = true;
  /** When the last byte came, or the last answer was missed. */
  #lastMs: number;
  #silences = 0;
  #unsolicited = 0;
  readonly #overheard = new Overheard();

  constructor(stream: Duplex, framing: Framing, timing: LineTiming, clock: Clock, onLost: (error: Error) => void) {
    this.#stream = stream;
    this.#framing = framing;
    this.#timing = timing;
    this.#clock = clock;
    this.#onLost = onLost;
    this.#lastMs = passedMs(clock);
    stream.on('data', (bytes: Buffer) => this.#take(bytes));
    stream.on('error', (error) => this.#lost(plainOfTls(error).message));
    stream.on('close', () => this.#lost('the line was closed'));
  }

  get unsolicited(): number {
    return this.#unsolicited;
  }

  get overheard(): Overheard {
    return this.#overheard;
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  async read(request: Request, deadlineMs: number): Promise<Outcome> {
    if (this.#busy) throw new Error('a request is in flight');
    const frame = this.#framing.encode(request);
    this.#busy = true;
    try {
      if (!(await this.#quiet())) return { kind: 'confused', why: 'the line does not fall silent: is there a second master?' };
      if (this.closed) return { kind: 'lost', why: 'closed' };
      return await this.#exchange(request, frame, deadlineMs + this.#timing.byteMs * this.#framing.wireBytes(request));
    } finally {
      this.#busy = false;
    }
  }

  close(): void {
    this.#closing.abort();
    this.#stream.destroy();
    this.#settle({ kind: 'lost', why: 'closed' });
  }

  /** Waits for what the line needs between exchanges. @returns false where it never falls silent. */
  async #quiet(): Promise<boolean> {
    const untilMs = passedMs(this.#clock) + LONGEST_QUIET * Math.max(this.#timing.quietMs, 1);
    for (;;) {
      const restMs = this.#lastMs + (this.#dirty ? this.#timing.quietMs : this.#timing.gapMs) - passedMs(this.#clock);
      if (this.closed) return true;
      if (restMs <= 0 && (await this.#nothingCame())) break;
      if (passedMs(this.#clock) > untilMs) return false;
      await sleep(this.#clock, Math.max(restMs, 0), this.#closing.signal);
    }
    this.#dirty = false;
    this.#held = Buffer.alloc(0);
    return true;
  }

  /** Lets the event loop hand over what lies in the socket already: a timer may have fired before it. */
  async #nothingCame(): Promise<boolean> {
    const lastMs = this.#lastMs;
    const unsolicited = this.#unsolicited;
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    return lastMs === this.#lastMs && unsolicited === this.#unsolicited;
  }

  #exchange(request: Request, frame: Buffer, deadlineMs: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(deadlineMs, () => this.#missed({ kind: 'silence' }));
      this.#flight = {
        request,
        settle: (outcome) => {
          cancel();
          resolve(outcome);
        },
      };
      this.#overheard.sent(frame);
      this.#stream.write(frame);
    });
  }

  #take(bytes: Buffer): void {
    this.#lastMs = passedMs(this.#clock);
    const flight = this.#flight;
    if (flight === null) {
      this.#dirty = true;
      this.#unsolicited++;
      if (this.#framing === rtu) this.#overheard.hear(bytes);
      return;
    }
    this.#held = Buffer.concat([this.#held, bytes]);
    const found = this.#framing.find(flight.request, this.#held);
    if (found.kind === 'more') return;
    if (found.kind === 'noise') {
      if (this.#framing === rtu) this.#overheard.hear(this.#held);
      this.#missed({ kind: 'confused', why: found.why });
      return;
    }
    const answer = readAnswer(flight.request, found.body);
    if (answer.kind === 'foreign') this.#missed({ kind: 'confused', why: answer.why });
    else if (found.bytes < this.#held.length) this.#missed({ kind: 'confused', why: 'bytes stand behind the answer' });
    else {
      this.#silences = 0;
      this.#held = Buffer.alloc(0);
      this.#settle(answer);
    }
  }

  #missed(outcome: Outcome): void {
    this.#dirty = true;
    this.#lastMs = passedMs(this.#clock);
    this.#settle(outcome);
    if (++this.#silences >= GIVE_UP_AFTER) this.close();
  }

  #settle(outcome: Outcome): void {
    const flight = this.#flight;
    this.#flight = null;
    flight?.settle(outcome);
  }

  #lost(why: string): void {
    if (this.closed) return;
    const asked = this.#busy;
    this.#closing.abort();
    this.#stream.destroy();
    this.#settle({ kind: 'lost', why });
    if (!asked) this.#onLost(new Error(why));
  }
}
