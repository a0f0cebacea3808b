import type { Plant } from '../../config/plant/plant.ts';
import { formatInstant } from '../../config/plant/time.ts';
import { periodsIn } from '../window/period.ts';
import { standardUncertainty } from '../window/quantity.ts';
import { hoursOf, type Window } from '../window/window.ts';
import { streamAmounts, type TotalOf } from './amounts.ts';
import type { MeanOf } from './content.ts';

/** What passed in one production day, shift or cycle, as far as the window reaches into it. */
export interface PeriodResult {
  readonly kind: 'day' | 'shift' | 'cycle';
  /** `2026-03-01`, `2026-03-01/A`, or the id of the cycle. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly hours: number;
  /** The window holds all of it. */
  readonly whole: boolean;
  readonly batches?: number;
  /** Metered streams, in the unit of their medium; null where nothing was read. */
  readonly streams: readonly {
    readonly id: string;
    readonly total: number | null;
    readonly u: number | null;
    readonly unit: string;
    readonly coverageOfTime: number | null;
  }[];
}

/** The metered streams of a window by production day, shift and cycle; nothing where the plant file does not say how it counts. */
export function periodResults(plant: Plant, window: Window, totalOf: TotalOf, meanOf: MeanOf): readonly PeriodResult[] {
  if (plant.file.plant.working === undefined) return [];
  const at = (timeMs: number) => formatInstant(timeMs, plant.offsetMinutes);
  return periodsIn(plant, window).map(({ kind, id, fromMs, toMs, batches }) => {
    const span = { fromMs: Math.max(fromMs, window.fromMs), toMs: Math.min(toMs, window.toMs) };
    const amounts = streamAmounts(plant, span, totalOf, meanOf);
    const streams = [...amounts].flatMap(([stream, { amount, basis, coverageOfTime }]) => {
      if (basis !== 'metered') return [];
      const u = amount && standardUncertainty(amount);
      const { unit } = plant.media.get(plant.streams.get(stream)!.medium)!;
      return [{ id: stream, total: amount?.value ?? null, u: u !== null && Number.isFinite(u) ? u : null, unit, coverageOfTime }];
    });
    const whole = fromMs >= window.fromMs && toMs <= window.toMs;
    return {
      kind,
      id,
      from: at(span.fromMs),
      to: at(span.toMs),
      hours: hoursOf(span),
      whole,
      ...(batches === undefined ? {} : { batches }),
      streams,
    };
  });
}
