import type { SampleColumns } from '../../collector/stores/store.ts';
import type { Channel } from '../../config/plant/plant.ts';
import type { StrappingTable } from '../../config/plant/strapping.ts';
import { levelAt, levelChange } from './level.ts';
import { type Quantity, quantity, scaled, sum } from './quantity.ts';
import { ratioSpans } from './ratio.ts';
import { calibrationOfMean, calibrationSource } from './uncertainty.ts';
import { type Window, windowOf } from './window.ts';

/** What one unit of the table holds where nothing is weighed: itself. */
const ITSELF = [quantity(1), quantity(1)] as const;

/**
 * Change of what a tank holds by its strapping table, end − start, in the unit of the table; null where a level is unknown at an end or
 * lies outside of the table. Without a table the gauge reads the volume itself.
 *
 * What is independent at an end (resolution, noise, the way between two readings) weighs with the table's slope there. The gauge's own
 * error weighs with the mean slope on the change, and, being the same at both ends, once more where the tank is not equally wide at them.
 * The table's error is one share of every amount in it.
 *
 * @param held what one unit of the table holds at start and end (a density at the temperature there): the change is then end × its volume −
 *   start × its volume, and what both have in common (one determination, one thermometer) weighs on the difference only
 * @throws nothing beyond what `levelChange` does
 */
export function tankChange(
  channel: Channel,
  table: StrappingTable | null,
  name: string,
  window: Window,
  nearStart: SampleColumns,
  nearEnd: SampleColumns,
  maxGapMs: number,
  offsetMinutes: number,
  held: readonly [Quantity, Quantity] = ITSELF,
): Quantity | null {
  const change = levelChange(channel, window, nearStart, nearEnd, maxGapMs, offsetMinutes);
  if (change === null) return null;
  const level = (near: SampleColumns, atMs: number) =>
    levelAt(near, atMs, maxGapMs)!.value * ratioSpans(channel, windowOf(atMs, atMs + 1), offsetMinutes)[0]!.ratio;
  const [from, to] = [level(nearStart, window.fromMs), level(nearEnd, window.toMs)];
  const at = (reading: number) => (table === null ? { amount: reading, slope: 1 } : amountAt(table, reading));
  const [start, end] = [at(from), at(to)];
  if (start === null || end === null) return null;
  const [perStart, perEnd] = held;
  const value = end.amount * perEnd.value - start.amount * perStart.value;
  const slopes = { start: start.slope * perStart.value, end: end.slope * perEnd.value };
  const perUnit = (perStart.value + perEnd.value) / 2;
  const mean = to === from ? (slopes.start + slopes.end) / 2 : (perUnit * (end.amount - start.amount)) / (to - from);
  const slopeOf = (source: string) =>
    source.endsWith(`@${window.fromMs}`) ? slopes.start : source.endsWith(`@${window.toMs}`) ? slopes.end : mean;
  const parts = [...change.parts].map(([source, part]): [string, number] => [source, part * slopeOf(source)]);
  const wider = slopes.end - slopes.start;
  if (wider !== 0) parts.push([`offset ${calibrationSource(channel)}`, wider * calibrationOfMean(channel, (from + to) / 2)]);
  if (table !== null) parts.push([`strapping ${name}`, (table.uPercent / 100) * value]);
  const weighed = sum([scaled({ value: 0, parts: perEnd.parts }, end.amount), scaled({ value: 0, parts: perStart.parts }, -start.amount)]);
  return quantity(value, [...parts, ...weighed.parts]);
}

/** Amount at a reading and its slope there, linear between the points; on a point the slope above it. null outside of the table. */
export function amountAt({ points }: StrappingTable, reading: number): { readonly amount: number; readonly slope: number } | null {
  const above = points.findIndex(([at]) => at > reading);
  const last = points.length - 1;
  const index = above < 0 && points[last]![0] === reading ? last : above;
  if (index < 1) return null;
  const [[h0, v0], [h1, v1]] = [points[index - 1]!, points[index]!];
  const slope = (v1 - v0) / (h1 - h0);
  return { amount: v0 + slope * (reading - h0), slope };
}
