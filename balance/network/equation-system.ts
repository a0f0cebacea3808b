import type { Covariance, CovarianceRoot } from './covariance.ts';
import type { Expression } from './expression.ts';

/** Equations among streams, ready to be solved. */
export interface EquationSystem {
  readonly equations: readonly Expression[];
  /** Streams that are measured, and the others. */
  readonly measured: Int32Array;
  readonly unmeasured: Int32Array;
  readonly y: Float64Array;
  readonly covariance: Covariance;
  readonly root: CovarianceRoot;
  /** What each equation is called. */
  readonly names?: readonly string[];
  /** Where the unmeasured begin; null: nothing is known of it. */
  readonly initial: readonly (number | null)[];
}
