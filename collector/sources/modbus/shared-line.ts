import type { Clock } from '../clock.ts';
import type { Request } from './frame.ts';
import type { Link, Outcome } from './link.ts';
import { PacedLink, type Pauses } from './paced.ts';

/** Opens the one connection of a line; `onLost` tells that it went away by itself. */
export type OpenLink = (signal: AbortSignal, onLost: (error: Error) => void) => Promise<Link>;

interface Opening {
  readonly abort: AbortController;
  readonly link: Promise<PacedLink>;
  waiting: number;
}

/**
 * One serial port, serial server or gateway that several devices of the plant file are read over. It is opened once, for as long as
 * someone uses it, and asks one question at a time; who waits is served in turn. When the connection is lost, all its users are told.
 */
export class SharedLine {
  readonly #open: OpenLink;
  readonly #clock: Clock;
  readonly #users = new Set<User>();
  #opening: Opening | null = null;
  #link: PacedLink | null = null;

  constructor(open: OpenLink, clock: Clock) {
    this.#open = open;
    this.#clock = clock;
  }

  /** The line for one more user. Rejects where it cannot be opened, and when the signal aborts. */
  async join(pauses: Pauses, signal: AbortSignal, onLost: (link: Link, error: Error) => void): Promise<Link> {
    signal.throwIfAborted();
    const link = this.#link !== null && !this.#link.closed ? this.#link : await this.#opened(signal);
    signal.throwIfAborted();
    const user: User = new User(link, pauses, onLost, {
      leave: () => this.#leave(user),
      isFirst: () => this.#users.values().next().value === user,
    });
    this.#users.add(user);
    return user;
  }

  async #opened(signal: AbortSignal): Promise<PacedLink> {
    this.#opening ??= this.#begin();
    const opening = this.#opening;
    opening.waiting++;
    const gone = (): void => {
      if (--opening.waiting === 0) opening.abort.abort();
    };
    signal.addEventListener('abort', gone, { once: true });
    try {
      const link = await opening.link;
      // Opened all the same, when nobody waits for it any more.
      if (opening.waiting === 0) link.close();
      return link;
    } finally {
      signal.removeEventListener('abort', gone);
    }
  }

  #begin(): Opening {
    const abort = new AbortController();
    const link = this.#open(abort.signal, (error) => this.#lost(error)).then(
      (opened) => {
        this.#opening = null;
        this.#link = new PacedLink(opened, this.#clock);
        return this.#link;
      },
      (error: unknown) => {
        this.#opening = null;
        throw error;
      },
    );
    return { abort, link, waiting: 0 };
  }

  #leave(user: User): void {
    this.#users.delete(user);
    if (this.#users.size > 0) return;
    this.#link?.close();
    this.#link = null;
  }

  #lost(error: Error): void {
    this.#link = null;
    for (const user of [...this.#users]) {
      this.#users.delete(user);
      user.lost(error);
    }
  }
}

/** A user's place among those of a line. */
interface Membership {
  leave(): void;
  /** Only one of the users speaks of what stands on the line beside the exchanges: the one that has been there longest. */
  isFirst(): boolean;
}

/** One user's end of a shared line. What it closes is its own end, unless it is the last. */
class User implements Link {
  readonly #link: PacedLink;
  readonly #pauses: Pauses;
  readonly #onLost: (link: Link, error: Error) => void;
  readonly #line: Membership;
  readonly #closing = new AbortController();

  constructor(link: PacedLink, pauses: Pauses, onLost: (link: Link, error: Error) => void, line: Membership) {
    this.#link = link;
    this.#pauses = pauses;
    this.#onLost = onLost;
    this.#line = line;
  }

  get unsolicited(): number {
    return this.#line.isFirst() ? this.#link.unsolicited : 0;
  }

  get overheard(): NonNullable<Link['overheard']> {
    return this.#line.isFirst() ? this.#link.overheard : { count: 0, last: '' };
  }

  get closed(): boolean {
    return this.#closing.signal.aborted || this.#link.closed;
  }

  read(request: Request, deadlineMs: number): Promise<Outcome> {
    if (this.closed) return Promise.resolve({ kind: 'lost', why: 'closed' });
    return this.#link.read(request, deadlineMs, this.#pauses, this.#closing.signal);
  }

  lost(error: Error): void {
    this.#closing.abort();
    this.#onLost(this, error);
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#line.leave();
  }
}
