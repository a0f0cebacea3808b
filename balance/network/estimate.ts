import type { Core } from './core.ts';
import type { StreamClass } from './problem.ts';

/** An error that is assumed to be there: it adds `magnitude` × `effect` to the residual r. */
export interface Hypothesis {
  readonly kind: 'bias' | 'leak';
  /** Stream or node ids that cannot be told apart. */
  readonly ids: readonly string[];
  /** Measurement whose bias it is; −1 for a leak. */
  readonly measurement: number;
  /** f: what one unit of it adds to r = G·y − c, as [row, value] pairs. */
  readonly effect: readonly (readonly [number, number])[];
}

/** A problem solved without any hypothesis: what tests, identification and advice work on. */
export interface Estimate {
  readonly core: Core;
  /** The stream of each measurement of the core. */
  readonly streams: Int32Array;
  /** The measurement of each stream, −1 where unmeasured. */
  readonly measurementOf: Int32Array;
  readonly y: Float64Array;
  readonly classes: readonly StreamClass[];
  /** Reconciled measurements. */
  readonly reconciled: Float64Array;
  /** The values of unmeasured streams that go with given measurements; NaN where not determinable. By stream. */
  complete(measurements: Float64Array): Float64Array;
  /** An observable unmeasured stream as Σ w·x over the measurements, without the constant. */
  functional(stream: number): readonly (readonly [number, number])[];
  readonly leaks: readonly Hypothesis[];
  readonly iterations: number;
}
