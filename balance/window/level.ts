import type { SampleColumns } from '../../collector/stores/store.ts';
import type { Channel } from '../../config/plant/plant.ts';
import { furtherTerms } from './further-terms.ts';
import { noiseOf } from './noise.ts';
import { type Quantity, quantity } from './quantity.ts';
import { ratioSpans } from './ratio.ts';
import { calibrationOfChange, calibrationSource, interpolation, resolutionOfReading } from './uncertainty.ts';
import { type Window, windowOf } from './window.ts';

/** A gauge's reading at an instant, in its decoded unit. */
export interface Level {
  readonly value: number;
  /** Standard uncertainty of having read before and after instead of at the instant. */
  readonly between: number;
  /** Standard deviation of one reading, from how far readings lie off their neighbours. */
  readonly noise: number;
}

/**
 * The level at `atMs` from the readings around it: linear between the two that bracket it, or the nearest one where only one side has
 * any within `maxGapMs`; null where neither does.
 */
export function levelAt(samples: SampleColumns, atMs: number, maxGapMs: number): Level | null {
  const { timeMs, value } = samples;
  const read = [...timeMs.keys()].filter((index) => !Number.isNaN(value[index]));
  const before = read.findLast((index) => timeMs[index]! <= atMs);
  const after = read.find((index) => timeMs[index]! >= atMs);
  const noise = noiseOf(
    read.map((index) => timeMs[index]!),
    read.map((index) => value[index]!),
  );
  if (before !== undefined && after !== undefined) {
    const span = timeMs[after]! - timeMs[before]!;
    const f = span === 0 ? 0 : (atMs - timeMs[before]!) / span;
    const rise = value[after]! - value[before]!;
    return { value: value[before]! + f * rise, between: interpolation(rise, f), noise };
  }
  const one = before ?? after;
  if (one === undefined || Math.abs(timeMs[one]! - atMs) > maxGapMs) return null;
  return { value: value[one]!, between: 0, noise };
}

/**
 * Stock change read by a gauge over the window, end − start, in the channel's unit, positive where the stock grew; null where a level is
 * not known at both ends. `nearStart` and `nearEnd` are the readings around the ends.
 *
 * Calibration: see `calibrationOfChange`. Resolution, noise and the way between two readings are independent at both ends.
 */
export function levelChange(
  channel: Channel,
  window: Window,
  nearStart: SampleColumns,
  nearEnd: SampleColumns,
  maxGapMs: number,
  offsetMinutes: number,
): Quantity | null {
  const [start, end] = [levelAt(nearStart, window.fromMs, maxGapMs), levelAt(nearEnd, window.toMs, maxGapMs)];
  if (start === null || end === null) return null;
  const ratioAt = (atMs: number) => ratioSpans(channel, windowOf(atMs, atMs + 1), offsetMinutes)[0]!.ratio;
  const [atStart, atEnd] = [ratioAt(window.fromMs), ratioAt(window.toMs)];
  const change = end.value * atEnd - start.value * atStart;
  const { id } = channel;
  const step = resolutionOfReading(channel);
  const both = (name: string, u: readonly [number, number]) =>
    [
      [`${name} ${id}@${window.fromMs}`, u[0] * atStart],
      [`${name} ${id}@${window.toMs}`, u[1] * atEnd],
    ] as const;
  return quantity(change, [
    [calibrationSource(channel), calibrationOfChange(channel, change)],
    ...both('resolution', [step, step]),
    ...both('noise', [start.noise, end.noise]),
    ...both('interpolation', [start.between, end.between]),
    ...furtherTerms(channel, change, window, offsetMinutes),
  ]);
}
