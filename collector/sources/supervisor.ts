import type { Clock } from './clock.ts';
import type { SourceStatus } from './source.ts';

/** How one protocol opens and closes what the supervisor keeps alive. */
export interface Connector<C> {
  /** Opens a connection of its own each time. Rejects where the other side is away, and when the signal aborts. */
  open(signal: AbortSignal): Promise<C>;
  /** Frees everything; never throws, also for a connection that is already gone. */
  close(connection: C): void;
}

/** Delays between attempts: 0 after a connection that had proved itself, then `firstMs` doubled up to `ceilingMs`, each times 0.5 … 1. */
export interface Backoff {
  readonly firstMs: number;
  readonly ceilingMs: number;
}

type State<C> =
  | { readonly name: 'stopped' }
  | { readonly name: 'connecting'; readonly abort: AbortController }
  | { readonly name: 'online'; readonly connection: C }
  | { readonly name: 'waiting'; readonly cancel: () => void };

/**
 * Keeps one connection to one device or broker: stopped → connecting → online → waiting → connecting …
 *
 * There is one attempt at a time and never none: whatever was lost is opened anew, for ever, with a growing and jittered delay. The
 * delay starts over only when `proved` says that the other side answered, so that one which accepts and stays silent is not stormed.
 */
export class Supervisor<C> {
  readonly #connector: Connector<C>;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #onChange: (state: SourceStatus['state'], error: Error | null) => void;
  #state: State<C> = { name: 'stopped' };
  /** Attempts since the other side last proved itself. */
  #attempts = 0;
  /** Those who wait for the end of the next attempt that succeeds, or for the stop. */
  readonly #waiters = new Set<() => void>();

  constructor(
    connector: Connector<C>,
    clock: Clock,
    onChange: (state: SourceStatus['state'], error: Error | null) => void = () => {},
    backoff: Backoff = { firstMs: 500, ceilingMs: 30_000 },
  ) {
    this.#connector = connector;
    this.#clock = clock;
    this.#onChange = onChange;
    this.#backoff = backoff;
  }

  get state(): SourceStatus['state'] {
    return this.#state.name;
  }

  /** The connection while online, else null. */
  get connection(): C | null {
    return this.#state.name === 'online' ? this.#state.connection : null;
  }

  start(): void {
    if (this.#state.name === 'stopped') this.#connect();
  }

  /** The other side answered: the next loss is met with an attempt at once. */
  proved(): void {
    this.#attempts = 0;
  }

  /** The connection is of no more use. Ignored for one that is not the present one: news of the dead changes nothing. */
  lost(connection: C, error: Error): void {
    if (this.#state.name !== 'online' || this.#state.connection !== connection) return;
    this.#connector.close(connection);
    this.#wait(error);
  }

  /** The connection, waited for at most `patienceMs` while it is being opened; null where there is none by then. */
  async online(patienceMs: number): Promise<C | null> {
    if (this.#state.name === 'online' || this.#state.name === 'stopped' || patienceMs <= 0) return this.connection;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(patienceMs, () => done());
      const done = () => {
        cancel();
        this.#waiters.delete(done);
        resolve();
      };
      this.#waiters.add(done);
    });
    return this.connection;
  }

  stop(): void {
    const state = this.#state;
    this.#enter({ name: 'stopped' }, null);
    if (state.name === 'connecting') state.abort.abort();
    if (state.name === 'online') this.#connector.close(state.connection);
    if (state.name === 'waiting') state.cancel();
  }

  #connect(): void {
    const abort = new AbortController();
    const attempt: State<C> = { name: 'connecting', abort };
    this.#attempts++;
    this.#enter(attempt, null);
    this.#connector.open(abort.signal).then(
      (connection) => {
        if (this.#state === attempt) this.#enter({ name: 'online', connection }, null);
        else this.#connector.close(connection);
      },
      (error: unknown) => {
        if (this.#state === attempt) this.#wait(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  #wait(error: Error): void {
    const growth = this.#attempts - 1;
    const grown = growth < 0 ? 0 : Math.min(this.#backoff.firstMs * 2 ** growth, this.#backoff.ceilingMs);
    const cancel = this.#clock.after(grown * (0.5 + this.#clock.random() / 2), () => this.#connect());
    this.#enter({ name: 'waiting', cancel }, error);
  }

  #enter(state: State<C>, error: Error | null): void {
    this.#state = state;
    if (state.name === 'online' || state.name === 'stopped') for (const done of [...this.#waiters]) done();
    this.#onChange(state.name, error);
  }
}
