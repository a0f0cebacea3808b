import { counterStep } from '../../../collector/sample/counter.ts';
import { HOUR_MS } from '../../../collector/sample/hour.ts';
import type { ChannelSpec, CounterEvent, HourPartial } from '../../../collector/sample/partial.ts';
import type { Bracket, SpanTotal } from '../../../collector/sample/span.ts';

/** What `spanTotal` is to say, written for a reader and not for speed: hour by hour, from objects, each line of the result on its own. */
export function plainTotal(spec: ChannelSpec, partials: readonly HourPartial[], fromMs: number, toMs: number): SpanTotal {
  const { channel, kind } = spec;
  const read = partials.filter(({ firstMs }) => !Number.isNaN(firstMs));
  const inside = partials.filter(({ hourMs }) => hourMs + HOUR_MS > fromMs && hourMs < toMs);
  const stretches = read.flatMap((hour, at) => [
    ...(at === 0 ? [] : between(spec, read[at - 1]!, hour, fromMs, toMs)),
    ...within(kind, hour),
  ]);
  const used = stretches.filter(({ a, b }) => b >= fromMs && a <= toMs);
  const overlap = ({ a, b }: Stretch): number => Math.min(b, toMs) - Math.max(a, fromMs);

  const parts = used
    .filter(({ amount }) => amount !== null)
    .map((one) => ({ ...one, ...one.amount!(Math.max(one.a, fromMs), Math.min(one.b, toMs)) }));
  const around =
    (at: number) =>
    ({ a, b, rise }: Stretch): Bracket => ({ beforeMs: at - a, afterMs: b - at, rise });
  const bracketing = used.filter(({ rise }) => !Number.isNaN(rise));
  const start = bracketing.findLast(({ a }) => a <= fromMs);
  const end = bracketing.find(({ b }) => b >= toMs);
  const events = [...used.flatMap(({ event }) => (event ? [event] : [])), ...inside.flatMap(({ events }) => events)];
  const sumOf = (of: (hour: HourPartial) => number): number => inside.reduce((sum, hour) => sum + of(hour), 0);
  const known = inside.filter(({ min }) => !Number.isNaN(min));
  const missing: Record<number, number> = {};
  for (const hour of inside)
    for (const [reason, n] of Object.entries(hour.missing)) missing[Number(reason)] = (missing[Number(reason)] ?? 0) + n;
  const batch = kind === 'batch';
  const sum = sumOf((hour) => hour.sum);
  return {
    channel,
    amount: batch ? sum : parts.length === 0 ? Number.NaN : parts.reduce((total, { value }) => total + value, 0),
    coveredMs: batch ? toMs - fromMs : parts.reduce((total, { coveredMs }) => total + coveredMs, 0),
    outageMs: used.reduce((total, one) => total + (one.event?.event === 'outage' ? overlap(one) : 0), 0),
    start: batch || !start ? null : around(fromMs)(start),
    end: batch || !end ? null : around(toMs)(end),
    events: events.filter(({ timeMs }) => timeMs > fromMs && timeMs <= toMs).sort((a, b) => a.timeMs - b.timeMs),
    good: sumOf(({ good }) => good),
    suspect: sumOf(({ suspect }) => suspect),
    missing,
    min: known.length === 0 ? Number.NaN : Math.min(...known.map(({ min }) => min)),
    max: known.length === 0 ? Number.NaN : Math.max(...known.map(({ max }) => max)),
    sum,
    sumSquares: sumOf(({ sumSquares }) => sumSquares),
    origins: inside.reduce((mask, { origins }) => mask | origins, 0),
  };
}

/** From one reading to another. */
interface Stretch {
  readonly a: number;
  readonly b: number;
  /** NaN where it brackets no end of a span. */
  readonly rise: number;
  /** What it says of a part of itself; null where nothing. */
  readonly amount: ((fromMs: number, toMs: number) => { readonly value: number; readonly coveredMs: number }) | null;
  readonly event?: CounterEvent;
}

/** From the last reading of an hour to the first of the next, where a part of it lies in the span. */
function between(spec: ChannelSpec, before: HourPartial, after: HourPartial, fromMs: number, toMs: number): readonly Stretch[] {
  const [a, b, from, to] = [before.lastMs, after.firstMs, before.lastValue, after.firstValue];
  if (b < fromMs || a > toMs) return [];
  if (spec.kind !== 'counter') {
    if (b - a > spec.maxGapMs) return [];
    const at = (timeMs: number): number => from + (to - from) * ((timeMs - a) / (b - a));
    return [{ a, b, rise: to - from, amount: (t0, t1) => ({ value: (at((t0 + t1) / 2) * (t1 - t0)) / HOUR_MS, coveredMs: t1 - t0 }) }];
  }
  const step = counterStep(spec, a, from, b, to);
  const event = (name: CounterEvent['event']): CounterEvent => ({ timeMs: b, event: name, before: from, after: to });
  if (step === null) return [{ a, b, rise: Number.NaN, amount: null, event: event('reset') }];
  const amount = (t0: number, t1: number) => ({ value: step.amount * ((t1 - t0) / (b - a)), coveredMs: t1 - t0 });
  return [{ a, b, rise: step.amount, amount, ...(step.event === null ? {} : { event: event(step.event) }) }];
}

/** From the first reading of an hour to its last. */
function within(kind: ChannelSpec['kind'], hour: HourPartial): readonly Stretch[] {
  const { firstMs: a, lastMs: b, coveredMs } = hour;
  if (coveredMs === 0 && b > a) return [];
  const whole = kind === 'counter' ? hour.rise : hour.integral;
  const share = (t0: number, t1: number): number => (b > a ? (t1 - t0) / (b - a) : 1);
  const rise = kind === 'counter' ? hour.rise : hour.lastValue - hour.firstValue;
  return [{ a, b, rise, amount: (t0, t1) => ({ value: whole * share(t0, t1), coveredMs: coveredMs * share(t0, t1) }) }];
}
