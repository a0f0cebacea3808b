import type { Origin } from '../../sample/sample.ts';
import type { Clock } from '../clock.ts';
import { Outbox } from '../outbox.ts';
import type { Sink, Source, SourceStatus } from '../source.ts';
import { Supervisor } from '../supervisor.ts';
import { plainOfTls } from '../tls-error.ts';
import { type BrokerConnection, type BrokerSettings, type Held, openBroker } from './broker.ts';
import { type MqttChannel, missingSample, type Scaled, type SparkplugChannel } from './channel.ts';
import { handOver } from './hand-over.ts';
import { keep, recall } from './memory.ts';
import { type Batch, DROP_TOPICS, MessageReader } from './reader.ts';
import { Silence } from './silence.ts';

/** A connection that held for so long is sound, though no message came. */
const STEADY_MS = 10_000;

export interface MqttSettings {
  readonly id: string;
  readonly broker: BrokerSettings;
  /** Listen to the broker's count of dropped messages. */
  readonly watchDrops: boolean;
  /** File in which numbers of messages and births are kept from one run to the next. */
  readonly memory: string;
}

interface Running {
  readonly sink: Sink;
  readonly silence: Silence<Scaled>;
  /** Where what did not come is told: nobody sends that again. */
  readonly outbox: Outbox;
  readonly ending: AbortController;
  cancelWatch: () => void;
}

/**
 * The topics of one broker. A message is acknowledged once what was read from it is on disk; where it could not be written the connection
 * is given up, and the broker sends it again.
 *
 * A payload that does not parse goes to quarantine, its channels get a missing sample, and it is acknowledged: it stops nothing. What was
 * lost on the way becomes an event: gaps in the publisher's numbers, a session that the broker no longer holds, messages that it says it
 * dropped.
 */
export class MqttSource implements Source {
  readonly id: string;
  readonly #settings: MqttSettings;
  readonly #origin: Origin;
  readonly #clock: Clock;
  readonly #reader: MessageReader;
  readonly #supervisor: Supervisor<BrokerConnection>;
  readonly #silence: () => Silence<Scaled>;
  readonly #counts = { requests: 0, failures: 0, reconnects: 0, resynchronisations: 0, lateCycles: 0, quarantined: 0, lost: 0 };
  #lastSuccessMs: number | null = null;
  #lastError: string | null = null;
  #connections = 0;
  #hadSession = false;
  #watchDrops: boolean;
  #cancelSteady: () => void = () => {};
  #running: Running | null = null;
  /** Messages of this turn of the event loop, written and acknowledged together. */
  #arrived: Held[] = [];
  readonly #writing = new Set<Promise<void>>();

  constructor(settings: MqttSettings, channels: readonly (MqttChannel | SparkplugChannel)[], origin: Origin, clock: Clock) {
    this.id = settings.id;
    this.#settings = settings;
    this.#origin = origin;
    this.#clock = clock;
    this.#watchDrops = settings.watchDrops;
    this.#reader = new MessageReader(settings.id, channels, origin, (channel, nowMs) => this.#running?.silence.heard(channel, nowMs));
    const watched = channels.flatMap((key: Scaled) => (key.everyMs === null ? [] : [{ key, everyMs: key.everyMs }]));
    this.#silence = () => new Silence(watched, clock.nowMs());
    this.#supervisor = new Supervisor(
      {
        open: (signal) =>
          openBroker(
            settings.broker,
            { wanted: this.#reader.topics, welcome: this.#watchDrops ? DROP_TOPICS : [] },
            (message) => this.#take(message),
            (connection, error) => {
              // Some brokers close the connection of whoever asks for what he may not have.
              if (connection.unanswered()) this.#watchDrops = false;
              this.#supervisor.lost(connection, error);
            },
            signal,
          ),
        close: (connection) => connection.close(),
      },
      clock,
      (state, error) => this.#changed(state, error),
    );
  }

