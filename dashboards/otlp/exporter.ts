import { setTimeout } from 'node:timers/promises';
import type { Metric } from '../server/metrics.ts';
import { Beginnings } from './beginnings.ts';
import { post } from './post.ts';
import { encodeRequest, exportRequest } from './request.ts';
import type { OtlpSettings } from './settings.ts';

/** What is said of the exports, once each time that it changes. */
export interface ExportNews {
  /** Why they do not arrive; null: they do again. */
  readonly problem: string | null;
  /** Moments whose figures were given up since the last news. */
  readonly dropped: number;
}

/** Moments that wait for a receiver which is away: an hour of the default interval. */
const MOST_WAITING = 60;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;
/** The last figures before the end are worth waiting so long for. */
const FAREWELL_MS = 2_000;

/**
 * Pushes figures at an interval, the first at once, until it is stopped.
 *
 * A receiver that is away stops nothing: what it did not take waits, an hour of it at the usual interval, and is sent in order when it is
 * back, after delays that double up to a minute or as long as it asked for. What it refuses for good is given up. Counters go as sums since
 * the start, so that nothing they count is lost with a moment that was given up.
 */
export function startExporter(
  settings: OtlpSettings,
  figures: () => Promise<readonly Metric[]>,
  onNews: (news: ExportNews) => void,
  beganMs = Math.round(performance.timeOrigin),
): { stop(): Promise<void> } {
  const exporter = new Exporter(settings, figures, onNews, new Beginnings(beganMs));
  const ending = new AbortController();
  const ended = exporter.run(ending.signal);
  return {
    async stop() {
      ending.abort();
      await ended;
      await exporter.farewell();
    },
  };
}

class Exporter {
  readonly #settings: OtlpSettings;
  readonly #figures: () => Promise<readonly Metric[]>;
  readonly #onNews: (news: ExportNews) => void;
  readonly #beginnings: Beginnings;
  readonly #waiting: Uint8Array[] = [];
  #delayMs = FIRST_DELAY_MS;
  /** By the monotonic clock, as all times here. */
  #retryAtMs = 0;
  #problem: string | null = null;
  #dropped = 0;

  constructor(
    settings: OtlpSettings,
    figures: () => Promise<readonly Metric[]>,
    onNews: (news: ExportNews) => void,
    beginnings: Beginnings,
  ) {
    this.#settings = settings;
    this.#figures = figures;
    this.#onNews = onNews;
    this.#beginnings = beginnings;
  }

  async run(signal: AbortSignal): Promise<void> {
    let dueMs = performance.now();
    while (!signal.aborted) {
      if (performance.now() >= dueMs) {
        dueMs = performance.now() + this.#settings.everyMs;
        await this.#take();
      }
      while (this.#waiting.length > 0 && performance.now() >= this.#retryAtMs && !signal.aborted) await this.#send(signal);
      const nextMs = this.#waiting.length > 0 ? Math.min(dueMs, this.#retryAtMs) : dueMs;
      await setTimeout(Math.max(0, nextMs - performance.now()), undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Sends the figures of the end, where the receiver was there till now. */
  async farewell(): Promise<void> {
    if (this.#problem !== null) return;
    await this.#take();
    const over = AbortSignal.timeout(FAREWELL_MS);
    while (this.#waiting.length > 0 && !over.aborted && this.#problem === null) await this.#send(over);
  }

  async #take(): Promise<void> {
    try {
      const metrics = await this.#figures();
      const { resource, json } = this.#settings;
      const request = exportRequest(metrics, { timeMs: Date.now(), resource, beginnings: this.#beginnings });
      this.#waiting.push(encodeRequest(request, json));
      if (this.#waiting.length > MOST_WAITING) {
        this.#waiting.shift();
        this.#dropped++;
      }
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
    }
  }

  async #send(signal: AbortSignal): Promise<void> {
    const posted = await post(this.#waiting[0]!, this.#settings, signal);
    if (posted.kind === 'away') {
      // Told to stop, the request ends by itself.
      if (signal.aborted) return;
      this.#retryAtMs = performance.now() + (posted.afterMs ?? this.#delayMs * (0.75 + Math.random() / 2));
      this.#delayMs = Math.min(2 * this.#delayMs, LONGEST_DELAY_MS);
      this.#say(posted.why);
      return;
    }
    this.#waiting.shift();
    this.#delayMs = FIRST_DELAY_MS;
    if (posted.kind === 'refused') this.#dropped++;
    this.#say(posted.kind === 'taken' ? null : posted.why);
  }

  #say(problem: string | null): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#onNews({ problem, dropped: this.#dropped });
    this.#dropped = 0;
  }
}
