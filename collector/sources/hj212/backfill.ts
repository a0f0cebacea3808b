import type { Origin, Sample } from '../../sample/sample.ts';
import { passedMs } from '../clock.ts';
import type { PeriodBook, Range } from './book.ts';
import type { Dialogue, HistoryCommand } from './dialogue.ts';
import { handCounted } from './hand-counted.ts';
import type { Packet } from './packet.ts';
import type { Hj212Channel, Period } from './reading.ts';
import type { Surroundings } from './surroundings.ts';

const COMMAND_OF: Readonly<Partial<Record<Period, HistoryCommand>>> = { minute: '2051', hour: '2061', day: '2031' };
/** Periods of one request. */
const MOST_PERIODS = 144;
/** Answers that left the same period out before it is given up. */
const FRUITLESS = 3;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;
/** A period is due half its length after its end, but never sooner or later than this. */
const GRACE_MS = [30_000, 1_800_000] as const;

type Request = Pick<Packet, 'groups'> & { readonly qn: string; readonly cn: string };

/** Asks a station for the periods that did not arrive, one range after the other, until there are none or it says that it has none. */
export class Backfill {
  readonly #dialogue: Dialogue;
  readonly #books: ReadonlyMap<Period, PeriodBook>;
  readonly #channels: ReadonlyMap<Period, readonly Hj212Channel[]>;
  readonly #origin: Origin;
  readonly #around: Surroundings;
  readonly #send: (request: Request) => void;
  readonly #fruitless = new Map<string, number>();
  #running: boolean = false;
  #stopped: boolean = false;
  #pauseMs = 0;
  #notBeforeMs = 0;

  constructor(
    dialogue: Dialogue,
    books: ReadonlyMap<Period, PeriodBook>,
    channels: ReadonlyMap<Period, readonly Hj212Channel[]>,
    origin: Origin,
    around: Surroundings,
    send: (request: Request) => void,
  ) {
    this.#dialogue = dialogue;
    this.#books = books;
    this.#channels = channels;
    this.#origin = origin;
    this.#around = around;
    this.#send = send;
  }

  /** Begins where nothing is under way and something is missing. */
  wake(): void {
    if (this.#running || this.#stopped || passedMs(this.#around.clock) < this.#notBeforeMs) return;
    if (![...this.#books.values()].some((book) => this.#next(book) !== undefined)) return;
    this.#running = true;
    this.#run()
      .catch((error: unknown) => this.#around.failed(error))
      .finally(() => {
        this.#running = false;
      });
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    for (const [period, book] of this.#books) {
      const command = COMMAND_OF[period];
      if (command === undefined) continue;
      for (let range = this.#next(book); range !== undefined && !this.#stopped; range = this.#next(book)) {
        const ended = await this.#dialogue.ask(command, range, this.#send);
        if (ended === 'silent' || ended === 'refused') {
          this.#pauseMs = Math.min(this.#pauseMs === 0 ? FIRST_PAUSE_MS : this.#pauseMs * 2, LONGEST_PAUSE_MS);
          this.#notBeforeMs = passedMs(this.#around.clock) + this.#pauseMs;
          this.#around.event('history-refused', `${command}: ${ended}; asked again in ${this.#pauseMs / 1000} s`);
          return;
        }
        this.#pauseMs = 0;
        await this.#settle(period, book, range, ended === 'no-data');
      }
    }
  }

  #next(book: PeriodBook): Range | undefined {
    const graceMs = Math.min(Math.max(book.everyMs / 2, GRACE_MS[0]), GRACE_MS[1]);
    return book.missing(this.#around.clock.nowMs(), graceMs, MOST_PERIODS)[0];
  }

  /** After an answer: what it left out is asked for again a few times, then missing for good. */
  async #settle(period: Period, book: PeriodBook, range: Range, none: boolean): Promise<void> {
    const gone: number[] = [];
    for (let timeMs = range.fromMs; timeMs <= range.toMs; timeMs += book.everyMs) {
      const key = `${period}|${timeMs}`;
      if (book.has(timeMs)) {
        this.#fruitless.delete(key);
        continue;
      }
      const tries = (this.#fruitless.get(key) ?? 0) + 1;
      this.#fruitless.set(key, tries);
      if (none || tries >= FRUITLESS) gone.push(timeMs);
    }
    if (gone.length === 0) return;
    const sink = this.#around.sink();
    const missing = (timeMs: number): Sample[] =>
      (this.#channels.get(period) ?? []).map(({ channel }) => ({
        channel,
        timeMs,
        value: null,
        quality: 'missing',
        reason: 'silent',
        origin: this.#origin,
        raw: null,
      }));
    if (sink === null) return;
    await handCounted(sink, gone.flatMap(missing), true);
    for (const timeMs of gone) {
      this.#fruitless.delete(`${period}|${timeMs}`);
      book.giveUp({ fromMs: timeMs, toMs: timeMs });
    }
  }
}
