import type { Template } from './template-schema.ts';

/** Input and output of `reconcile`, as CONTRACT fixes them. Pure numbers: no meters, no time. */

export interface ProblemStream {
  readonly id: string;
  /** Node names, `ENV` outside, null where the problem is given as equations. */
  readonly from: string | null;
  readonly to: string | null;
  /** null: unmeasured. */
  readonly measured: number | null;
  /** Standard deviation of the measurement, k = 1; needed where measured. */
  readonly sigma: number | null;
  readonly min?: number;
  readonly max?: number;
  readonly initial?: number;
  /** Only templates look at it: they convert between units of one kind and refuse others. */
  readonly unit?: string;
  /** Why the stream is known to carry nothing (a closed valve, a blanked line): its value is exactly 0. */
  readonly outOfService?: string;
}

export interface Problem {
  readonly kind: 'linear-network' | 'equations';
  /** Where given, the only names besides ENV that streams of a network may bear. */
  readonly nodes?: readonly string[];
  readonly streams: readonly ProblemStream[];
  /** Each = 0, in stream ids, parameters and numbers. */
  readonly equations?: readonly string[];
  /** What each equation is called where it is suspected; `equations[k]` where it has no name. */
  readonly equationNames?: readonly string[];
  /** Rows written by pattern: splitters, transfer coefficients, mixers, component and heat balances. */
  readonly templates?: readonly Template[];
  readonly parameters?: Readonly<Record<string, number>>;
  readonly correlations?: readonly { readonly a: string; readonly b: string; readonly r: number }[];
  readonly options?: {
    readonly alpha?: number;
    readonly profile?: 'statistical' | 'vdi2048';
    readonly nonNegative?: boolean;
    readonly identify?: boolean;
  };
}

export type StreamClass = 'redundant' | 'nonredundant' | 'observable' | 'unobservable';

export interface StreamResult {
  readonly id: string;
  readonly measured: number | null;
  /** null: not determinable. */
  readonly reconciled: number | null;
  readonly sigma: number | null;
  readonly class: StreamClass;
  readonly adjustment: number | null;
  /** |z| of the measurement test, or the VDI 2048 local test under that profile; null where nothing can be tested. */
  readonly test: number | null;
  readonly adjustability: number | null;
  readonly detectability: number | null;
  /**
   * Leverage of the meter on its own result, ∂x̂/∂y: 1 where nothing checks it and a bias of it stays as it is, 0 where the others alone decide.
   * What is left, 1 − leverage, is the share of its own bias that shows in its adjustment. Of measured streams.
   */
  readonly leverage?: number;
  /** Why a stream is not determined or not checked, and on which streams one meter would change that. */
  readonly remedy?: { readonly meters: readonly string[]; readonly zh: string; readonly en: string };
}

export interface NodeResult {
  readonly id: string;
  /** In − out of the measured values; null where an unmeasured stream meets the node. */
  readonly imbalance: number | null;
  readonly sigma: number | null;
  readonly test: number | null;
}

/** Another single explanation of the same data. */
export interface Alternative {
  readonly kind: 'bias' | 'leak';
  /** Together: cannot be told apart. */
  readonly ids: readonly string[];
  /** Of the first of `ids`: measured − true for a bias, what is lost for a leak. */
  readonly magnitude: number;
  /** Generalised likelihood ratio T. */
  readonly statistic: number;
  /** J with the hypothesis taken as true. */
  readonly statisticAfter: number;
  /** Whether the data speak against it, compared with what was found. */
  readonly rejected: boolean;
}

export interface Suspect {
  readonly kind: 'bias' | 'leak';
  /** Together: cannot be told apart. Of a leak nodes, or `equations[k]` where an equation does not hold. */
  readonly ids: readonly string[];
  /** Of the first of `ids`, estimated together with the other suspects: measured − true for a bias, what is lost for a leak
   * (negative: what an unmetered inlet brings in). */
  readonly magnitude: number;
  /** Standard deviation of the magnitude. */
  readonly magnitudeSigma?: number;
  readonly statistic: number;
  /** J with this suspect and those before it taken out. */
  readonly statisticAfter: number;
  /** Suspects of one step are one error seen in two ways: a bias and the leak that looks the same. */
  readonly step?: number;
  readonly alternatives?: readonly Alternative[];
}

export interface Reconciliation {
  readonly streams: readonly StreamResult[];
  readonly global: {
    readonly statistic: number;
    readonly dof: number;
    readonly critical: number | null;
    readonly alpha: number;
    readonly passed: boolean | null;
  };
  /** The value that |z| of a measurement exceeds by chance in one of `tests` distinguishable groups with probability alpha (Šidák). */
  readonly measurementTest?: { readonly critical: number | null; readonly tests: number };
  readonly nodes: readonly NodeResult[];
  readonly suspects: readonly Suspect[];
  /**
   * Where something is suspected: the streams that a robust estimate (Hampel) gives less than half of their weight, and whether each has
   * its name among the suspects. Absent for problems of more than 500 streams.
   */
  readonly crossCheck?: { readonly loss: 'hampel'; readonly setAside: readonly string[]; readonly agrees: boolean };
  readonly groups: readonly (readonly string[])[];
  /**
   * Of equations that are not linear: what they gain beyond their slopes within the measuring uncertainty, as a share of the constraints'
   * variance. Above 0.02 the tests are only approximate, and a warning says so. null where it cannot be computed.
   */
  readonly curvature?: number | null;
  readonly iterations: number;
  readonly warnings: readonly string[];
}
