import { type Clock, passedMs, sleep } from '../clock.ts';
import type { Request } from './frame.ts';
import type { Link, Outcome } from './link.ts';

/** Pauses that a device needs, in milliseconds. */
export interface Pauses {
  readonly afterConnectMs: number;
  readonly betweenMs: number;
  readonly onUnitChangeMs: number;
}

/**
 * A link that waits as its device needs it, and asks one question at a time however many ask: the others wait their turn, in the order
 * in which they came. Each user of a line has its own pauses.
 */
export class PacedLink implements Link {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #openedMs: number;
  #lastMs: number | null = null;
  #lastUnit: number | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(link: Link, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
    this.#openedMs = passedMs(clock);
  }

  get unsolicited(): number {
    return this.#link.unsolicited;
  }

  get overheard(): NonNullable<Link['overheard']> {
    return this.#link.overheard ?? { count: 0, last: '' };
  }

  get closed(): boolean {
    return this.#link.closed;
  }

  /** The same link for one of its users. @param aborted ends the user's waiting. */
  read(request: Request, deadlineMs: number, pauses?: Pauses, aborted?: AbortSignal): Promise<Outcome> {
    const asked = this.#turn.then(async (): Promise<Outcome> => {
      const restMs = pauses === undefined ? 0 : this.#restMs(request.unit, pauses);
      if (restMs > 0) await sleep(this.#clock, restMs, aborted ?? new AbortController().signal);
      if (this.#link.closed || aborted?.aborted) return { kind: 'lost', why: 'closed' };
      const outcome = await this.#link.read(request, deadlineMs);
      this.#lastMs = passedMs(this.#clock);
      this.#lastUnit = request.unit;
      return outcome;
    });
    this.#turn = asked;
    return asked;
  }

  close(): void {
    this.#link.close();
  }

  #restMs(unit: number, { afterConnectMs, betweenMs, onUnitChangeMs }: Pauses): number {
    const nowMs = passedMs(this.#clock);
    if (this.#lastMs === null) return this.#openedMs + afterConnectMs - nowMs;
    return this.#lastMs + Math.max(betweenMs, unit === this.#lastUnit ? 0 : onUnitChangeMs) - nowMs;
  }
}
