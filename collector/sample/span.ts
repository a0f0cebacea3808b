import { counterStep } from './counter.ts';
import { HOUR_MS } from './hour.ts';
import { AT, type HourDetails, type HourPartials, WIDTH } from './hour-partials.ts';
import type { ChannelSpec, CounterEvent } from './partial.ts';

/** The two readings around an end of a span, and what lies between them. */
export interface Bracket {
  /** From the reading before to the end of the span, ms. */
  readonly beforeMs: number;
  /** From the end of the span to the reading after, ms. */
  readonly afterMs: number;
  /** Counter: consumption between the two readings, in the unit. Otherwise the change of the value. */
  readonly rise: number;
}

/** What one channel's readings say of a span, in the decoded unit. */
export interface SpanTotal {
  readonly channel: string;
  /**
   * Counter: consumption. Rate, concentration, level, state: ∫ value dt over `coveredMs`, in unit × hour (the mean is amount ÷ covered
   * hours). Batch: sum of the values. NaN where no reading says anything of the span.
   */
  readonly amount: number;
  /** Time of the span that the amount stands for. */
  readonly coveredMs: number;
  /** Counter: part of `coveredMs` in gaps longer than `maxGapMs`, where only the sum is known, not its course. */
  readonly outageMs: number;
  /** null: no reading before and after; the amount begins or ends at a reading inside the span. */
  readonly start: Bracket | null;
  readonly end: Bracket | null;
  readonly events: readonly CounterEvent[];
  /** Samples in the hours of the span: good, suspect, missing by reason code. */
  readonly good: number;
  readonly suspect: number;
  readonly missing: Readonly<Record<number, number>>;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly sumSquares: number;
  readonly origins: number;
}

/**
 * Total of a channel over [fromMs, toMs) from its hour partials, which should include the hour before and the hour after the span: the
 * ends are interpolated between the readings that bracket them.
 *
 * Where an end of the span lies within an hour, all that is known is that hour's first and last reading: the bracket is as wide.
 */
export function spanTotal(spec: ChannelSpec, partials: HourPartials, fromMs: number, toMs: number): SpanTotal {
  const { numbers } = partials;
  const sum = new Sum(spec, numbers, fromMs, toMs);
  let before = -1;
  for (let row = 0; row < numbers.length; row += WIDTH) {
    const firstMs = numbers[row + AT.firstMs]!;
    if (!Number.isNaN(firstMs)) {
      if (before >= 0 && firstMs >= fromMs && numbers[before + AT.lastMs]! <= toMs) sum.between(before, row);
      if (firstMs <= toMs && numbers[row + AT.lastMs]! >= fromMs) sum.within(row);
      before = row;
    }
    const hourMs = numbers[row + AT.hourMs]!;
    if (hourMs + HOUR_MS <= fromMs || hourMs >= toMs) continue;
    sum.count(row);
  }
  for (const hour of partials.noted) if (hour.hourMs + HOUR_MS > fromMs && hour.hourMs < toMs) sum.note(hour);
  return sum.total();
}

/**
 * Adds up the stretches of a span: those between the last reading of an hour and the first of the next, and those within an hour. Hours
 * are named by where their row begins in `numbers`.
 */
class Sum {
  readonly #spec: ChannelSpec;
  readonly #numbers: Float64Array;
  readonly #fromMs: number;
  readonly #toMs: number;
  #amount = Number.NaN;
  #coveredMs = 0;
  #outageMs = 0;
  #start: Bracket | null = null;
  #end: Bracket | null = null;
  readonly #events: CounterEvent[] = [];
  #good = 0;
  #suspect = 0;
  readonly #missing: Record<number, number> = {};
  #min = Number.NaN;
  #max = Number.NaN;
  #sum = 0;
  #sumSquares = 0;
  #origins = 0;

