import { isAbsurd } from '../../sample/absurd.ts';
import { missingBatch, namesOf, type SampleBatch } from '../../sample/batch.ts';
import type { Reason } from '../../sample/reason.ts';
import type { Origin, Sample } from '../../sample/sample.ts';
import { type Clock, sleep } from '../clock.ts';
import type { Answers } from '../in-order.ts';
import { PolledSource } from '../polled.ts';
import type { DataValue } from './client.ts';
import type { OpcuaConnection } from './connection.ts';
import type { Reported } from './reports.ts';
import { readStatus } from './status.ts';
import { type Stamp, Times } from './times.ts';
import { numberOf } from './value.ts';

/** One node that is read. */
export interface OpcuaChannel {
  readonly channel: string;
  readonly node: string;
  readonly scale: number;
  readonly offset: number;
  readonly everyMs: number;
  /** Where the server reports its changes too. */
  readonly change?: Omit<Reported, 'node'>;
}

export interface OpcuaSourceSettings {
  readonly id: string;
  readonly timeoutMs: number;
  readonly origin: Origin;
  open(onLost: (connection: OpcuaConnection, error: Error) => void): (signal: AbortSignal) => Promise<OpcuaConnection>;
}

/** A server's clock may run ahead of ours by so much before its time is doubted. */
const AHEAD_MS = 60_000;
/** Reports that wait to be written; beyond it the server is asked to hold back. */
const MOST_WAITING = 50_000;

/** Nodes of one interval. */
interface NodeGroup {
  readonly everyMs: number;
  readonly channels: readonly OpcuaChannel[];
}

/** Samples of one asking. */
interface Answer {
  readonly samples: readonly Sample[];
  readonly atMs: number;
  readonly failed: boolean;
}

/** A change that the server reported, and when it came. */
interface Report {
  readonly channel: OpcuaChannel;
  readonly value: DataValue;
  readonly nowMs: number;
}

/** Bits of a status code by which a server says that it had no room for all changes. @source OPC UA Part 4 (OPC 10000-4), 7.39.1 */
const OVERFLOW = 0x480;

/**
 * The nodes of one server, read at multiples of their intervals; nodes of one interval in one request. Nodes that could not be read give
 * a missing sample at each of their times.
 *
 * Changes that the server reports between the readings are samples beyond those that were due: they answer for no due time, so that
 * what is expected of a channel stays as exact as without them, and the reading at each due time tells a value that stands still from a
 * server that has fallen silent. What is reported while a reading is under way is handed over behind it. See `Times` for when samples are.
 */
export class OpcuaSource extends PolledSource<OpcuaConnection, NodeGroup> {
  readonly #settings: OpcuaSourceSettings;
  readonly #times = new Times();
  readonly #reported: readonly OpcuaChannel[];
  /** The connection whose server has been asked to report. */
  #reporting: OpcuaConnection | null = null;
  #answers: Answers | null = null;
  /** What is reported during a reading of these channels. */
  #held: { readonly channels: ReadonlySet<OpcuaChannel>; readonly reports: Report[] } | null = null;

  constructor(settings: OpcuaSourceSettings, channels: readonly OpcuaChannel[], clock: Clock) {
    const intervals = [...new Set(channels.map(({ everyMs }) => everyMs))].sort((a, b) => a - b);
    const groups = intervals.map((everyMs) => ({ everyMs, channels: channels.filter((one) => one.everyMs === everyMs) }));
    super(settings.id, groups, (onLost) => ({ open: settings.open(onLost), close: (connection) => connection.close() }), clock);
    this.#settings = settings;
    this.#reported = channels.filter(({ change }) => change !== undefined);
  }

  protected async poll({ channels, everyMs }: NodeGroup, answers: Answers, signal: AbortSignal): Promise<void> {
    this.#answers = answers;
    const held = { channels: new Set(channels), reports: [] as Report[] };
    this.#held = held;
    const { samples, atMs, failed } = await this.#read(channels, everyMs, signal);
    this.#held = null;
    if (failed) this.#tell(held.reports);
    answers.give(samples, atMs);
    if (!failed) this.#tell(held.reports);
  }

