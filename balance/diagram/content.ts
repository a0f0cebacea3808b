import type { Basis, Verdict } from '../media/result.ts';

/** Outside the boundary, as an end of a flow. */
export const OUTSIDE = 'ENV';

export interface DiagramUnit {
  readonly id: string;
  readonly name: string;
  /** null where no balance is drawn up at this unit. */
  readonly verdict: Verdict | null;
  /** Second line in the box, e.g. the verdict and the closure in words. */
  readonly note: string;
}

export interface DiagramFlow {
  readonly id: string;
  readonly name: string;
  /** Ids of units, or `OUTSIDE`. */
  readonly from: string;
  readonly to: string;
  /** In the unit of the diagram; null where nothing is known. */
  readonly amount: number | null;
  /** Standard uncertainty, k = 1. */
  readonly u: number | null;
  readonly reconciled: number | null;
  readonly basis: Basis;
  readonly suspect: boolean;
}

/** What a flow diagram (平衡图) shows: names are in the language of the diagram already. */
export interface DiagramContent {
  readonly title: string;
  /** Unit of all amounts. */
  readonly unit: string;
  readonly units: readonly DiagramUnit[];
  readonly flows: readonly DiagramFlow[];
  readonly words: DiagramWords;
}

/** The words on a diagram, handed in so that the drawing knows no language. */
export interface DiagramWords {
  /** How an amount was obtained: stands before it. */
  readonly basis: Readonly<Record<Basis, string>>;
  readonly unknown: string;
  /** How to read a figure; `{unit}` is replaced. */
  readonly legendFigures: string;
  readonly legendWidth: string;
  readonly legendUnmeasured: string;
  readonly legendSuspect: string;
  readonly verdicts: Readonly<Record<Verdict, string>>;
}
