import type { SampleBatch } from './batch.ts';
import { HOUR_MS, hourOf } from './hour.ts';
import type { Sample } from './sample.ts';

/**
 * Records of one source, by what became of them: polled = journalled + quarantined + returned + within + what is still on its way.
 * Anything else was lost between the source and the journal.
 *
 * A record is a sample of a channel, a missing one with its reason included, or a payload kept whole because nothing could be made of it.
 * `polled` is counted by the source, once for each record that it makes of what it took from the wire or of what did not come when it was
 * due, before it hands it over. `journalled` and `quarantined` are counted by the recorder when the journal has confirmed, and know
 * nothing of the source's own count. `returned` are those that the journal did not take and that whoever sent them was not told of: they
 * come again and are counted again. `within` are looks between two readings that were due which are not kept, as they lie within the
 * dead-band of the reading kept before. They were polled, and the bus bore them, so that they stand in the account as a term of their own:
 * a collector that threw away what it should have kept would else show it nowhere. With each time of looking answered for, polled is as
 * many as there are, and what is left out can be reckoned: within = times of looking − readings kept.
 */
export interface IntakeCounts {
  readonly polled: number;
  readonly journalled: number;
  readonly quarantined: number;
  readonly returned: number;
  /** Absent where there are none. */
  readonly within?: number;
}

/** What was polled and is neither in the journal, nor given back, nor within the dead-band: 0 once nothing is on its way. */
export const differenceOf = ({ polled, journalled, quarantined, returned, within = 0 }: IntakeCounts): number =>
  polled - journalled - quarantined - returned - within;

const NOTHING: IntakeCounts = { polled: 0, journalled: 0, quarantined: 0, returned: 0 };

/** Where a source counts what it takes. */
export interface Taken {
  samples(samples: readonly Sample[]): void;
  batch(batch: SampleBatch): void;
  quarantine(item: { readonly timeMs: number }): void;
  /** Counted before, not journalled, and not lost: it comes again. */
  returned(records: readonly { readonly timeMs: number }[]): void;
  /** Looks that are not kept: counted as polled with this. */
  within(looks: readonly { readonly timeMs: number }[]): void;
}

/** The counts of one hour. */
interface Row {
  readonly source: string;
  readonly run: string;
  readonly hourMs: number;
  readonly counts: { -readonly [count in keyof IntakeCounts]: number };
  /** Sum of the counts, which only grow, when they were told last. */
  told: number;
  /** How often they were told with their hour over. */
  turn: number;
}

/** What is to be said of one hour of a source. The counts only grow, so that of several statements the later holds. */
export interface IntakeStatement extends IntakeCounts {
  /** The counting that it is part of: those of several runs add up. */
  readonly run: string;
  readonly source: string;
  /** UTC ms, start of the hour in which the records' times lie. */
  readonly hourMs: number;
  /** 1, 2, 3, … for one hour; 0 while it is not over. */
  readonly turn: number;
  /** open: the hour is not over; over: it is; stopped: so is the run; broken: the run ended without a word, and this was its last. */
  readonly state: 'open' | 'over' | 'stopped' | 'broken';
}

/** Rows of hours further back are forgotten once they have been told. */
const KEPT_MS = 48 * HOUR_MS;
/** Times beyond this are none that a date can say. */
const LATEST_MS = 8.64e15;

/** What the sources of one run took and what of it the journal has, by source and hour (UTC) of each record's time. */
export class IntakeBook {
  /** Its start, which tells it from others. */
  readonly run: string;
  readonly #nowMs: () => number;
  readonly #sources = new Map<string, SourceIntake>();
  /** Hours before this one may have been forgotten: what comes of them is counted apart. */
  #forgottenMs = Number.NEGATIVE_INFINITY;
  #late = 0;

  constructor(run: string, nowMs: () => number) {
    this.run = run;
    this.#nowMs = nowMs;
  }

