import { missingBatch, namesOf, type SampleBatch } from '../../sample/batch.ts';
import type { Reason } from '../../sample/reason.ts';
import type { Origin, Sample } from '../../sample/sample.ts';
import { type Clock, sleep } from '../clock.ts';
import type { Answers } from '../in-order.ts';
import { PolledSource } from '../polled.ts';
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

/** Nodes of one interval. */
interface NodeGroup {
  readonly everyMs: number;
  readonly channels: readonly OpcuaChannel[];
}

/** Samples of one asking. */
interface Answer {
  readonly samples: readonly Sample[];
  readonly atMs: number;
}

/** What was last told of a node: the time of the sample, and the server's own time with it. */
interface Told {
  readonly timeMs: number;
  readonly sourceMs: number | null;
}

/**
 * The nodes of one server, read at multiples of their intervals; nodes of one interval in one request. A value bears its source's time
 * where that is new and lies between the sample before and the answer; one that has not changed since is a reading of the time when it
 * was asked for. So no two samples of a node share a time, and none lies before the one that was told earlier. Nodes that could not be
 * read give a missing sample at each of their times.
 */
export class OpcuaSource extends PolledSource<OpcuaConnection, NodeGroup> {
  readonly #settings: OpcuaSourceSettings;
  readonly #told = new Map<string, Told>();

  constructor(settings: OpcuaSourceSettings, channels: readonly OpcuaChannel[], clock: Clock) {
    const intervals = [...new Set(channels.map(({ everyMs }) => everyMs))].sort((a, b) => a - b);
    const groups = intervals.map((everyMs) => ({ everyMs, channels: channels.filter((one) => one.everyMs === everyMs) }));
    super(settings.id, groups, (onLost) => ({ open: settings.open(onLost), close: (connection) => connection.close() }), clock);
    this.#settings = settings;
  }

  protected async poll({ channels, everyMs }: NodeGroup, answers: Answers, signal: AbortSignal): Promise<void> {
    const { samples, atMs } = await this.#read(channels, everyMs, signal);
    answers.give(samples, atMs);
  }

  protected missed({ channels }: NodeGroup, reason: Reason, timeMs: number): SampleBatch[] {
    for (const { channel } of channels) this.#told.set(channel, { timeMs, sourceMs: this.#told.get(channel)?.sourceMs ?? null });
    return [missingBatch(namesOf(channels), timeMs, this.#settings.origin, reason)];
  }

  /** @returns samples, and the time (UTC ms) that they answer for: when they were asked for, or when that had failed. */
  async #read(channels: readonly OpcuaChannel[], everyMs: number, signal: AbortSignal): Promise<Answer> {
    const connection = await this.supervisor.online(Math.min(this.#settings.timeoutMs, everyMs / 2));
    const askedMs = this.clock.nowMs();
    if (connection === null) return this.#failed(channels, 'no connection');
    this.counts.requests++;
    const outOfTime = Symbol('out of time');
    try {
      const values = await Promise.race([
        connection.read(channels.map(({ node }) => node)),
        sleep(this.clock, this.#settings.timeoutMs, signal).then(() => outOfTime),
      ]);
      if (typeof values === 'symbol') throw new Error('no answer in time');
      this.supervisor.proved();
      this.lastSuccessMs = this.clock.nowMs();
      return { atMs: askedMs, samples: channels.map((channel, index) => this.#sample(channel, values[index] as DataValue, askedMs)) };
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.supervisor.lost(connection, cause);
      return this.#failed(channels, cause.message);
    }
  }

  #sample(node: OpcuaChannel, { value, statusCode, sourceTimestamp }: DataValue, askedMs: number): Sample {
    const { channel, scale, offset } = node;
    const nowMs = this.clock.nowMs();
    const { origin } = this.#settings;
    const sourceMs = sourceTimestamp?.getTime() ?? null;
    const timeMs = this.#timeOf(node, sourceMs, askedMs, nowMs);
    const raw = JSON.stringify({ value: value.value, status: statusCode.toString(), source: sourceTimestamp?.toISOString() });
    const said = readStatus(statusCode.value);
    const missing = (reason: Reason): Sample => ({ channel, timeMs, value: null, quality: 'missing', reason, origin, raw });
    if (said.quality === 'missing') {
      this.counts.failures++;
      return missing(said.reason);
    }
    const number = numberOf(value);
    if (number === null) return missing('unreadable');
    if (!Number.isFinite(number) || Math.abs(number) >= ABSURD) return missing('garbage');
    const ahead = sourceMs !== null && sourceMs > nowMs + AHEAD_MS;
    const doubt = said.quality === 'good' && ahead ? { quality: 'suspect' as const, reason: 'clock-fault' as const } : said;
    return { channel, timeMs, value: number * scale + offset, ...doubt, origin, raw };
  }

  /** The time of a value that was asked for at `askedMs` and has come at `nowMs`; `sourceMs` is the server's own. All in ms since 1970. */
  #timeOf({ channel, everyMs }: OpcuaChannel, sourceMs: number | null, askedMs: number, nowMs: number): number {
    const before = this.#told.get(channel) ?? { timeMs: askedMs - everyMs, sourceMs: null };
    const changed = sourceMs !== null && sourceMs !== before.sourceMs && sourceMs > before.timeMs && sourceMs <= nowMs;
    const timeMs = changed ? sourceMs : askedMs;
    this.#told.set(channel, { timeMs, sourceMs });
    return timeMs;
  }

  #failed(channels: readonly OpcuaChannel[], why: string): Answer {
    this.counts.failures++;
    this.lastError ??= why;
    const { origin } = this.#settings;
    const timeMs = this.clock.nowMs();
    const samples = channels.map(({ channel }) => {
      this.#told.set(channel, { timeMs, sourceMs: this.#told.get(channel)?.sourceMs ?? null });
      return { channel, timeMs, value: null, quality: 'missing', reason: 'communication', origin, raw: null } as const;
    });
    return { samples, atMs: timeMs };
  }
}
