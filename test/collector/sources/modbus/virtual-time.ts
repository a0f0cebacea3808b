import { Duplex } from 'node:stream';
import type { Clock } from '../../../../collector/sources/clock.ts';

/** mulberry32: the same numbers again for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** A clock whose time passes as fast as nothing is left to do at the present moment. */
export class VirtualClock implements Clock {
  readonly random: () => number;
  #nowMs: number;
  #order = 0;
  readonly #due: Due[] = [];

  constructor(startMs: number, seed: number) {
    this.#nowMs = startMs;
    this.random = randomFrom(seed);
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const due: Due = { atMs: this.#nowMs + Math.max(delayMs, 0), order: this.#order++, callback, cancelled: false };
    let at = this.#due.length;
    while (at > 0 && (this.#due[at - 1] as Due).atMs > due.atMs) at--;
    this.#due.splice(at, 0, due);
    return () => {
      due.cancelled = true;
    };
  }

  /** Lets time pass until the work is done; a link lets the event loop turn twice before it asks. */
  async during<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const ended = work.finally(() => {
      done = true;
    });
    while (!done) {
      for (let turn = 0; turn < 4 && !done; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (done) break;
      const next = this.#due.shift();
      if (next === undefined) throw new Error('nothing is left that could happen');
      if (next.cancelled) continue;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
    }
    return ended;
  }
}

/** A wire in memory: what is written is handed to the device, which sends bytes back as `data`. */
export class Wire extends Duplex {
  readonly #asked: (bytes: Buffer, wire: Wire) => void;

  constructor(asked: (bytes: Buffer, wire: Wire) => void) {
    super();
    this.#asked = asked;
  }

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.#asked(bytes, this);
    done();
  }

  /** Bytes from the device. */
  send(bytes: Buffer): void {
    if (!this.destroyed) this.emit('data', Buffer.from(bytes));
  }
}
