import type { Core } from './core.ts';
import type { StreamClass } from './problem.ts';

/** A loss that no stream carries: out of one contracted node of a network, or in what one of the equations says is 0. */
export interface Leak {
  /** Node names; of equations `equations[k]`. */
  readonly nodes: readonly string[];
  /** What one unit of it adds to r = G·y − c, as [row, value] pairs. */
  readonly effect: readonly (readonly [number, number])[];
  /** Of a node what is lost is positive; an equation may be off either way. */
  readonly signed: boolean;
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
  /** Streams that the balances force to zero, by stream. */
  readonly deadEnd: Uint8Array;
  /** The values of unmeasured streams that go with given measurements; NaN where not determinable. By stream. */
  complete(measurements: Float64Array): Float64Array;
  /** An observable unmeasured stream as Σ w·x over the measurements, without the constant. */
  functional(stream: number): readonly (readonly [number, number])[];
  readonly leaks: readonly Leak[];
  /** Of equations: sets of unmeasured streams each of which, once measured, determines the others of its set. */
  readonly movingTogether?: readonly (readonly number[])[];
  /** Of equations: how much they bend within the measuring uncertainty; see `curvature`. */
  readonly curvature?: () => number | null;
  readonly iterations: number;
}
