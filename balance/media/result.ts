import type { Reconciliation, Suspect } from '../network/problem.ts';

/** How a total was obtained; every figure says it. */
export type Basis = 'metered' | 'analysed' | 'derived' | 'estimated' | 'design' | 'difference' | 'unmeasured';

export type Verdict =
  | 'closed'
  | 'closed-blind'
  | 'open-significant'
  | 'open-not-significant'
  | 'closed-with-detectable-bias'
  | 'by-difference'
  | 'incomplete';

/** One stream in one balance, in the unit of the balance. */
export interface BalanceStream {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly from: string;
  readonly to: string;
  /** null where nothing is known. */
  readonly total: number | null;
  readonly unit: string;
  /** Standard uncertainty, k = 1; null where total is. */
  readonly u: number | null;
  /** Share of the window that readings cover, 0…1; null where the stream is not metered. */
  readonly coverageOfTime: number | null;
  /** Share of the quantity that rests on readings and not on bridging, 0…1; null where the stream is not metered. */
  readonly coverageOfQuantity: number | null;
  readonly basis: Basis;
  /** null: not determinable. */
  readonly reconciled: number | null;
  readonly reconciledU: number | null;
  /** Uncertainty budget, largest first: name and contribution (k = 1, unit of the balance). */
  readonly budget: readonly { readonly name: string; readonly u: number }[];
  /** What happened in the window: gaps with reasons, counter events. */
  readonly notes: readonly string[];
}

/** One balance at one boundary: the plant, a workshop or a piece of equipment. */
export interface BalanceResult {
  /** Id of the balance in the plant file. */
  readonly id: string;
  readonly kind: 'material' | 'water' | 'energy' | 'pollutant';
  readonly boundary: string;
  readonly unit: string;
  readonly in: number;
  readonly out: number;
  readonly stockChange: number;
  /** in − out − stockChange; null where a stream is unknown. */
  readonly imbalance: number | null;
  readonly u: number | null;
  readonly U: number | null;
  readonly k: 2;
  /** 100 × imbalance ÷ what enters from outside the boundary, circulating streams excluded; null where nothing enters. */
  readonly closurePercent: number | null;
  readonly verdict: Verdict;
  readonly tolerance: { readonly percent: number; readonly origin: string } | null;
  readonly streams: readonly BalanceStream[];
  readonly global: Reconciliation['global'] | null;
  readonly suspects: readonly Suspect[];
  readonly simulated: boolean;
}

/** What `balance PLANT --json` prints. */
export interface BalanceReport {
  readonly plant: string;
  readonly window: { readonly from: string; readonly to: string; readonly hours: number };
  readonly revision: number;
  readonly balances: readonly BalanceResult[];
  readonly depth: { readonly auditBalance: boolean; readonly type: string | null; readonly reasons: readonly { readonly zh: string; readonly en: string }[] };
  readonly completeness: {
    readonly channels: number;
    readonly good: number;
    readonly suspect: number;
    readonly missing: Readonly<Record<string, number>>;
    readonly gaps: readonly { readonly channel: string; readonly from: string; readonly to: string; readonly reason: string }[];
  };
  readonly journal: { readonly from: number; readonly to: number; readonly sha256: string } | null;
  readonly simulated: boolean;
}
