import { counterStep } from './counter.ts';
import { HOUR_MS } from './hour.ts';
import type { ChannelSpec, CounterEvent, HourPartial } from './partial.ts';

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
 * Total of a channel over [fromMs, toMs) from its hour partials, ascending, which should include the hour before and the hour after the
 * span: the ends are interpolated between the readings that bracket them.
 *
 * Where an end of the span lies within an hour, all that is known is that hour's first and last reading: the bracket is as wide.
 */
export function spanTotal(spec: ChannelSpec, partials: readonly HourPartial[], fromMs: number, toMs: number): SpanTotal {
  const sum = new Sum(spec, fromMs, toMs);
  let before: HourPartial | null = null;
  for (const partial of partials) {
    if (!Number.isNaN(partial.firstMs)) {
      if (before !== null && partial.firstMs >= fromMs && before.lastMs <= toMs) sum.between(before, partial);
      if (partial.lastMs >= fromMs && partial.firstMs <= toMs) sum.within(partial);
      before = partial;
    }
    if (partial.hourMs + HOUR_MS > fromMs && partial.hourMs < toMs) sum.count(partial);
  }
  return sum.total();
}

/** Adds up the stretches of a span: those between the last reading of an hour and the first of the next, and those within an hour. */
class Sum {
  readonly #spec: ChannelSpec;
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

  constructor(spec: ChannelSpec, fromMs: number, toMs: number) {
    this.#spec = spec;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  /** What a counter rose, or the line between the two values where the gap is bridged. */
  between(before: HourPartial, after: HourPartial): void {
    const { lastMs: a, lastValue } = before;
    const { firstMs: b, firstValue } = after;
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

  /** What a partial says from its first reading to its last, by the share of that time. */
  within(partial: HourPartial): void {
    const { firstMs: a, lastMs: b, coveredMs } = partial;
    if (coveredMs === 0 && b > a) return;
    const counter = this.#spec.kind === 'counter';
    this.#bracket(a, b, counter ? partial.rise : partial.lastValue - partial.firstValue);
    const share = b > a ? this.#overlap(a, b) / (b - a) : 1;
    this.#add((counter ? partial.rise : partial.integral) * share, coveredMs * share);
  }

  /** The samples of an hour of the span. */
  count(partial: HourPartial): void {
    for (const event of partial.events) this.#event(event);
    this.#good += partial.good;
    this.#suspect += partial.suspect;
    for (const reason in partial.missing) this.#missing[reason] = (this.#missing[reason] ?? 0) + partial.missing[reason]!;
    if (!(this.#min <= partial.min) && !Number.isNaN(partial.min)) this.#min = partial.min;
    if (!(this.#max >= partial.max) && !Number.isNaN(partial.max)) this.#max = partial.max;
    this.#sum += partial.sum;
    this.#sumSquares += partial.sumSquares;
    this.#origins |= partial.origins;
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
