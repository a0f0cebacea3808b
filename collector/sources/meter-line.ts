import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Reason } from '../sample/reason.ts';
import type { Origin, Sample } from '../sample/sample.ts';
import { type Clock, sleep } from './clock.ts';
import { Exchange, type Question } from './exchange.ts';
import { Outbox } from './outbox.ts';
import type { Sink, Source, SourceStatus } from './source.ts';
import { Supervisor } from './supervisor.ts';

/** What a meter said to one question: values by channel, or that it refuses. */
export type Told = { readonly kind: 'data'; readonly data: Buffer } | { readonly kind: 'exception'; readonly code: string };

/** Channels that one question answers. */
export interface Reading {
  readonly everyMs: number;
  readonly question: Question<Told>;
  readonly channels: readonly {
    readonly channel: string;
    /** The value in the data of an answer, null where it holds none that can be meant. */
    value(data: Buffer): number | null;
  }[];
}

export interface MeterLineSettings {
  readonly id: string;
  readonly timeoutMs: number;
  /** Silence on the line after a missed answer, at least as long as the slowest meter may be late. */
  readonly quietMs: number;
  readonly pauseBetweenMs: number;
  readonly origin: Origin;
}

/**
 * Meters on one line, asked one after the other at multiples of their intervals. A question that was not answered gives each of its
 * channels a missing sample; the first reading after that is suspect.
 */
export class MeterLineSource implements Source {
  readonly id: string;
  readonly #settings: MeterLineSettings;
  readonly #readings: readonly { readonly reading: Reading; dueMs: number }[];
  readonly #clock: Clock;
  readonly #supervisor: Supervisor<Exchange>;
  readonly #counts = { requests: 0, failures: 0, reconnects: 0, resynchronisations: 0, lateCycles: 0, quarantined: 0 };
  #lastSuccessMs: number | null = null;
  #lastError: string | null = null;
  #connections = 0;
  #outOfStep: boolean = false;
  #running: { readonly abort: AbortController; readonly ended: Promise<void> } | null = null;

  constructor(settings: MeterLineSettings, readings: readonly Reading[], open: (signal: AbortSignal) => Promise<Duplex>, clock: Clock) {
    this.id = settings.id;
    this.#settings = settings;
    this.#readings = readings.map((reading) => ({ reading, dueMs: 0 }));
    this.#clock = clock;
    this.#supervisor = new Supervisor<Exchange>(
      {
        async open(signal) {
          const exchange: Exchange = new Exchange(await open(signal), settings.quietMs, clock, (error) => lost(exchange, error));
          return exchange;
        },
        close: (exchange) => exchange.close(),
      },
      clock,
      (state, error) => {
        if (error !== null) this.#lastError = error.message;
        if (state === 'online' && this.#connections++ > 0) this.#counts.reconnects++;
      },
    );
    const lost = (exchange: Exchange, error: Error): void => this.#supervisor.lost(exchange, error);
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
    for (const entry of this.#readings) entry.dueMs = following(this.#clock.nowMs(), entry.reading.everyMs);
    while (!signal.aborted) {
      const soonestMs = Math.min(...this.#readings.map(({ dueMs }) => dueMs));
      await sleep(this.#clock, Math.min(Math.max(soonestMs - this.#clock.nowMs(), 0), 60_000), signal);
      for (const entry of this.#readings) {
        if (signal.aborted) break;
        const { everyMs } = entry.reading;
        if (entry.dueMs > this.#clock.nowMs()) {
          // The clock was set back: the old due time is too far off.
          if (entry.dueMs - this.#clock.nowMs() > everyMs) entry.dueMs = following(this.#clock.nowMs(), everyMs);
          continue;
        }
        outbox.give(await this.#read(entry.reading));
        const nowMs = this.#clock.nowMs();
        // A round that took too long left due times out: each is a reading that failed.
        for (entry.dueMs += everyMs; entry.dueMs + everyMs <= nowMs && !signal.aborted; entry.dueMs += everyMs) {
          if (nowMs - entry.dueMs > 600 * everyMs) entry.dueMs = following(nowMs, everyMs) - everyMs;
          else outbox.give(this.#without(entry.reading, 'communication', null, entry.dueMs));
          this.#counts.lateCycles++;
        }
        await outbox.room();
        if (this.#settings.pauseBetweenMs > 0) await sleep(this.#clock, this.#settings.pauseBetweenMs, signal);
      }
    }
    await outbox.empty();
  }

  async #read(reading: Reading): Promise<Sample[]> {
    const exchange = await this.#supervisor.online(this.#settings.timeoutMs);
    if (exchange === null) return this.#without(reading, 'communication');
    this.#counts.requests++;
    const exchanged = await exchange.ask(reading.question, this.#settings.timeoutMs);
    if (exchanged.kind === 'answer') {
      this.#supervisor.proved();
      this.#lastSuccessMs = this.#clock.nowMs();
      if (exchanged.answer.kind === 'exception') {
        this.#counts.failures++;
        return this.#without(reading, 'device-exception', exchanged.answer.code);
      }
      return this.#samples(reading, exchanged.answer.data);
    }
    this.#counts.failures++;
    this.#lastError = exchanged.kind === 'silence' ? 'no answer in time' : exchanged.why;
    if (exchanged.kind !== 'lost') {
      this.#counts.resynchronisations++;
      this.#outOfStep = true;
    }
    if (exchange.closed) this.#supervisor.lost(exchange, new Error(this.#lastError));
    return this.#without(reading, 'communication');
  }

  #samples(reading: Reading, data: Buffer): Sample[] {
    const doubt: Reason = this.#outOfStep ? 'resynchronised' : 'none';
    this.#outOfStep = false;
    const [timeMs, raw] = [this.#clock.nowMs(), data.toString('hex')];
    return reading.channels.map(({ channel, value: valueIn }) => {
      const value = valueIn(data);
      const { origin } = this.#settings;
      if (value === null) return { channel, timeMs, value: null, quality: 'missing', reason: 'garbage', origin, raw };
      return { channel, timeMs, value, quality: doubt === 'none' ? 'good' : 'suspect', reason: doubt, origin, raw };
    });
  }

  #without(reading: Reading, reason: Reason, raw: string | null = null, timeMs: number = this.#clock.nowMs()): Sample[] {
    const { origin } = this.#settings;
    return reading.channels.map(({ channel }) => ({ channel, timeMs, value: null, quality: 'missing', reason, origin, raw }));
  }
}

const following = (nowMs: number, everyMs: number): number => (Math.floor(nowMs / everyMs) + 1) * everyMs;

/** A TCP connection to a transparent gateway (串口服务器). Rejects where it is away, and when the signal aborts. */
export function openGateway(host: string, port: number, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    socket.once('connect', () => resolve(socket));
    socket.on('error', reject);
  });
}
