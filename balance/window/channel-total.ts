import { type Bracket, spanTotal } from '../../collector/sample/span.ts';
import { amountPerHour, amountUnitOf } from '../../config/measures/units.ts';
import { formatInstant } from '../../config/plant/time.ts';
import { Fault } from '../../config/words/fault.ts';
import { furtherTerms } from './further-terms.ts';
import { noiseOfIntegral } from './noise.ts';
import { type Quantity, quantity, sum } from './quantity.ts';
import { ratioSpans } from './ratio.ts';
import type { ChannelReadings } from './readings.ts';
import { hourly, hourlySpread, hourlyStep } from './spread.ts';
import { calibrationOfTotal, calibrationSource, interpolation, resolutionOfReading } from './uncertainty.ts';
import { HOUR_MS, type Window } from './window.ts';

/** What passed a meter in a window, as primary quantity. */
export interface ChannelTotal {
  readonly channel: string;
  /** Counter, batch: the channel's unit; rate: what an hour of it adds up to. */
  readonly unit: string;
  /** null where no reading says anything of the window. */
  readonly amount: Quantity | null;
  /** Share of the window between readings that the channel's `maxGap` allows to join. */
  readonly coverageOfTime: number;
  /** Share of the amount that lies between readings; the rest was filled in with the mean rate. */
  readonly coverageOfQuantity: number;
  readonly notes: readonly string[];
}

/**
 * Total of a counter, rate or batch channel over a window.
 *
 * A counter's ends are interpolated between the readings that bracket them; a rate is integrated over time and never across a gap longer
 * than the channel's `maxGap`. Time that nothing covers is filled in with the mean of the rest, so that the total does not silently lack
 * it: its amount is in the total, out of the coverage, and carries the spread of the hourly means over the whole missing time. Each
 * dated ratio applies to its own days.
 *
 * @throws Fault `channel.no-total` for a kind that does not add up (concentration, level, state).
 */
export function channelTotal(readings: ChannelReadings, window: Window, offsetMinutes: number): ChannelTotal {
  const { channel } = readings;
  if (channel.kind === 'batch') return batchTotal(readings, window, offsetMinutes);
  if (channel.kind !== 'counter' && channel.kind !== 'rate') {
    throw new Fault({
      code: 'channel.no-total',
      place: channel.id,
      zh: `${channel.id} 是 ${channel.kind}，不能累计；物流的量需用 counter、rate 或 batch`,
      en: `${channel.id} is a ${channel.kind} and adds up to nothing; an amount needs a counter, a rate or a batch`,
    });
  }
  const unit = channel.kind === 'rate' ? (amountUnitOf(channel.unit) ?? channel.unit) : channel.unit;
  const nothing = { channel: channel.id, unit, amount: null, coverageOfTime: 0, coverageOfQuantity: 0 };
  const parts = ratioSpans(channel, window, offsetMinutes).map((span) => spanPart(readings, span, span.ratio, offsetMinutes));
  const notes = parts.flatMap((part) => part.notes);
  const known = parts.filter(({ amount }) => amount !== null);
  if (window.toMs <= window.fromMs || known.length < parts.length) return { ...nothing, notes: [...notes, 'no reading'] };
  const amount = withFurther(sum(known.map((part) => part.amount!)), channel, window, offsetMinutes);
  const read = known.reduce((total, part) => total + part.read, 0);
  return {
    channel: channel.id,
    unit,
    amount,
    coverageOfTime: clamped(known.reduce((total, part) => total + part.coveredMs, 0) / (window.toMs - window.fromMs)),
    coverageOfQuantity: amount.value === 0 ? (read === 0 ? 1 : 0) : clamped(read / amount.value),
    notes,
  };
}

interface Part {
  readonly amount: Quantity | null;
  /** Amount between readings, primary. */
  readonly read: number;
  readonly coveredMs: number;
  readonly notes: readonly string[];
}

/** A reading without the digits that adding in binary leaves behind. */
const shown = (reading: number) => Number(reading.toPrecision(12));