  async start(sink: Sink): Promise<void> {
    if (this.#running !== null) return;
    const ending = new AbortController();
    const outbox = new Outbox(sink, this.#clock, ending.signal, ({ message }) => {
      this.#lastError = message;
    });
    this.#running = { sink, silence: this.#silence(), outbox, ending, cancelWatch: () => {} };
    const remembered = await recall(this.#settings.memory);
    this.#hadSession = remembered.session;
    this.#reader.recall(remembered);
    if (remembered.orderly) await this.#keep(false);
    this.#watch();
    this.#supervisor.start();
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    running.cancelWatch();
    running.ending.abort();
    this.#cancelSteady();
    this.#arrived = [];
    await running.outbox.empty();
    while (this.#writing.size > 0) await Promise.all(this.#writing);
    this.#supervisor.stop();
    await this.#keep(true);
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

  #take(message: Held): void {
    if (this.#running === null) return;
    if (this.#arrived.push(message) > 1) return;
    setImmediate(() => {
      const messages = this.#arrived;
      const sink = this.#running?.sink;
      this.#arrived = [];
      if (sink === undefined || messages.length === 0) return;
      this.#track(this.#write(sink, messages));
    });
  }

  async #write(sink: Sink, messages: readonly Held[]): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const batch: Batch = { samples: [], quarantined: [], events: [], lost: 0 };
    let born = false;
    const reads = messages.map((message) => {
      const [samples, aside] = [batch.samples.length, batch.quarantined.length];
      born = this.#reader.read(message, nowMs, batch) || born;
      return { message, samples: batch.samples.slice(samples), quarantined: batch.quarantined.slice(aside) };
    });
    const { quarantined, events } = batch;
    this.#counts.requests += messages.length;
    this.#counts.failures += quarantined.length;
    this.#counts.quarantined += quarantined.length;
    this.#counts.lost += batch.lost;
    const trouble = quarantined.at(-1)?.reason ?? events.at(-1)?.detail;
    if (trouble !== undefined) this.#lastError = trouble;
    try {
      await handOver(sink, reads, events, born ? this.#keep(false) : null);
      this.#lastSuccessMs = this.#clock.nowMs();
      this.#supervisor.proved();
    } catch (error) {
      this.#lastError = error instanceof Error ? error.message : String(error);
    }
  }

  async #keep(orderly: boolean): Promise<void> {
    try {
      await keep(this.#settings.memory, { orderly, session: this.#hadSession, ...this.#reader.remember(orderly) });
    } catch (error) {
      this.#lastError = `${this.#settings.memory}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** Once in a while: what was due and did not come. */
  #watch(): void {
    const running = this.#running;
    const stepMs = running?.silence.stepMs ?? null;
    if (running === null || stepMs === null) return;
    running.cancelWatch = this.#clock.after(stepMs, () => {
      const reason = this.#supervisor.state === 'online' ? 'silent' : 'communication';
      const leaps: number[] = [];
      const nowMs = this.#clock.nowMs();
      const missed = running.silence.due(nowMs, (fromMs) => leaps.push(fromMs));
      if (leaps.length > 0) this.#event('times-leapt', leapText(leaps, nowMs));
      const samples = missed.map(({ key, dueMs }) => missingSample(key, dueMs, this.#origin, reason));
      this.#counts.failures += samples.length;
      running.sink.intake?.samples(samples);
      running.outbox.give(samples);
      void running.outbox.room(1).then(() => {
        if (this.#running === running) this.#watch();
      });
    });
  }

  #changed(state: SourceStatus['state'], error: Error | null): void {
    if (error !== null) this.#lastError = plainOfTls(error).message;
    this.#cancelSteady();
    if (state !== 'online') return;
    const connection = this.#supervisor.connection;
    this.#cancelSteady = this.#clock.after(STEADY_MS, () => {
      if (connection !== null && this.#supervisor.connection === connection) this.#supervisor.proved();
    });
    if (this.#connections++ > 0) {
      this.#counts.reconnects++;
      this.#event('reconnected', this.#lastError ?? '');
    }
    if (this.#hadSession && connection?.sessionPresent === false) {
      this.#lastError = 'the broker no longer holds our session: what was published meanwhile is lost';
      this.#event('session-lost', this.#lastError);
    }
    this.#hadSession = true;
    const refused = connection?.refused ?? [];
    if (refused.length > 0) {
      this.#lastError = `the broker refuses ${refused.join(', ')}`;
      this.#event('subscription-refused', refused.join(', '));
    }
  }

  #event(event: string, detail: string): void {
    const sink = this.#running?.sink;
    if (sink !== undefined) this.#track(sink.event({ timeMs: this.#clock.nowMs(), source: this.id, event, detail }));
  }

  /** What is on its way to the sink is waited for by `stop`. */
  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.#lastError = String(error);
      })
      .finally(() => this.#writing.delete(tracked));
    this.#writing.add(tracked);
  }
}

/** Too many times went by at once for a missing sample each. @param leaps since when, UTC ms, by channel. */
function leapText(leaps: readonly number[], nowMs: number): string {
  const fromMs = leaps.reduce((least, timeMs) => Math.min(least, timeMs));
  const [from, to] = [fromMs, nowMs].map((timeMs) => new Date(timeMs).toISOString());
  return `${leaps.length} channels, times from ${from} to ${to}: the clock was set, or the process stood still`;
}