  constructor(spec: ChannelSpec, numbers: Float64Array, fromMs: number, toMs: number) {
    this.#spec = spec;
    this.#numbers = numbers;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  /** What a counter rose, or the line between the two values where the gap is bridged. */
  between(before: number, after: number): void {
    const numbers = this.#numbers;
    const a = numbers[before + AT.lastMs]!;
    const b = numbers[after + AT.firstMs]!;
    const lastValue = numbers[before + AT.lastValue]!;
    const firstValue = numbers[after + AT.firstValue]!;
    if (this.#spec.kind !== 'counter') {
      if (b - a > this.#spec.maxGapMs) return;
      const rise = firstValue - lastValue;
      this.#bracket(a, b, rise);
      const [from, to] = [Math.max(a, this.#fromMs), Math.min(b, this.#toMs)];
      const middle = b > a ? lastValue + rise * (((from + to) / 2 - a) / (b - a)) : lastValue;
      this.#add((middle * (to - from)) / HOUR_MS, to - from);
      return;
    }
    const step = counterStep(this.#spec, a, lastValue, b, firstValue);
    if (step === null || step.event !== null)
      this.#event({ timeMs: b, event: step?.event ?? 'reset', before: lastValue, after: firstValue });
    if (step === null) return;
    this.#bracket(a, b, step.amount);
    const overlap = this.#overlap(a, b);
    this.#add(b > a ? step.amount * (overlap / (b - a)) : step.amount, overlap);
    if (step.event === 'outage') this.#outageMs += overlap;
  }

  /** What an hour says from its first reading to its last, by the share of that time. */
  within(row: number): void {
    const numbers = this.#numbers;
    const a = numbers[row + AT.firstMs]!;
    const b = numbers[row + AT.lastMs]!;
    const coveredMs = numbers[row + AT.coveredMs]!;
    if (coveredMs === 0 && b > a) return;
    const counter = this.#spec.kind === 'counter';
    const rise = numbers[row + AT.rise]!;
    // Most hours touch no end of the span.
    if (a > this.#fromMs && b < this.#toMs) {
      this.#add(counter ? rise : numbers[row + AT.integral]!, coveredMs);
      return;
    }
    this.#bracket(a, b, counter ? rise : numbers[row + AT.lastValue]! - numbers[row + AT.firstValue]!);
    const share = b > a ? this.#overlap(a, b) / (b - a) : 1;
    this.#add((counter ? rise : numbers[row + AT.integral]!) * share, coveredMs * share);
  }

  /** The samples of an hour of the span. */
  count(row: number): void {
    const numbers = this.#numbers;
    const min = numbers[row + AT.min]!;
    const max = numbers[row + AT.max]!;
    if (!(this.#min <= min) && !Number.isNaN(min)) this.#min = min;
    if (!(this.#max >= max) && !Number.isNaN(max)) this.#max = max;
    this.#good += numbers[row + AT.good]!;
    this.#suspect += numbers[row + AT.suspect]!;
    this.#sum += numbers[row + AT.sum]!;
    this.#sumSquares += numbers[row + AT.sumSquares]!;
    this.#origins |= numbers[row + AT.origins]!;
  }

  /** What of an hour of the span is no number. */
  note({ events, missing }: HourDetails): void {
    for (const event of events) this.#event(event);
    for (const reason in missing) this.#missing[reason] = (this.#missing[reason] ?? 0) + missing[reason]!;
  }

  total(): SpanTotal {
    const batch = this.#spec.kind === 'batch';
    this.#events.sort((a, b) => a.timeMs - b.timeMs);
    return {
      channel: this.#spec.channel,
      amount: batch ? this.#sum : this.#amount,
      coveredMs: batch ? this.#toMs - this.#fromMs : this.#coveredMs,
      outageMs: this.#outageMs,
      start: batch ? null : this.#start,
      end: batch ? null : this.#end,
      events: this.#events,
      good: this.#good,
      suspect: this.#suspect,
      missing: this.#missing,
      min: this.#min,
      max: this.#max,
      sum: this.#sum,
      sumSquares: this.#sumSquares,
      origins: this.#origins,
    };
  }

  #add(amount: number, coveredMs: number): void {
    this.#amount = (Number.isNaN(this.#amount) ? 0 : this.#amount) + amount;
    this.#coveredMs += coveredMs;
  }

  #overlap(a: number, b: number): number {
    return Math.min(b, this.#toMs) - Math.max(a, this.#fromMs);
  }

  #bracket(a: number, b: number, rise: number): void {
    if (a <= this.#fromMs) this.#start = { beforeMs: this.#fromMs - a, afterMs: b - this.#fromMs, rise };
    if (b >= this.#toMs && this.#end === null) this.#end = { beforeMs: this.#toMs - a, afterMs: b - this.#toMs, rise };
  }

  #event(event: CounterEvent): void {
    if (event.timeMs > this.#fromMs && event.timeMs <= this.#toMs) this.#events.push(event);
  }
}
