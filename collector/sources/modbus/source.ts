import type { SampleBatch } from '../../sample/batch.ts';
import type { Reason } from '../../sample/reason.ts';
import type { Origin } from '../../sample/sample.ts';
import { type Clock, passedMs, sleep } from '../clock.ts';
import { UnitHealth } from '../health.ts';
import type { Answers } from '../in-order.ts';
import { PolledSource } from '../polled.ts';
import type { Connector } from '../supervisor.ts';
import { answered, type Question, type QuestionGroup, questionsOf, unanswered } from './answer.ts';
import type { ModbusChannel } from './channel.ts';
import { BUSY_EXCEPTIONS, GATEWAY_EXCEPTIONS } from './frame.ts';
import type { Link, Outcome } from './link.ts';
import type { PlannedGroup } from './plan.ts';

export interface ModbusSettings {
  readonly id: string;
  /** Deadline of a request, and how long a cycle waits for a connection. */
  readonly timeoutMs: number;
  readonly origin: Origin;
}

/** How often a busy device is asked again within one reading, and after what pause. */
const BUSY_REPEATS = 2;
const BUSY_PAUSE_MS = 100;
/** Batches on their way with which a round waits. */
const MOST_IN_A_ROUND = 512;
/** Strays are told once in a while: a second master makes many. */
const STRAY_REPORT_MS = 600_000;

/**
 * The units behind one Modbus connection, read one request at a time, each group of channels at multiples of its interval.
 *
 * A sample's time is the moment its answer arrived. A request that failed gives every channel in it a missing sample; after a silence
 * the connection is opened anew, and the first reading after that is suspect.
 */
export class ModbusSource extends PolledSource<Link, QuestionGroup> {
  readonly #settings: ModbusSettings;
  readonly #units = new Map<number, UnitHealth>();
  /** An answer was missed since the last clean exchange. */
  #outOfStep: boolean = false;
  #cycle = 0;
  #nextStrayReportMs = 0;
  #nextMasterReportMs = 0;

  constructor(
    settings: ModbusSettings,
    groups: readonly PlannedGroup<ModbusChannel>[],
    connector: (onLost: (link: Link, error: Error) => void) => Connector<Link>,
    clock: Clock,
  ) {
    super(settings.id, questionsOf(groups), connector, clock);
    this.#settings = settings;
  }

  /** Asks for other groups from now on, see `change`. */
  read(groups: readonly PlannedGroup<ModbusChannel>[]): void {
    this.change(questionsOf(groups));
  }

  protected missed(group: QuestionGroup, reason: Reason, timeMs: number): SampleBatch[] {
    return group.reads.map((read) => this.#without(read, reason, null, timeMs));
  }

  protected async poll(group: QuestionGroup, answers: Answers, signal: AbortSignal): Promise<void> {
    this.#cycle++;
    let patienceMs = Math.min(this.#settings.timeoutMs, group.everyMs / 4);
    for (const read of this.#silentLast(group.reads)) {
      const startedMs = passedMs(this.clock);
      const link = this.supervisor.connection ?? (await this.supervisor.online(patienceMs));
      patienceMs -= passedMs(this.clock) - startedMs;
      const batch = link === null ? this.#without(read, 'communication') : await this.#ask(link, read, signal);
      answers.giveBatch(signal.aborted ? this.#without(read, 'collector-stopped') : batch);
      // An answer that comes late has many missed ones before it.
      await answers.room(MOST_IN_A_ROUND);
    }
  }

  /** Units that stay silent come last, so that they do not keep the others from being asked. */
  #silentLast(reads: readonly Question[]): readonly Question[] {
    const silent = (read: Question): boolean => this.#units.get(read.unit)?.silent === true;
    return reads.some(silent) ? [...reads.filter((read) => !silent(read)), ...reads.filter(silent)] : reads;
  }

  /** One exchange, and what it says about the unit and the connection. */
  async #ask(link: Link, read: Question, signal: AbortSignal): Promise<SampleBatch> {
    const health = this.#healthOf(read.unit);
    if (!health.mayAsk(this.#cycle, passedMs(this.clock))) return this.#without(read, 'communication');
    const outcome = await this.#exchange(link, read, signal);
    const nowMs = this.clock.nowMs();
    this.#reportStrays(link, passedMs(this.clock));
    if (outcome.kind === 'data') {
      this.#answered(health, read.unit, true);
      this.lastSuccessMs = nowMs;
      const doubt: Reason = this.#outOfStep ? 'resynchronised' : 'none';
      this.#outOfStep = false;
      return answered(read, outcome.data, nowMs, this.#settings.origin, doubt);
    }
    this.counts.failures++;
    this.lastError = `unit ${read.unit} ${read.table} ${read.address}: ${spoken(outcome)}`;
    if (outcome.kind === 'exception') {
      const absent = GATEWAY_EXCEPTIONS.includes(outcome.code);
      this.#answered(health, read.unit, !absent);
      return this.#without(read, absent ? 'communication' : 'device-exception', `exception ${outcome.code}`);
    }
    if (outcome.kind !== 'lost') {
      this.#outOfStep = true;
      this.counts.resynchronisations++;
      this.#missed(health, read.unit);
    }
    if (link.closed) this.supervisor.lost(link, new Error(this.lastError));
    return this.#without(read, 'communication');
  }

  /** Asks; a device that says that it is busy is asked again after a while, a few times. */
  async #exchange(link: Link, read: Question, signal: AbortSignal): Promise<Outcome> {
    for (let again = 0; ; again++) {
      this.counts.requests++;
      const outcome = await link.read(read, this.#settings.timeoutMs);
      const busy = outcome.kind === 'exception' && BUSY_EXCEPTIONS.includes(outcome.code);
      if (!busy || again === BUSY_REPEATS || link.closed || signal.aborted) return outcome;
      await sleep(this.clock, Math.min(BUSY_PAUSE_MS, this.#settings.timeoutMs), signal);
    }
  }

  #answered(health: UnitHealth, unit: number, bySelf: boolean): void {
    this.supervisor.proved();
    if (!bySelf) this.#missed(health, unit);
    else if (health.answered()) this.event('unit-returned', `unit ${unit} answers again`);
  }

  #missed(health: UnitHealth, unit: number): void {
    if (health.missed(this.#cycle, passedMs(this.clock)))
      this.event('unit-demoted', `unit ${unit} does not answer; it is asked once in a while`);
  }

  #without(read: Question, reason: Reason, raw: string | null = null, timeMs: number = this.clock.nowMs()): SampleBatch {
    return unanswered(read, timeMs, this.#settings.origin, reason, raw);
  }

  /** Answers that nobody waited for: late ones, doubled ones, or those to a second master on the line. */
  #reportStrays(link: Link, nowMs: number): void {
    const { count, last } = link.overheard ?? { count: 0, last: '' };
    if (count > 0 && nowMs >= this.#nextMasterReportMs) {
      this.#nextMasterReportMs = nowMs + STRAY_REPORT_MS;
      this.event('second-master', `${count} requests of another master were heard on this line, the last to ${last}`);
    }
    if (link.unsolicited === 0 || nowMs < this.#nextStrayReportMs) return;
    this.#nextStrayReportMs = nowMs + STRAY_REPORT_MS;
    this.event(
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
}

function spoken(outcome: Exclude<Outcome, { kind: 'data' }>): string {
  if (outcome.kind === 'silence') return 'no answer in time';
  return outcome.kind === 'exception' ? `exception ${outcome.code}` : outcome.why;
}
