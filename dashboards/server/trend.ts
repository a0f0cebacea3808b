import { sampleAccountOf } from '../../balance/report/sample-account.ts';
import { gapsOf } from '../../balance/window/completeness.ts';
import { ratioSpans } from '../../balance/window/ratio.ts';
import { readWindow } from '../../balance/window/readings.ts';
import { specOf } from '../../balance/window/spec.ts';
import { hourly } from '../../balance/window/spread.ts';
import { HOUR_MS, type Window } from '../../balance/window/window.ts';
import { reasonOf } from '../../collector/sample/reason.ts';
import { QUALITY_CODE } from '../../collector/sample/sample.ts';
import type { SampleColumns, StoreReader } from '../../collector/stores/store.ts';
import { amountPerHour, amountUnitOf } from '../../config/measures/units.ts';
import type { Channel } from '../../config/plant/plant.ts';

/** Qualities by their code, as in the columns of a trend. */
export const QUALITIES = Object.keys(QUALITY_CODE) as (keyof typeof QUALITY_CODE)[];

/**
 * Raw readings in the meter's own unit, thinned to about `most` points where there are more (least and greatest of each step, and every
 * missing one at a step's edge, so that no spike and no gap is lost); consumption or mean of each hour as primary quantity; gaps with
 * reasons; what the counter engine took for no plain rise.
 */
export async function trendOf(reader: StoreReader, channel: Channel, window: Window, offsetMinutes: number, most: number) {
  const spec = specOf(channel, offsetMinutes);
  const [columns, readings] = await Promise.all([
    reader.samples(channel.id, window.fromMs, window.toMs),
    readWindow(reader, [{ channel, spec }], window).then((all) => all.get(channel.id)!),
  ]);
  const ratios = ratioSpans(channel, window, offsetMinutes);
  const adds = channel.kind === 'counter' || channel.kind === 'rate';
  const scale = channel.kind === 'rate' ? amountPerHour(channel.unit) : 1;
  const ratioAt = (timeMs: number) => ratios.find(({ fromMs, toMs }) => timeMs >= fromMs && timeMs < toMs)?.ratio ?? 1;
  const hours = adds || channel.kind === 'concentration' || channel.kind === 'level' ? hourly(readings, window) : [];
  const inside = [...readings.partials.within(window.fromMs, window.toMs)];
  const span = { fromMs: Math.ceil(window.fromMs / HOUR_MS) * HOUR_MS, toMs: Math.floor(window.toMs / HOUR_MS) * HOUR_MS };
  const isRead = channel.read !== undefined && channel.kind !== 'state' && span.toMs > span.fromMs;
  return {
    account: isRead ? { ...span, ...(await sampleAccountOf(reader, channel, readings.partials, span)) } : null,
    raw: pointsOf(columns, thinned(columns, most)),
    readings: columns.timeMs.length,
    corrected: {
      unit: adds ? (channel.kind === 'rate' ? (amountUnitOf(channel.unit) ?? channel.unit) : channel.unit) : channel.unit,
      how: adds ? ('amount' as const) : ('mean' as const),
      ratios: ratios.map(({ fromMs, ratio }) => ({ fromMs, ratio })),
      hours: hours.map(({ fromMs, amount, coveredHours }) => {
        const known = coveredHours > 0 && Number.isFinite(amount);
        return { timeMs: fromMs, value: known ? (adds ? amount * scale : amount / coveredHours) * ratioAt(fromMs) : null, coveredHours };
      }),
    },
    gaps:
      channel.read === undefined
        ? []
        : gapsOf(channel.id, readings.partials, readings.broken, window, spec.maxGapMs).map(({ fromMs, toMs, reason }) => ({
            fromMs,
            toMs,
            reason,
          })),
    events: inside.flatMap(({ events }) => events).filter(({ timeMs }) => timeMs >= window.fromMs && timeMs < window.toMs),
  };
}

/** Columns of the readings at some places; null where a value is missing. */
export function pointsOf({ timeMs, value, quality, reason }: SampleColumns, at: readonly number[]) {
  return {
    timeMs: at.map((index) => timeMs[index]!),
    value: at.map((index) => (Number.isNaN(value[index]) ? null : value[index]!)),
    quality: at.map((index) => QUALITIES[quality[index]!]!),
    reason: at.map((index) => reasonOf(reason[index]!)),
  };
}

/** Places to keep: of each step its ends, its least and greatest value, and where it turns from present to missing. */
function thinned({ timeMs, value }: SampleColumns, most: number): number[] {
  const n = timeMs.length;
  if (n <= most) return Array.from({ length: n }, (_, index) => index);
  const step = Math.ceil((4 * n) / most);
  const kept = new Set<number>();
  for (let from = 0; from < n; from += step) {
    const to = Math.min(from + step, n);
    let [least, greatest] = [-1, -1];
    for (let index = from; index < to; index += 1) {
      const one = value[index]!;
      if (index > 0 && Number.isNaN(one) !== Number.isNaN(value[index - 1])) kept.add(index);
      if (Number.isNaN(one)) continue;
      if (least < 0 || one < value[least]!) least = index;
      if (greatest < 0 || one > value[greatest]!) greatest = index;
    }
    for (const index of [from, least, greatest, to - 1]) if (index >= 0) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b);
}
