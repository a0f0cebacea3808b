import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../collector/sources/clock.ts';
import { Supervisor } from '../../../collector/sources/supervisor.ts';

/** A clock that moves when told to. */
class HandClock implements Clock {
  #nowMs = 0;
  readonly waits: number[] = [];
  /** From 0 up to 1. */
  chance = 1 - Number.EPSILON;
  readonly #timers = new Set<{ atMs: number; callback: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.waits.push(delayMs);
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  random(): number {
    return this.chance;
  }

  async pass(ms: number): Promise<void> {
    this.#nowMs += ms;
    for (const timer of [...this.#timers]) {
      if (timer.atMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }
}

function supervised(open: (attempt: number) => Promise<string>) {
  const clock = new HandClock();
  const closed: string[] = [];
  const states: string[] = [];
  let attempts = 0;
  const supervisor = new Supervisor<string>(
    { open: () => open(attempts++), close: (connection) => closed.push(connection) },
    clock,
    (state) => states.push(state),
  );
  return { supervisor, clock, closed, states, attempts: () => attempts };
}

describe('a supervisor', () => {
  it('gives up the attempt that is under way when it is stopped', () => {
    const wanted: AbortSignal[] = [];
    const open = (signal: AbortSignal) => {
      wanted.push(signal);
      return new Promise<string>(() => {});
    };
    const supervisor = new Supervisor<string>({ open, close: () => {} }, new HandClock());
    supervisor.start();
    expect(wanted.map(({ aborted }) => aborted)).toEqual([false]);
    supervisor.stop();
    expect(wanted.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('never gives up, and waits longer each time up to its ceiling', async () => {
    const { supervisor, clock, attempts } = supervised(() => Promise.reject(new Error('refused')));
    supervisor.start();
    for (let i = 0; i < 12; i++) await clock.pass(60_000);
    expect(clock.waits.map(Math.round)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
    expect(attempts()).toBe(12);
    supervisor.stop();
    await clock.pass(60_000);
    expect(attempts()).toBe(12);
  });

  it('comes back at times of its own, not all with all the others: by chance after half of the wait at the earliest', async () => {
    const { supervisor, clock } = supervised(() => Promise.reject(new Error('refused')));
    clock.chance = 0;
    supervisor.start();
    await clock.pass(0);
    clock.chance = 0.5;
    await clock.pass(60_000);
    expect(clock.waits).toEqual([250, 750]);
    supervisor.stop();
  });

  it('opens anew at once where the other side had answered, later where it had not', async () => {
    const { supervisor, clock, closed } = supervised((attempt) => Promise.resolve(`c${attempt}`));
    supervisor.start();
    await clock.pass(0);
    supervisor.proved();
    supervisor.lost('c0', new Error('silence'));
    expect(clock.waits).toEqual([0]);
    await clock.pass(0);
    supervisor.lost('c1', new Error('silence'));
    expect(Math.round(clock.waits[1] as number)).toBe(500);
    expect(closed).toEqual(['c0', 'c1']);
  });

  it('ignores news of a connection that is gone', async () => {
    const { supervisor, clock } = supervised((attempt) => Promise.resolve(`c${attempt}`));
    supervisor.start();
    await clock.pass(0);
    supervisor.lost('c0', new Error('lost'));
    await clock.pass(1000);
    supervisor.lost('c0', new Error('lost again'));
    expect(supervisor.connection).toBe('c1');
  });

  it('closes a connection that comes after the stop, and has one attempt at a time', async () => {
    let arrive: (connection: string) => void = () => {};
    const { supervisor, clock, closed, attempts, states } = supervised(
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );
    supervisor.start();
    supervisor.start();
    expect(attempts()).toBe(1);
    supervisor.stop();
    arrive('late');
    await clock.pass(0);
    expect(closed).toEqual(['late']);
    expect(states).toEqual(['connecting', 'stopped']);
  });

  it('lets callers wait for a connection, but no longer than they can', async () => {
    const { supervisor, clock } = supervised((attempt) => (attempt === 0 ? Promise.reject(new Error('refused')) : Promise.resolve('c')));
    supervisor.start();
    await clock.pass(0);
    const short = supervisor.online(100);
    const long = supervisor.online(2000);
    await clock.pass(100);
    expect(await short).toBeNull();
    await clock.pass(400);
    expect(await long).toBe('c');
  });

  it('keeps nobody waiting when it is stopped', async () => {
    const { supervisor, clock } = supervised(() => Promise.reject(new Error('refused')));
    supervisor.start();
    await clock.pass(0);
    let told: string | null | undefined;
    void supervisor.online(3_600_000).then((connection) => {
      told = connection;
    });
    supervisor.stop();
    await clock.pass(0);
    expect(told).toBeNull();
  });
});