  protected missed({ channels }: NodeGroup, reason: Reason, timeMs: number): SampleBatch[] {
    for (const { channel } of channels) this.#times.missing(channel, timeMs);
    return [missingBatch(namesOf(channels), timeMs, this.#settings.origin, reason)];
  }

  /** @returns samples, and the time (UTC ms) that they answer for: when they were asked for, or when that had failed. */
  async #read(channels: readonly OpcuaChannel[], everyMs: number, signal: AbortSignal): Promise<Answer> {
    const connection = await this.supervisor.online(Math.min(this.#settings.timeoutMs, everyMs / 2));
    const askedMs = this.clock.nowMs();
    if (connection === null) return this.#failed(channels, 'no connection');
    this.counts.requests++;
    try {
      const values = await this.#inTime(connection.read(channels.map(({ node }) => node)), signal);
      this.supervisor.proved();
      const nowMs = this.clock.nowMs();
      this.lastSuccessMs = nowMs;
      if (this.#reporting !== connection && this.#reported.length > 0) void this.#report(connection, signal);
      const samples = channels.map((node, index) => {
        const value = values[index] as DataValue;
        return this.#sample(node, value, this.#times.ofReading(node.channel, everyMs, stampOf(value), askedMs, nowMs), nowMs);
      });
      return { atMs: askedMs, samples, failed: false };
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.supervisor.lost(connection, cause);
      return this.#failed(channels, cause.message);
    }
  }

  /** Settles with the answer, or rejects when the time for it is over or the source is stopped. */
  #inTime<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
    const over = new AbortController();
    const late = sleep(this.clock, this.#settings.timeoutMs, AbortSignal.any([signal, over.signal])).then(() => {
      throw new Error('no answer in time');
    });
    return Promise.race([answer, late]).finally(() => {
      over.abort();
    });
  }

  /** Has the server report changes; what it would not report is read at its interval all the same, and said. */
  async #report(connection: OpcuaConnection, signal: AbortSignal): Promise<void> {
    this.#reporting = connection;
    const wanted = this.#reported.map(({ node, change }) => ({ node, ...(change as Omit<Reported, 'node'>) }));
    const changed = (index: number, value: DataValue): void => {
      if (!signal.aborted && this.#reporting === connection)
        this.#take({ channel: this.#reported[index]!, value, nowMs: this.clock.nowMs() });
    };
    const refused = await connection
      .report(wanted, changed)
      .catch((error: unknown) => [{ node: 'all', why: error instanceof Error ? error.message : String(error) }]);
    if (refused.length === 0 || signal.aborted) return;
    this.lastError = `changes are not reported: ${refused.map(({ node, why }) => `${node}: ${why}`).join('; ')}`;
    this.event('reports-refused', this.lastError);
  }

  #take(report: Report): void {
    if ((report.value.statusCode.value & OVERFLOW) === OVERFLOW) {
      this.event('reports-lost', `${report.channel.node}: the server had no room for all changes`);
    }
    if (this.#held?.channels.has(report.channel)) this.#held.reports.push(report);
    else this.#tell([report]);
  }

  #tell(reports: readonly Report[]): void {
    for (const { channel, value, nowMs } of reports) {
      const timeMs = this.#times.ofReport(channel.channel, channel.everyMs, stampOf(value), nowMs);
      if (timeMs === null) continue;
      const waiting = this.#answers?.giveOne(this.#sample(channel, value, timeMs, nowMs)) ?? 0;
      // Without a connection nothing is reported; the readings wait as long as nothing can be written.
      if (waiting > MOST_WAITING && this.#reporting !== null) {
        this.supervisor.lost(this.#reporting, new Error('what the server reports cannot be written'));
      }
    }
  }

  #sample(
    { channel, scale, offset }: OpcuaChannel,
    { value, statusCode, sourceTimestamp }: DataValue,
    timeMs: number,
    nowMs: number,
  ): Sample {
    const { origin } = this.#settings;
    const sourceMs = sourceTimestamp?.getTime() ?? null;
    const raw = JSON.stringify({ value: value.value, status: statusCode.toString(), source: sourceTimestamp?.toISOString() });
    const said = readStatus(statusCode.value);
    const missing = (reason: Reason): Sample => ({ channel, timeMs, value: null, quality: 'missing', reason, origin, raw });
    if (said.quality === 'missing') {
      this.counts.failures++;
      return missing(said.reason);
    }
    const number = numberOf(value);
    if (number === null) return missing('unreadable');
    if (isAbsurd(number)) return missing('garbage');
    const ahead = sourceMs !== null && sourceMs > nowMs + AHEAD_MS;
    const doubt = said.quality === 'good' && ahead ? { quality: 'suspect' as const, reason: 'clock-fault' as const } : said;
    return { channel, timeMs, value: number * scale + offset, ...doubt, origin, raw };
  }

  #failed(channels: readonly OpcuaChannel[], why: string): Answer {
    this.counts.failures++;
    this.lastError ??= why;
    const { origin } = this.#settings;
    const timeMs = this.clock.nowMs();
    const samples = channels.map(({ channel }) => {
      this.#times.missing(channel, timeMs);
      return { channel, timeMs, value: null, quality: 'missing', reason: 'communication', origin, raw: null } as const;
    });
    return { samples, atMs: timeMs, failed: true };
  }
}

const stampOf = ({ sourceTimestamp, statusCode }: DataValue): Stamp => ({
  sourceMs: sourceTimestamp?.getTime() ?? null,
  status: statusCode.value,
});