function spanPart(readings: ChannelReadings, window: Window, ratio: number, offsetMinutes: number): Part {
  const { channel, spec, partials } = readings;
  const total = spanTotal(spec, partials, window.fromMs, window.toMs);
  const at = (timeMs: number) => formatInstant(timeMs, offsetMinutes);
  const notes = total.events.map(({ event, timeMs, before, after }) => `${event} ${at(timeMs)} ${shown(before)} → ${shown(after)}`);
  if (Number.isNaN(total.amount) || total.coveredMs <= 0) return { amount: null, read: 0, coveredMs: 0, notes };
  const scale = (channel.kind === 'rate' ? amountPerHour(channel.unit) : 1) * ratio;
  const hours = (window.toMs - window.fromMs) / HOUR_MS;
  const missingHours = Math.max(0, hours - total.coveredMs / HOUR_MS);
  const meanPerHour = total.amount / (total.coveredMs / HOUR_MS);
  const filled = meanPerHour * missingHours;
  const sources: [string, number][] = [];
  const value = (total.amount + filled) * scale;
  sources.push([calibrationSource(channel), calibrationOfTotal(channel, value, hours, ratio)]);
  const step = resolutionOfReading(channel);
  if (channel.kind === 'counter') {
    sources.push([`resolution ${channel.id}@${window.fromMs}`, -step * scale], [`resolution ${channel.id}@${window.toMs}`, step * scale]);
  } else {
    sources.push([`noise ${channel.id}@${window.fromMs}`, Math.hypot(noiseOfIntegral(partials, window), step * Math.sqrt(hours)) * scale]);
  }
  const ends = [atEnd(total.start, channel.kind), atEnd(total.end, channel.kind)] as const;
  // Hour by hour only where it can matter: it costs a pass over the window.
  const matters = missingHours > 1e-9 || Math.max(...ends) * scale > 0.05 * Math.abs(sources[0]![1]);
  const hourByHour = matters ? hourly(readings, window) : [];
  const unrest = matters ? hourlyStep(hourByHour, meanPerHour) : Number.POSITIVE_INFINITY;
  sources.push([`interpolation ${channel.id}@${window.fromMs}`, -Math.min(ends[0], ofStep(total.start, unrest)) * scale]);
  sources.push([`interpolation ${channel.id}@${window.toMs}`, Math.min(ends[1], ofStep(total.end, unrest)) * scale]);
  if (missingHours > 1e-9) {
    sources.push([`missing ${channel.id}@${window.fromMs}`, hourlySpread(hourByHour, meanPerHour) * missingHours * scale]);
    notes.push(`missing ${missingHours.toFixed(2)} h of ${at(window.fromMs)} – ${at(window.toMs)}, filled with the mean rate`);
  }
  return { amount: quantity(value, sources), read: total.amount * scale, coveredMs: total.coveredMs - total.outageMs, notes };
}

/** Uncertainty of having read before and after an end of the window: of a rate, what its change makes over the bracket. */
function atEnd(bracket: Bracket | null, kind: string): number {
  if (bracket === null) return 0;
  const widthMs = bracket.beforeMs + bracket.afterMs;
  if (widthMs <= 0) return 0;
  return interpolation(bracket.rise * (kind === 'rate' ? widthMs / HOUR_MS : 1), bracket.beforeMs / widthMs);
}

/** The same from how much the rate moves from hour to hour, as a walk that is tied to both readings: step × width × √(f(1−f)). */
function ofStep(bracket: Bracket | null, stepPerHour: number): number {
  const widthMs = bracket === null ? 0 : bracket.beforeMs + bracket.afterMs;
  if (bracket === null || widthMs <= 0 || stepPerHour === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  const f = bracket.beforeMs / widthMs;
  return ((stepPerHour * widthMs) / HOUR_MS) * Math.sqrt(Math.max(0, f * (1 - f)));
}

/** Σ of the tickets in the window. Calibration is one error for all tickets, resolution an own one for each. */
function batchTotal({ channel, tickets }: ChannelReadings, window: Window, offsetMinutes: number): ChannelTotal {
  const parts: Quantity[] = [];
  let [read, missing] = [0, 0];
  for (const { fromMs, toMs, ratio } of ratioSpans(channel, window, offsetMinutes)) {
    let [total, n] = [0, 0];
    for (const [index, timeMs] of tickets?.timeMs.entries() ?? []) {
      if (timeMs < fromMs || timeMs >= toMs) continue;
      const value = tickets!.value[index]!;
      if (Number.isNaN(value)) missing += 1;
      else [total, n] = [total + value, n + 1];
    }
    read += n;
    parts.push(
      quantity(total * ratio, [
        [calibrationSource(channel), calibrationOfTotal(channel, total * ratio, 0, ratio, n)],
        [`resolution ${channel.id}@${fromMs}`, resolutionOfReading(channel) * Math.sqrt(n) * ratio],
      ]),
    );
  }
  const share = read + missing === 0 ? 0 : read / (read + missing);
  return {
    channel: channel.id,
    unit: channel.unit,
    amount: read === 0 ? null : withFurther(sum(parts), channel, window, offsetMinutes),
    coverageOfTime: share,
    coverageOfQuantity: share,
    notes: missing > 0 ? [`${missing} tickets missing`] : [],
  };
}

/** A total with what the ledger states beyond the accuracy class: one error for the whole total, whatever its ratios. */
function withFurther(total: Quantity, channel: ChannelReadings['channel'], window: Window, offsetMinutes: number): Quantity {
  return quantity(total.value, [...total.parts, ...furtherTerms(channel, total.value, window, offsetMinutes)]);
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}
