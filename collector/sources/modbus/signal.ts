import type { z } from 'zod';
import type { signalSchema } from '../../../config/plant/reads.ts';
import type { Reason } from '../../sample/reason.ts';

/** How an analogue signal stands for a measuring range, as the plant file says. */
export type Signal = Readonly<z.output<typeof signalSchema>> & { readonly range: readonly [number, number] };

/** A 4–20 mA transmitter that is in order stays within these; beyond, up to the faults, it is saturated. */
const NAMUR = { faults: [3.6, 21], valid: [3.8, 20.5] } as const;

/**
 * The value that a signal stands for, in the unit of its range: linear, or the square root of the share that a differential pressure is
 * of its range. A square root of less than nothing is the lower end.
 *
 * @returns value null and `device-fault` where the transmitter reports a fault, `out-of-range` beside the value where it is saturated.
 * @source NAMUR NE 43: measuring information 3.8 … 20.5 mA, failure information ≤ 3.6 mA and ≥ 21 mA
 */
export function ofSignal(signal: Signal, current: number): { readonly value: number | null; readonly reason: Reason } {
  const { from, to, range, characteristic, cutoffPercent } = signal;
  const live = from === 4 && to === 20;
  const faults = signal.faults ?? (live ? NAMUR.faults : null);
  if (faults !== null && (current <= faults[0] || current >= faults[1])) return { value: null, reason: 'device-fault' };
  const share = (current - from) / (to - from);
  const flow = characteristic === 'square-root' ? Math.sqrt(Math.max(share, 0)) : share;
  const shown = cutoffPercent > 0 && flow * 100 < cutoffPercent ? 0 : flow;
  const saturated = live && (current < NAMUR.valid[0] || current > NAMUR.valid[1]);
  return { value: range[0] + shown * (range[1] - range[0]), reason: saturated ? 'out-of-range' : 'none' };
}
