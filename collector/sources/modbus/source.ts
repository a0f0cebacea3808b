import type { Reason } from '../../sample/reason.ts';
import type { Origin, Sample } from '../../sample/sample.ts';
import { type Clock, sleep } from '../clock.ts';
import { Outbox } from '../outbox.ts';
import type { Sink, Source, SourceStatus } from '../source.ts';
import { type Connector, Supervisor } from '../supervisor.ts';
import { type ModbusChannel, missingSample, sampleFrom } from './channel.ts';
import { GATEWAY_EXCEPTIONS } from './frame.ts';
import { UnitHealth } from './health.ts';
import type { Link, Outcome } from './link.ts';
import type { PlannedGroup, PlannedRead } from './plan.ts';
import { Schedule } from './schedule.ts';

export interface ModbusSettings {
  readonly id: string;
  /** Deadline of a request, and how long a cycle waits for a connection. */
  readonly timeoutMs: number;
  readonly origin: Origin;
}

type Read = PlannedRead<ModbusChannel>;

export type ReadGroup = PlannedGroup<ModbusChannel>;

/** A change of what is read is noticed within so long. */
const LONGEST_WAIT_MS = 1_000;
/** Strays are told once in a while: a second master makes many. */
const STRAY_REPORT_MS = 600_000;

/**
 * The units behind one Modbus connection, read one request at a time, each group of channels at multiples of its interval.
 *
 * A sample's time is the moment its answer arrived. A request that failed gives every channel in it a missing sample; after a silence
 * the connection is opened anew, and the first reading after that is suspect.
 */
export class ModbusSource implements Source {
  readonly id: string;
  readonly #settings: ModbusSettings;
  readonly #clock: Clock;
  readonly #supervisor: Supervisor<Link>;
  #groups: readonly ReadGroup[];
  /** What is read from the next due time on, where it has been changed. */
  #change: readonly ReadGroup[] | null = null;
  readonly #units = new Map<number, UnitHealth>();
  readonly #counts = { requests: 0, failures: 0, reconnects: 0, resynchronisations: 0, lateCycles: 0, quarantined: 0 };
  #lastSuccessMs: number | null = null;
  #lastError: string | null = null;
  #connections = 0;
  /** An answer was missed since the last clean exchange. */
  #outOfStep: boolean = false;
  #cycle = 0;
  #nextStrayReportMs = 0;
  #nextMasterReportMs = 0;
  #running: { readonly abort: AbortController; readonly ended: Promise<void> } | null = null;
  #sink: Sink | null = null;

  constructor(
    settings: ModbusSettings,
    groups: readonly ReadGroup[],
    connector: (onLost: (link: Link, error: Error) => void) => Connector<Link>,
    clock: Clock,
  ) {
    this.id = settings.id;
    this.#settings = settings;
    this.#clock = clock;
    this.#groups = groups;
    this.#supervisor = new Supervisor(
      connector((link, error) => this.#supervisor.lost(link, error)),
      clock,
      (state, error) => this.#changed(state, error),
    );
  }

  /**
   * Reads other requests from now on. Those of an interval that stays are due when they would have been, so that no reading of what is
   * read before and after is lost; what was under way is finished.
   */
  change(groups: readonly ReadGroup[]): void {
    this.#change = groups;
  }