  /** Newest time of a sample that the journal has confirmed; −∞ before the first. Times ahead of the clock are left out. */
  get newestMs(): number {
    let newest = Number.NEGATIVE_INFINITY;
    for (const source of this.#sources.values()) newest = Math.max(newest, source.newestMs);
    return newest;
  }

  of(source: string): SourceIntake {
    let known = this.#sources.get(source);
    if (known === undefined) {
      known = new SourceIntake(source, (hourMs) => this.#runOf(hourMs), this.#nowMs);
      this.#sources.set(source, known);
    }
    return known;
  }

  /** Since the start, by source. */
  totals(): ReadonlyMap<string, IntakeCounts> {
    return new Map([...this.#sources].map(([id, source]) => [id, { ...source.total }]));
  }

  /**
   * What has not been said yet, with what must happen once it has been.
   *
   * @param final nothing will be counted any more.
   */
  due(nowMs: number, final: boolean): { readonly statement: IntakeStatement; told(): void }[] {
    const all: { readonly statement: IntakeStatement; told(): void }[] = [];
    for (const source of this.#sources.values()) {
      for (const row of source.rows()) {
        const over = final || nowMs >= row.hourMs + HOUR_MS;
        const sum = sumOf(row.counts);
        if (sum === row.told && !(over && row.turn === 0)) continue;
        const turn = over ? row.turn + 1 : 0;
        const { source: id, run, hourMs, counts } = row;
        const state = final ? 'stopped' : over ? 'over' : 'open';
        const told = (): void => {
          row.told = sum;
          row.turn = turn;
        };
        all.push({ statement: { run, source: id, hourMs, turn, state, ...counts }, told });
      }
    }
    return all;
  }

  /** Forgets hours long past of which everything has been said. */
  forget(nowMs: number): void {
    const beforeMs = hourOf(nowMs - KEPT_MS);
    let late = false;
    for (const source of this.#sources.values()) late = source.forget(beforeMs).some(({ run }) => run !== this.run) || late;
    if (late) this.#late++;
    this.#forgottenMs = Math.max(this.#forgottenMs, beforeMs);
  }

  #runOf(hourMs: number): string {
    return hourMs < this.#forgottenMs ? `${this.run}+${this.#late}` : this.run;
  }
}

/** One source's part of an `IntakeBook`. What a source takes in one piece costs one look-up, however many samples it has. */
export class SourceIntake implements Taken {
  readonly total: { -readonly [count in keyof IntakeCounts]: number } = { ...NOTHING };
  readonly #source: string;
  readonly #runOf: (hourMs: number) => string;
  readonly #nowMs: () => number;
  readonly #rows = new Map<number, Row>();
  /** As `IntakeBook.newestMs`, of this source. */
  newestMs = Number.NEGATIVE_INFINITY;

  constructor(source: string, runOf: (hourMs: number) => string, nowMs: () => number) {
    this.#source = source;
    this.#runOf = runOf;
    this.#nowMs = nowMs;
  }

  samples(samples: readonly Sample[]): void {
    this.#countEach('polled', samples);
  }

  batch(batch: SampleBatch): void {
    this.#count('polled', batch.timeMs, batch.channels.length);
  }

  quarantine({ timeMs }: { readonly timeMs: number }): void {
    this.#count('polled', timeMs, 1);
  }

  returned(records: readonly { readonly timeMs: number }[]): void {
    this.#countEach('returned', records);
  }

  within(looks: readonly { readonly timeMs: number }[]): void {
    this.#countEach('polled', looks);
    this.#countEach('within', looks);
  }

  /** The journal has confirmed samples. */
  journalled(samples: readonly Sample[]): void {
    this.#countEach('journalled', samples);
    for (const { timeMs } of samples) if (timeMs > this.newestMs) this.#reached(timeMs);
  }

  batchJournalled(batch: SampleBatch): void {
    if (batch.timeMs > this.newestMs) this.#reached(batch.timeMs);
    this.#count('journalled', batch.timeMs, batch.channels.length);
  }

  /** The journal has confirmed payloads or samples in quarantine. */
  quarantined(records: readonly { readonly timeMs: number }[]): void {
    this.#countEach('quarantined', records);
  }

  rows(): IterableIterator<Row> {
    return this.#rows.values();
  }

  /** @returns what is forgotten. */
  forget(beforeMs: number): Row[] {
    const forgotten = [...this.#rows.values()].filter((row) => row.hourMs < beforeMs && row.told === sumOf(row.counts));
    for (const { hourMs } of forgotten) this.#rows.delete(hourMs);
    return forgotten;
  }

  #reached(timeMs: number): void {
    if (timeMs <= this.#nowMs()) this.newestMs = timeMs;
  }

  #countEach(what: keyof IntakeCounts, records: readonly { readonly timeMs: number }[]): void {
    let [startMs, from] = [Number.NaN, 0];
    for (let at = 0; at < records.length; at++) {
      const { timeMs } = records[at]!;
      if (timeMs >= startMs && timeMs < startMs + HOUR_MS) continue;
      if (at > from) this.#count(what, startMs, at - from);
      [startMs, from] = [this.#hourOf(timeMs), at];
    }
    if (records.length > from) this.#count(what, startMs, records.length - from);
  }

  #count(what: keyof IntakeCounts, timeMs: number, count: number): void {
    if (count === 0) return;
    const hourMs = this.#hourOf(timeMs);
    let row = this.#rows.get(hourMs);
    if (row === undefined) {
      const counts = { ...NOTHING };
      row = { source: this.#source, run: this.#runOf(hourMs), hourMs, counts, told: 0, turn: 0 };
      this.#rows.set(hourMs, row);
    }
    row.counts[what] = (row.counts[what] ?? 0) + count;
    this.total[what] = (this.total[what] ?? 0) + count;
  }

  /** What has no time that a date can say is of now. */
  #hourOf(timeMs: number): number {
    return hourOf(Math.abs(timeMs) <= LATEST_MS ? timeMs : this.#nowMs());
  }
}

const sumOf = ({ polled, journalled, quarantined, returned, within = 0 }: IntakeCounts): number =>
  polled + journalled + quarantined + returned + within;
