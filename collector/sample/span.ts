import { counterStep } from './counter.ts';
import { HOUR_MS, hourOf } from './hour.ts';
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

/** A stretch between two neighbouring readings, or within one hour's partial. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** null: nothing is known of it. */
  readonly amount: number | null;
  readonly coveredMs: number;
  readonly rise: number;
  readonly event: CounterEvent | null;
}

/**
 * Total of a channel over [fromMs, toMs) from its hour partials, ascending, which should include the hour before and the hour after the
 * span: the ends are interpolated between the readings that bracket them.
 *
 * Where an end of the span lies within an hour, all that is known is that hour's first and last reading: the bracket is as wide.
 */
export function spanTotal(spec: ChannelSpec, partials: readonly HourPartial[], fromMs: number, toMs: number): SpanTotal {
  let amount = 0;
  let known = false;
  let coveredMs = 0;
  let outageMs = 0;
  let start: Bracket | null = null;
  let end: Bracket | null = null;
  const events: CounterEvent[] = [];
  const inside = (event: CounterEvent): boolean => event.timeMs > fromMs && event.timeMs <= toMs;

  for (const stretch of stretches(spec, partials)) {
    const { fromMs: a, toMs: b } = stretch;
    if (b < fromMs || a > toMs) continue;
    if (a <= fromMs && stretch.amount !== null) start = { beforeMs: fromMs - a, afterMs: b - fromMs, rise: stretch.rise };
    if (b >= toMs && end === null && stretch.amount !== null) end = { beforeMs: toMs - a, afterMs: b - toMs, rise: stretch.rise };
    const overlap = Math.min(b, toMs) - Math.max(a, fromMs);
    const share = b > a ? overlap / (b - a) : 1;
    if (stretch.amount !== null && (overlap > 0 || a === b)) {
      known = true;
      amount += shareOf(spec, stretch, fromMs, toMs) ?? stretch.amount * share;
      coveredMs += stretch.coveredMs * share;
      if (stretch.event?.event === 'outage') outageMs += overlap;
    }
    if (stretch.event !== null && inside(stretch.event)) events.push(stretch.event);
  }

  const totals = {
    good: 0,
    suspect: 0,
    missing: {} as Record<number, number>,
    min: Number.NaN,
    max: Number.NaN,
    sum: 0,
    sumSquares: 0,
    origins: 0,
  };
  let batch = 0;
  for (const partial of partials) {
    if (partial.hourMs + HOUR_MS <= fromMs || partial.hourMs >= toMs) continue;
    events.push(...partial.events.filter(inside));
    totals.good += partial.good;
    totals.suspect += partial.suspect;
    for (const [reason, count] of Object.entries(partial.missing)) {
      totals.missing[Number(reason)] = (totals.missing[Number(reason)] ?? 0) + count;
    }
    if (!(totals.min <= partial.min)) totals.min = Number.isNaN(partial.min) ? totals.min : partial.min;
    if (!(totals.max >= partial.max)) totals.max = Number.isNaN(partial.max) ? totals.max : partial.max;
    totals.sum += partial.sum;
    totals.sumSquares += partial.sumSquares;
    totals.origins |= partial.origins;
    batch += partial.sum;
  }
  if (spec.kind === 'batch') {
    return { channel: spec.channel, amount: batch, coveredMs: toMs - fromMs, outageMs: 0, start: null, end: null, events, ...totals };
  }
  events.sort((a, b) => a.timeMs - b.timeMs);
  return { channel: spec.channel, amount: known ? amount : Number.NaN, coveredMs, outageMs, start, end, events, ...totals };
}

/** A rate changes along a stretch: the part of a single straight line, cut at the ends of the span. null: by its share of the time. */
function shareOf(spec: ChannelSpec, stretch: Stretch, fromMs: number, toMs: number): number | null {
  const { fromMs: a, toMs: b, amount, rise } = stretch;
  if (spec.kind === 'counter' || amount === null || stretch.event !== null || b <= a || !isLine(stretch)) return null;
  const hours = (b - a) / HOUR_MS;
  const middle = amount / hours;
  const at = (ms: number): number => middle + rise * ((ms - a) / (b - a) - 0.5);
  const from = Math.max(a, fromMs);
  const to = Math.min(b, toMs);
  return (((at(from) + at(to)) / 2) * (to - from)) / HOUR_MS;
}

/** Whether a stretch is the line between two neighbouring readings, in different hours, not the inside of one. */
const isLine = ({ fromMs, toMs }: Stretch): boolean => hourOf(fromMs) !== hourOf(toMs);

function* stretches(spec: ChannelSpec, partials: readonly HourPartial[]): Generator<Stretch> {
  let before: HourPartial | null = null;
  for (const partial of partials) {
    if (Number.isNaN(partial.firstMs)) continue;
    if (before !== null) yield between(spec, before, partial);
    const amount = spec.kind === 'counter' ? partial.rise : partial.integral;
    const rise = spec.kind === 'counter' ? partial.rise : partial.lastValue - partial.firstValue;
    const covered = partial.coveredMs > 0 || partial.firstMs === partial.lastMs;
    yield {
      fromMs: partial.firstMs,
      toMs: partial.lastMs,
      amount: covered ? amount : null,
      coveredMs: partial.coveredMs,
      rise,
      event: null,
    };
    before = partial;
  }
}

function between(spec: ChannelSpec, before: HourPartial, after: HourPartial): Stretch {
  const span = { fromMs: before.lastMs, toMs: after.firstMs };
  const gapMs = span.toMs - span.fromMs;
  const values = { before: before.lastValue, after: after.firstValue };
  if (spec.kind === 'counter') {
    const step = counterStep(spec, span.fromMs, values.before, span.toMs, values.after);
    const kind = step === null ? 'reset' : step.event;
    const event = kind === null ? null : { timeMs: span.toMs, event: kind, ...values };
    return { ...span, amount: step?.amount ?? null, coveredMs: step ? gapMs : 0, rise: step?.amount ?? 0, event };
  }
  const bridged = gapMs <= spec.maxGapMs;
  const amount = (((values.before + values.after) / 2) * gapMs) / HOUR_MS;
  return { ...span, amount: bridged ? amount : null, coveredMs: bridged ? gapMs : 0, rise: values.after - values.before, event: null };
}