  async start(sink: Sink): Promise<void> {
    if (this.#running !== null) return;
    const abort = new AbortController();
    this.#sink = sink;
    this.#supervisor.start();
    this.#running = { abort, ended: this.#run(sink, abort.signal) };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#sink = null;
    running.abort.abort();
    this.#supervisor.stop();
    await running.ended;
    this.#running = null;
  }

  status(): SourceStatus {
    return {
      id: this.id,
      state: this.#supervisor.state,
      lastSuccessMs: this.#lastSuccessMs,
      lastError: this.#lastError,
      counts: { ...this.#counts },
    };
  }

  async #run(sink: Sink, signal: AbortSignal): Promise<void> {
    const outbox = new Outbox(sink, this.#clock, signal, (error) => {
      this.#lastError = error.message;
    });
    const schedule = new Schedule(this.#groups, this.#clock.nowMs());
    let busyUntilMs = 0;
    while (!signal.aborted) {
      await sleep(this.#clock, Math.min(schedule.waitMs(this.#clock.nowMs()), LONGEST_WAIT_MS), signal);
      if (this.#change !== null) {
        this.#groups = this.#change;
        this.#change = null;
        schedule.replace(this.#groups, this.#clock.nowMs());
      }
      for (const due of schedule.take(this.#clock.nowMs())) {
        if (signal.aborted) break;
        for (const missedMs of due.missedMs) {
          const reason = missedMs < busyUntilMs ? 'communication' : 'collector-stopped';
          for (const read of due.group.reads) outbox.give(this.#without(read, reason, null, missedMs));
        }
        await this.#poll(due.group, outbox, signal);
        busyUntilMs = this.#clock.nowMs();
        if (busyUntilMs > due.dueMs + due.group.everyMs) this.#counts.lateCycles++;
        await outbox.room();
      }
    }
    await outbox.empty();
  }

  async #poll(group: ReadGroup, outbox: Outbox, signal: AbortSignal): Promise<void> {
    this.#cycle++;
    let patienceMs = Math.min(this.#settings.timeoutMs, group.everyMs / 4);
    for (const read of this.#silentLast(group.reads)) {
      const startedMs = this.#clock.nowMs();
      const link = this.#supervisor.connection ?? (await this.#supervisor.online(patienceMs));
      patienceMs -= this.#clock.nowMs() - startedMs;
      const samples = link === null ? this.#without(read, 'communication') : await this.#ask(link, read);
      outbox.give(signal.aborted ? this.#without(read, 'collector-stopped') : samples);
    }
  }

  /** Units that stay silent come last, so that they do not keep the others from being asked. */
  #silentLast(reads: readonly Read[]): readonly Read[] {
    const silent = (read: Read): boolean => this.#units.get(read.unit)?.silent === true;
    return reads.some(silent) ? [...reads.filter((read) => !silent(read)), ...reads.filter(silent)] : reads;
  }

  /** One exchange, and what it says about the unit and the connection. */
  async #ask(link: Link, read: Read): Promise<Sample[]> {
    const health = this.#healthOf(read.unit);
    if (!health.mayAsk(this.#cycle, this.#clock.nowMs())) return this.#without(read, 'communication');
    this.#counts.requests++;
    const outcome = await link.read(read, this.#settings.timeoutMs);
    const nowMs = this.#clock.nowMs();
    this.#reportStrays(link, nowMs);
    if (outcome.kind === 'data') {
      this.#answered(health, read.unit, true);
      this.#lastSuccessMs = nowMs;
      const doubt: Reason = this.#outOfStep ? 'resynchronised' : 'none';
      this.#outOfStep = false;
      return read.items.map((channel) => sampleFrom(channel, outcome.data, read.address, nowMs, this.#settings.origin, doubt));
    }
    this.#counts.failures++;
    this.#lastError = `unit ${read.unit} ${read.table} ${read.address}: ${spoken(outcome)}`;
    if (outcome.kind === 'exception') {
      const absent = GATEWAY_EXCEPTIONS.includes(outcome.code);
      this.#answered(health, read.unit, !absent);
      return this.#without(read, absent ? 'communication' : 'device-exception', `exception ${outcome.code}`);
    }
    if (outcome.kind !== 'lost') {
      this.#outOfStep = true;
      this.#counts.resynchronisations++;
      this.#missed(health, read.unit);
    }
    if (link.closed) this.#supervisor.lost(link, new Error(this.#lastError));
    return this.#without(read, 'communication');
  }

  #answered(health: UnitHealth, unit: number, bySelf: boolean): void {
    this.#supervisor.proved();
    if (!bySelf) this.#missed(health, unit);
    else if (health.answered()) this.#event('unit-returned', `unit ${unit} answers again`);
  }

  #missed(health: UnitHealth, unit: number): void {
    if (health.missed(this.#cycle, this.#clock.nowMs()))
      this.#event('unit-demoted', `unit ${unit} does not answer; it is asked once in a while`);
  }

  #without(read: Read, reason: Reason, raw: string | null = null, timeMs: number = this.#clock.nowMs()): Sample[] {
    return read.items.map((channel) => missingSample(channel, timeMs, this.#settings.origin, reason, raw));
  }

  /** Answers that nobody waited for: late ones, doubled ones, or those to a second master on the line. */
  #reportStrays(link: Link, nowMs: number): void {
    const { count, last } = link.overheard ?? { count: 0, last: '' };
    if (count > 0 && nowMs >= this.#nextMasterReportMs) {
      this.#nextMasterReportMs = nowMs + STRAY_REPORT_MS;
      this.#event('second-master', `${count} requests of another master were heard on this line, the last to ${last}`);
    }
    if (link.unsolicited === 0 || nowMs < this.#nextStrayReportMs) return;
    this.#nextStrayReportMs = nowMs + STRAY_REPORT_MS;
    this.#event(
      'unsolicited',
      `${link.unsolicited} frames on this connection answered no request in flight: late, doubled, or a second master`,
    );
  }

  #healthOf(unit: number): UnitHealth {
    let health = this.#units.get(unit);
    if (health === undefined) {
      health = new UnitHealth();
      this.#units.set(unit, health);
    }
    return health;
  }

  #changed(state: SourceStatus['state'], error: Error | null): void {
    if (error !== null) this.#lastError = error.message;
    if (state === 'online' && this.#connections++ > 0) {
      this.#counts.reconnects++;
      this.#event('reconnected', this.#lastError ?? '');
    }
  }

  #event(event: string, detail: string): void {
    this.#sink?.event({ timeMs: this.#clock.nowMs(), source: this.id, event, detail }).catch((error: unknown) => {
      this.#lastError = String(error);
    });
  }
}

function spoken(outcome: Exclude<Outcome, { kind: 'data' }>): string {
  if (outcome.kind === 'silence') return 'no answer in time';
  return outcome.kind === 'exception' ? `exception ${outcome.code}` : outcome.why;
}
