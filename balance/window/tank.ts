import type { SampleColumns } from '../../collector/stores/store.ts';
import type { Channel } from '../../config/plant/plant.ts';
import type { StrappingTable } from '../../config/plant/strapping.ts';
import { levelAt, levelChange } from './level.ts';
import { type Quantity, quantity } from './quantity.ts';
import { ratioSpans } from './ratio.ts';
import { calibrationOfMean, calibrationSource } from './uncertainty.ts';
import { type Window, windowOf } from './window.ts';

/**
 * Change of what a tank holds by its strapping table, end − start, in the unit of the table; null where a level is unknown at an end or
 * lies outside of the table.
 *
 * What is independent at an end (resolution, noise, the way between two readings) weighs with the table's slope there. The gauge's own
 * error weighs with the mean slope on the change, and, being the same at both ends, once more where the tank is not equally wide at them.
 * The table's error is one share of every amount in it.
 *
 * @throws nothing beyond what `levelChange` does
 */
export function tankChange(
  channel: Channel,
  table: StrappingTable,
  name: string,
  window: Window,
  nearStart: SampleColumns,
  nearEnd: SampleColumns,
  maxGapMs: number,
  offsetMinutes: number,
): Quantity | null {
  const change = levelChange(channel, window, nearStart, nearEnd, maxGapMs, offsetMinutes);
  if (change === null) return null;
  const level = (near: SampleColumns, atMs: number) =>
    levelAt(near, atMs, maxGapMs)!.value * ratioSpans(channel, windowOf(atMs, atMs + 1), offsetMinutes)[0]!.ratio;
  const [from, to] = [level(nearStart, window.fromMs), level(nearEnd, window.toMs)];
  const [start, end] = [amountAt(table, from), amountAt(table, to)];
  if (start === null || end === null) return null;
  const value = end.amount - start.amount;
  const mean = to === from ? (start.slope + end.slope) / 2 : value / (to - from);
  const slopeOf = (source: string) =>
    source.endsWith(`@${window.fromMs}`) ? start.slope : source.endsWith(`@${window.toMs}`) ? end.slope : mean;
  const parts = [...change.parts].map(([source, part]): [string, number] => [source, part * slopeOf(source)]);
  const wider = end.slope - start.slope;
  if (wider !== 0) parts.push([`offset ${calibrationSource(channel)}`, wider * calibrationOfMean(channel, (from + to) / 2)]);
  parts.push([`strapping ${name}`, (table.uPercent / 100) * value]);
  return quantity(value, parts);
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
