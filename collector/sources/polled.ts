import type { SampleBatch } from '../sample/batch.ts';
import type { Reason } from '../sample/reason.ts';
import { type Clock, sleep } from './clock.ts';
import { DeadBand } from './dead-band.ts';
import { type Answers, InOrder, type Missed } from './in-order.ts';
import { Outbox } from './outbox.ts';
import { type Due, type Group, Schedule } from './schedule.ts';
import type { Sink, Source, SourceStatus } from './source.ts';
import { type Connector, Supervisor } from './supervisor.ts';

/** A change of what is read is noticed within so long. */
const LONGEST_WAIT_MS = 1_000;

/**
 * A source that asks: one supervised connection `C`, and groups `G` of what is read over it, each at the multiples of its interval. A
 * protocol says how a group is asked; when it is due, what was missed meanwhile, the record of both and the end are the same for all.
 *
 * A time that went by while the source was busy is a reading that failed (`communication`); one that went by while the process did not
 * run is `collector-stopped`. A clock that was set missed nothing; what leaps over many times at once is an event instead of their samples. Each channel's samples are handed over in the order of their times.
 */
export abstract class PolledSource<C, G extends Group> implements Source {
  readonly id: string;
  protected readonly clock: Clock;
  protected readonly supervisor: Supervisor<C>;
  protected readonly counts = { requests: 0, failures: 0, reconnects: 0, resynchronisations: 0, lateCycles: 0, quarantined: 0 };
  protected lastSuccessMs: number | null = null;
  protected lastError: string | null = null;
  #groups: readonly G[];
  /** What is read from the next due time on, where it has been changed. */
  #change: readonly G[] | null = null;
  #connections = 0;
  #running: { readonly abort: AbortController; readonly ended: Promise<void> } | null = null;
  #sink: Sink | null = null;

  constructor(id: string, groups: readonly G[], connector: (onLost: (connection: C, error: Error) => void) => Connector<C>, clock: Clock) {
    this.id = id;
    this.#groups = groups;
    this.clock = clock;
    this.supervisor = new Supervisor<C>(
      connector((connection, error) => this.supervisor.lost(connection, error)),
      clock,
      (state, error) => this.#changed(state, error),
    );
  }

  /** Asks for what is in the group, once, and gives a sample of every channel in it. Never rejects. */
  protected abstract poll(group: G, answers: Answers, signal: AbortSignal): Promise<void>;

  /** A missing sample of every channel in a group that was not asked at that time; in one batch what one answer would have brought. */
  protected abstract missed(group: G, reason: Reason, timeMs: number): readonly SampleBatch[];

  /**
   * Reads other groups from now on. Those of an interval that stays are due when they would have been, so that no reading of what is
   * read before and after is lost; what was under way is finished.
   */
  change(groups: readonly G[]): void {
    this.#change = groups;
  }

  async start(sink: Sink): Promise<void> {
    if (this.#running !== null) return;
    const abort = new AbortController();
    this.#sink = sink;
    this.supervisor.start();
    this.#running = { abort, ended: this.#run(sink, abort.signal) };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#sink = null;
    running.abort.abort();
    this.supervisor.stop();
    await running.ended;
    this.#running = null;
  }

  status(): SourceStatus {
    return {
      id: this.id,
      state: this.supervisor.state,
      lastSuccessMs: this.lastSuccessMs,
      lastError: this.lastError,
      counts: { ...this.counts },
    };
  }

  /** Journals what happened at the source. */
  protected event(event: string, detail: string): void {
    this.#sink?.event({ timeMs: this.clock.nowMs(), source: this.id, event, detail }).catch((error: unknown) => {
      this.lastError = String(error);
    });
  }

  async #run(sink: Sink, signal: AbortSignal): Promise<void> {
    const outbox = new Outbox(sink, this.clock, signal, (error) => {
      this.lastError = error.message;
    });
    const schedule = new Schedule(this.#groups, this.clock.nowMs());
    let busyUntilMs = 0;
    const inOrder = new Map<G, InOrder>();
    let before: readonly InOrder[] = [];
    while (!signal.aborted) {
      await sleep(this.clock, Math.min(schedule.waitMs(this.clock.nowMs()), LONGEST_WAIT_MS), signal);
      if (this.#change !== null) {
        for (const answers of inOrder.values()) answers.end();
        before = [...inOrder.values()];
        inOrder.clear();
        this.#groups = this.#change;
        this.#change = null;
        schedule.replace(this.#groups, this.clock.nowMs());
      }
      for (const due of schedule.take(this.clock.nowMs())) {
        if (signal.aborted) break;
        const answers = inOrder.get(due.group) ?? this.#inOrder(due.group, sink, outbox, before);
        inOrder.set(due.group, answers);
        if (due.untold !== undefined) this.#tellLeap(due, due.untold);
        const missedAt = (timeMs: number): Missed => {
          const reason = timeMs < busyUntilMs ? 'communication' : 'collector-stopped';
          return { reason, batches: this.missed(due.group, reason, timeMs) };
        };
        // A time after the other as they are taken: of a machine that slept, all together would not fit into memory.
        for (const missedMs of due.missedMs) {
          answers.due(due.dueMs, [missedMs], missedAt);
          await outbox.room();
        }
        answers.due(due.dueMs, [], missedAt);
        await this.poll(due.group, answers, signal);
        busyUntilMs = this.clock.nowMs();
        if (busyUntilMs > due.dueMs + due.group.everyMs) this.counts.lateCycles++;
        await outbox.room();
      }
    }
    for (const answers of inOrder.values()) answers.end();
    await outbox.empty();
  }

  /** Too many times went by at once for a missing sample each: the record says so in one line. */
  #tellLeap({ group: { everyMs }, dueMs }: Due<G>, untold: number): void {
    const [from, to] = [dueMs - untold * everyMs, dueMs - everyMs].map((timeMs) => new Date(timeMs).toISOString());
    this.event('times-leapt', `${untold} times from ${from} to ${to}, every ${everyMs} ms: the clock was set, or the process stood still`);
  }

  #inOrder({ everyMs, looks }: G, sink: Sink, outbox: Outbox, before: readonly InOrder[]): InOrder {
    return new InOrder(outbox, everyMs, sink.intake, looks === undefined ? null : new DeadBand(looks, sink.judge), before);
  }

  #changed(state: SourceStatus['state'], error: Error | null): void {
    if (error !== null) this.lastError = error.message;
    if (state === 'online' && this.#connections++ > 0) {
      this.counts.reconnects++;
      this.event('reconnected', this.lastError ?? '');
    }
  }
}
