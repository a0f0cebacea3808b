import type { Reason } from './reason.ts';

/** good: use it; suspect: a value with a doubt, its reason says which; missing: no value, its reason says why. */
export type Quality = 'good' | 'suspect' | 'missing';

/** How a sample came to be. Shown wherever its figures are shown, where it is not `device`. */
export type Origin = 'device' | 'simulated' | 'manual' | 'laboratory' | 'import' | 'derived';

/**
 * One reading of one channel.
 *
 * `value` is the decoded value in the meter's own unit: ratios, displays and factors are applied when a total is computed. It is null
 * exactly when `quality` is missing: a failure is never a number. `raw` is what the value was decoded from (registers in hex, or the
 * payload), null where nothing arrived.
 */
export interface Sample {
  readonly channel: string;
  /** UTC, milliseconds since 1970. */
  readonly timeMs: number;
  readonly value: number | null;
  readonly quality: Quality;
  readonly reason: Reason;
  readonly origin: Origin;
  readonly raw: string | null;
}

/** Codes as stores keep them, for ever: numbers are never reused. */
export const QUALITY_CODE = { good: 0, suspect: 1, missing: 2 } as const satisfies Record<Quality, number>;
export const ORIGIN_CODE = { device: 0, simulated: 1, manual: 2, laboratory: 3, import: 4, derived: 5 } as const satisfies Record<
  Origin,
  number
>;
