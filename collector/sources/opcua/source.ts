import type { Reason } from '../../sample/reason.ts';
import type { Origin, Sample } from '../../sample/sample.ts';
import { type Clock, sleep } from '../clock.ts';
import { Outbox } from '../outbox.ts';
import type { Sink, Source, SourceStatus } from '../source.ts';
import { Supervisor } from '../supervisor.ts';
import type { DataValue } from './client.ts';
import type { OpcuaConnection } from './connection.ts';
import { readStatus } from './status.ts';
import { numberOf } from './value.ts';

/** One node that is read. */
export interface OpcuaChannel {
  readonly channel: string;
  readonly node: string;
  readonly scale: number;
  readonly offset: number;
  readonly everyMs: number;
}

export interface OpcuaSourceSettings {
  readonly id: string;
  readonly timeoutMs: number;
  readonly origin: Origin;
  open(onLost: (connection: OpcuaConnection, error: Error) => void): (signal: AbortSignal) => Promise<OpcuaConnection>;
}

/** A server's clock may run ahead of ours by so much before its time is doubted. */
const AHEAD_MS = 60_000;
const ABSURD = Math.fround(1e38);

/**
 * The nodes of one server, read at multiples of their intervals; nodes of one interval in one request. A value bears its source's time
 * where that lies within the interval before the reading; an older one says that it has not changed since, and the reading is of now.
 * Nodes that could not be read give a missing sample at each of their times.
 */
export class OpcuaSource implements Source {
  readonly id: string;
  readonly #settings: OpcuaSourceSettings;
  readonly #groups: readonly { readonly everyMs: number; readonly channels: readonly OpcuaChannel[]; dueMs: number }[];
  readonly #clock: Clock;
  readonly #supervisor: Supervisor<OpcuaConnection>;
  readonly #counts = { requests: 0, failures: 0, reconnects: 0, resynchronisations: 0, lateCycles: 0, quarantined: 0 };
  #lastSuccessMs: number | null = null;
  #lastError: string | null = null;
  #connections = 0;
  #running: { readonly abort: AbortController; readonly ended: Promise<void> } | null = null;

  constructor(settings: OpcuaSourceSettings, channels: readonly OpcuaChannel[], clock: Clock) {
    this.id = settings.id;
    this.#settings = settings;
    this.#clock = clock;
    const intervals = [...new Set(channels.map(({ everyMs }) => everyMs))].sort((a, b) => a - b);
    this.#groups = intervals.map((everyMs) => ({ everyMs, channels: channels.filter((one) => one.everyMs === everyMs), dueMs: 0 }));
    const open = settings.open((connection, error) => this.#supervisor.lost(connection, error));
    this.#supervisor = new Supervisor({ open, close: (connection) => connection.close() }, clock, (state, error) => {
      if (error !== null) this.#lastError = error.message;
      if (state === 'online' && this.#connections++ > 0) this.#counts.reconnects++;
    });
  }

  async start(sink: Sink): Promise<void> {
    if (this.#running !== null) return;
    const abort = new AbortController();
    this.#supervisor.start();
    this.#running = { abort, ended: this.#run(sink, abort.signal) };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    running.abort.abort();
    await running.ended;
    this.#supervisor.stop();
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
    for (const group of this.#groups) group.dueMs = following(this.#clock.nowMs(), group.everyMs);
    while (!signal.aborted) {
      const soonestMs = Math.min(...this.#groups.map(({ dueMs }) => dueMs));
      await sleep(this.#clock, Math.min(Math.max(soonestMs - this.#clock.nowMs(), 0), 60_000), signal);
      for (const group of this.#groups) {
        if (signal.aborted) break;
        // The clock was set back: the old due time is too far off.
        if (group.dueMs - this.#clock.nowMs() > group.everyMs) group.dueMs = following(this.#clock.nowMs(), group.everyMs);
        if (group.dueMs > this.#clock.nowMs()) continue;
        outbox.give(await this.#read(group.channels, group.everyMs, signal));
        const nowMs = this.#clock.nowMs();
        const next = following(nowMs, group.everyMs);
        // A clock that was set ahead missed nothing that was ever due.
        const from = next - group.dueMs > 600 * group.everyMs ? next : group.dueMs + group.everyMs;
        for (let dueMs = from; dueMs < next; dueMs += group.everyMs) {
          this.#counts.lateCycles++;
          outbox.give(this.#without(group.channels, 'communication', dueMs));
        }
        group.dueMs = next;
        await outbox.room();
      }
    }
    await outbox.empty();
  }

  async #read(channels: readonly OpcuaChannel[], everyMs: number, signal: AbortSignal): Promise<readonly Sample[]> {
    const connection = await this.#supervisor.online(Math.min(this.#settings.timeoutMs, everyMs / 2));
    if (connection === null) return this.#failed(channels, 'no connection');
    this.#counts.requests++;
    const outOfTime = Symbol('out of time');
    try {
      const values = await Promise.race([
        connection.read(channels.map(({ node }) => node)),
        sleep(this.#clock, this.#settings.timeoutMs, signal).then(() => outOfTime),
      ]);
      if (typeof values === 'symbol') throw new Error('no answer in time');
      this.#supervisor.proved();
      this.#lastSuccessMs = this.#clock.nowMs();
      return channels.map((channel, index) => this.#sample(channel, values[index] as DataValue));
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.#supervisor.lost(connection, cause);
      return this.#failed(channels, cause.message);
    }
  }

  #sample({ channel, scale, offset, everyMs }: OpcuaChannel, { value, statusCode, sourceTimestamp }: DataValue): Sample {
    const nowMs = this.#clock.nowMs();
    const { origin } = this.#settings;
    const sourceMs = sourceTimestamp?.getTime() ?? null;
    const timeMs = sourceMs !== null && sourceMs > nowMs - everyMs && sourceMs <= nowMs ? sourceMs : nowMs;
    const raw = JSON.stringify({ value: value.value, status: statusCode.toString(), source: sourceTimestamp?.toISOString() });
    const said = readStatus(statusCode.value);
    const missing = (reason: Reason): Sample => ({ channel, timeMs, value: null, quality: 'missing', reason, origin, raw });
    if (said.quality === 'missing') {
      this.#counts.failures++;
      return missing(said.reason);
    }
    const number = numberOf(value);
    if (number === null) return missing('unreadable');
    if (!Number.isFinite(number) || Math.abs(number) >= ABSURD) return missing('garbage');
    const ahead = sourceMs !== null && sourceMs > nowMs + AHEAD_MS;
    const doubt = said.quality === 'good' && ahead ? { quality: 'suspect' as const, reason: 'clock-fault' as const } : said;
    return { channel, timeMs, value: number * scale + offset, ...doubt, origin, raw };
  }

  #failed(channels: readonly OpcuaChannel[], why: string): readonly Sample[] {
    this.#counts.failures++;
    this.#lastError ??= why;
    return this.#without(channels, 'communication', this.#clock.nowMs());
  }

  #without(channels: readonly OpcuaChannel[], reason: Reason, timeMs: number): readonly Sample[] {
    const { origin } = this.#settings;
    return channels.map(({ channel }) => ({ channel, timeMs, value: null, quality: 'missing', reason, origin, raw: null }));
  }
}

const following = (nowMs: number, everyMs: number): number => (Math.floor(nowMs / everyMs) + 1) * everyMs;
