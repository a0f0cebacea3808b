import type { Origin, Sample } from '../../sample/sample.ts';
import type { Clock } from '../clock.ts';
import type { Quarantined, Sink, Source, SourceStatus } from '../source.ts';
import { Supervisor } from '../supervisor.ts';
import { type BrokerConnection, type BrokerSettings, type Held, openBroker } from './broker.ts';
import { type MqttChannel, missingSample, sampleOf } from './channel.ts';
import { parseJson, readJson, readPlain, Unreadable } from './payload.ts';
import { Silence } from './silence.ts';

/** Bytes of a payload that are kept as a sample's raw value. A longer one is cut: its whole is in the quarantine if it did not parse. */
const LONGEST_RAW = 1024;
/** A connection that held for so long is sound, though no message came. */
const STEADY_MS = 10_000;

/**
 * The topics of one broker. A message is acknowledged once what was read from it is on disk; where it could not be written the connection
 * is given up, and the broker sends it again.
 *
 * A payload that does not parse goes to quarantine, its channels get a missing sample, and it is acknowledged: it stops nothing.
 */
export class MqttSource implements Source {
  readonly id: string;
  readonly #origin: Origin;
  readonly #clock: Clock;
  readonly #byTopic = new Map<string, MqttChannel[]>();
  readonly #supervisor: Supervisor<BrokerConnection>;
  readonly #silence: () => Silence<MqttChannel>;
  readonly #counts = { requests: 0, failures: 0, reconnects: 0, resynchronisations: 0, lateCycles: 0, quarantined: 0 };
  #lastSuccessMs: number | null = null;
  #lastError: string | null = null;
  #connections = 0;
  #cancelSteady: () => void = () => {};
  #running: { readonly sink: Sink; readonly silence: Silence<MqttChannel>; cancelWatch: () => void } | null = null;
  /** Messages of this turn of the event loop, written and acknowledged together. */
  #arrived: Held[] = [];
  readonly #writing = new Set<Promise<void>>();

  constructor(id: string, broker: BrokerSettings, channels: readonly MqttChannel[], origin: Origin, clock: Clock) {
    this.id = id;
    this.#origin = origin;
    this.#clock = clock;
    for (const channel of channels) {
      const list = this.#byTopic.get(channel.topic);
      if (list === undefined) this.#byTopic.set(channel.topic, [channel]);
      else list.push(channel);
    }
    const watched = channels.flatMap((key) => (key.everyMs === null ? [] : [{ key, everyMs: key.everyMs }]));
    this.#silence = () => new Silence(watched, clock.nowMs());
    this.#supervisor = new Supervisor(
      {
        open: (signal) =>
          openBroker(
            broker,
            [...this.#byTopic.keys()],
            (message) => this.#take(message),
            (connection, error) => this.#supervisor.lost(connection, error),
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
    this.#running = { sink, silence: this.#silence(), cancelWatch: () => {} };
    this.#watch();
    this.#supervisor.start();
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    running.cancelWatch();
    this.#arrived = [];
    while (this.#writing.size > 0) await Promise.all(this.#writing);
    this.#supervisor.stop();
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
    const samples: Sample[] = [];
    const quarantined: Quarantined[] = [];
    for (const message of messages) this.#read(message, nowMs, samples, quarantined);
    this.#counts.requests += messages.length;
    this.#counts.failures += quarantined.length;
    this.#counts.quarantined += quarantined.length;
    try {
      await Promise.all([samples.length === 0 ? null : sink.samples(samples), ...quarantined.map((item) => sink.quarantine(item))]);
      for (const message of messages) message.acknowledge();
      this.#lastSuccessMs = this.#clock.nowMs();
      this.#supervisor.proved();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      messages[0]?.giveUp(new Error(`not written: ${why}`));
    }
  }

  #read(message: Held, nowMs: number, samples: Sample[], quarantined: Quarantined[]): void {
    const text = message.payload.toString('utf8');
    const channels = this.#byTopic.get(message.topic) ?? [];
    const failed: string[] = channels.length === 0 ? ['no channel reads this topic'] : [];
    let parsed: { readonly document: unknown } | null = null;
    for (const channel of channels) {
      this.#running?.silence.heard(channel, nowMs);
      const raw = text.length > LONGEST_RAW ? text.slice(0, LONGEST_RAW) : text;
      try {
        if (message.retained && channel.time === null) throw new Unreadable('a retained message without a time may be of any age');
        if (channel.format === 'json') parsed ??= { document: parseJson(text) };
        const reading = parsed === null || channel.format === 'plain' ? readPlain(text) : readJson(parsed.document, channel);
        samples.push(sampleOf(channel, reading, nowMs, this.#origin, raw));
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        failed.push(`${channel.channel}: ${error.message}`);
        if (!message.retained) samples.push(missingSample(channel, nowMs, this.#origin, 'unreadable', raw));
      }
    }
    if (failed.length === 0) return;
    this.#lastError = `${message.topic}: ${failed[0]}`;
    quarantined.push({ timeMs: nowMs, source: this.id, reason: `${message.topic}: ${failed.join('; ')}`, raw: text });
  }

  /** Once in a while: what was due and did not come. */
  #watch(): void {
    const running = this.#running;
    const stepMs = running?.silence.stepMs ?? null;
    if (running === null || stepMs === null) return;
    running.cancelWatch = this.#clock.after(stepMs, () => {
      const reason = this.#supervisor.state === 'online' ? 'silent' : 'communication';
      const missed = running.silence.due(this.#clock.nowMs());
      const samples = missed.map(({ key, dueMs }) => missingSample(key, dueMs, this.#origin, reason));
      this.#counts.failures += samples.length;
      if (samples.length > 0) this.#track(running.sink.samples(samples));
      this.#watch();
    });
  }

  #changed(state: SourceStatus['state'], error: Error | null): void {
    if (error !== null) this.#lastError = error.message;
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
