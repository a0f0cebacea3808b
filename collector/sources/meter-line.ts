import type { Duplex } from 'node:stream';
import { missingBatch, namesOf, type SampleBatch } from '../sample/batch.ts';
import type { Reason } from '../sample/reason.ts';
import type { Origin, Sample } from '../sample/sample.ts';
import { type Clock, passedMs, sleep } from './clock.ts';
import { Exchange, type Question } from './exchange.ts';
import { UnitHealth } from './health.ts';
import type { Answers } from './in-order.ts';
import { PolledSource } from './polled.ts';
import type { Group } from './schedule.ts';

/** What a meter said to one question: values by channel, or that it refuses. */
export type Told = { readonly kind: 'data'; readonly data: Buffer } | { readonly kind: 'exception'; readonly code: string };

/** Channels that one question answers. */
export interface Reading extends Group {
  /** Address of the meter that is asked. */
  readonly meter: string;
  readonly question: Question<Told>;
  readonly channels: readonly {
    readonly channel: string;
    /** The value in the data of an answer that came at `nowMs`, null where it holds none that can be meant. */
    value(data: Buffer, nowMs: number): number | null;
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
 * channels a missing sample. An answer bears its meter's address and says what it answers, so that a late one can only be mistaken for
 * the answer to the same question: the first reading by that question is then suspect. A meter that stays silent is asked once in a while.
 */
export class MeterLineSource extends PolledSource<Exchange, Reading> {
  readonly #settings: MeterLineSettings;
  readonly #meters = new Map<string, UnitHealth>();
  /** Questions whose last answer was missed. */
  readonly #unanswered = new Set<Reading>();
  #cycle = 0;

  constructor(settings: MeterLineSettings, readings: readonly Reading[], open: (signal: AbortSignal) => Promise<Duplex>, clock: Clock) {
    super(
      settings.id,
      readings,
      (onLost) => ({
        async open(signal) {
          const exchange: Exchange = new Exchange(await open(signal), settings.quietMs, clock, (error) => onLost(exchange, error));
          return exchange;
        },
        close: (exchange) => exchange.close(),
      }),
      clock,
    );
    this.#settings = settings;
  }

  protected async poll(reading: Reading, answers: Answers, signal: AbortSignal): Promise<void> {
    const health = this.#healthOf(reading.meter);
    if (!health.mayAsk(++this.#cycle, passedMs(this.clock))) {
      answers.give(this.#without(reading, 'communication'), this.clock.nowMs());
      return;
    }
    const samples = await this.#read(reading, health);
    answers.give(signal.aborted ? this.#without(reading, 'collector-stopped') : samples, this.clock.nowMs());
    if (this.#settings.pauseBetweenMs > 0) await sleep(this.clock, this.#settings.pauseBetweenMs, signal);
  }

  protected missed({ channels }: Reading, reason: Reason, timeMs: number): SampleBatch[] {
    return [missingBatch(namesOf(channels), timeMs, this.#settings.origin, reason)];
  }

  #without(reading: Reading, reason: Reason, timeMs: number = this.clock.nowMs(), raw: string | null = null): Sample[] {
    const { origin } = this.#settings;
    return reading.channels.map(({ channel }) => ({ channel, timeMs, value: null, quality: 'missing', reason, origin, raw }));
  }

  async #read(reading: Reading, health: UnitHealth): Promise<Sample[]> {
    const exchange = await this.supervisor.online(this.#settings.timeoutMs);
    if (exchange === null) return this.#without(reading, 'communication');
    this.counts.requests++;
    const exchanged = await exchange.ask(reading.question, this.#settings.timeoutMs);
    if (exchanged.kind === 'answer') {
      this.supervisor.proved();
      if (health.answered()) this.event('unit-returned', `meter ${reading.meter} answers again`);
      this.lastSuccessMs = this.clock.nowMs();
      if (exchanged.answer.kind === 'data') return this.#samples(reading, exchanged.answer.data);
      this.counts.failures++;
      return this.#without(reading, 'device-exception', this.clock.nowMs(), exchanged.answer.code);
    }
    this.counts.failures++;
    this.lastError = `meter ${reading.meter}: ${exchanged.kind === 'silence' ? 'no answer in time' : exchanged.why}`;
    if (exchanged.kind !== 'lost') {
      this.counts.resynchronisations++;
      this.#unanswered.add(reading);
      if (health.missed(this.#cycle, passedMs(this.clock)))
        this.event('unit-demoted', `meter ${reading.meter} does not answer; it is asked once in a while`);
    }
    if (exchange.closed) this.supervisor.lost(exchange, new Error(this.lastError));
    return this.#without(reading, 'communication');
  }

  #samples(reading: Reading, data: Buffer): Sample[] {
    const doubt: Reason = this.#unanswered.delete(reading) ? 'resynchronised' : 'none';
    const [timeMs, raw] = [this.clock.nowMs(), data.toString('hex')];
    return reading.channels.map(({ channel, value: valueIn }) => {
      const value = valueIn(data, timeMs);
      const { origin } = this.#settings;
      if (value === null) return { channel, timeMs, value: null, quality: 'missing', reason: 'garbage', origin, raw };
      return { channel, timeMs, value, quality: doubt === 'none' ? 'good' : 'suspect', reason: doubt, origin, raw };
    });
  }

  #healthOf(meter: string): UnitHealth {
    let health = this.#meters.get(meter);
    if (health === undefined) {
      health = new UnitHealth();
      this.#meters.set(meter, health);
    }
    return health;
  }
}
