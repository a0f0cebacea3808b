import type { Quantity } from '../window/quantity.ts';
import type { Basis } from './basis.ts';

/** What is known of a stream's amount over the window, in the unit of its medium. */
export interface StreamAmount {
  /** null: nothing is known, or it is left to the network (difference, unmeasured). */
  readonly amount: Quantity | null;
  readonly basis: Basis;
  /** Null where the stream is not metered. */
  readonly coverageOfTime: number | null;
  readonly coverageOfQuantity: number | null;
  readonly notes: readonly string[];
}
