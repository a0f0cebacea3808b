import type { Reconciliation, Suspect } from '../network/problem.ts';
import type { CampaignResult } from '../window/campaign.ts';
import type { ProductionResult } from '../window/production.ts';
import type { Advice } from './advice.ts';
import type { Basis } from './basis.ts';
import type { EnergyTable } from './energy-table.ts';
import type { Indicator } from './indicators/indicator.ts';
import type { Loss } from './losses/loss.ts';
import type { PeriodResult } from './periods.ts';

export type { Basis } from './basis.ts';

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
  /** |z| of the measurement test of the reconciliation; null where nothing can be tested. */
  readonly test?: number | null;
  /** Uncertainty budget, largest first: name and contribution (k = 1, unit of the balance). */
  readonly budget: readonly { readonly name: string; readonly u: number }[];
  /** What happened in the window: gaps with reasons, counter events. */
  readonly notes: readonly string[];
  /** Energy: the same amount as standard coal by the medium's dated factor; null where none is in force, absent where none is named. */
  readonly standardCoal?: { readonly factor: string; readonly kgce: number | null };
}

/** A stock that a unit holds, in one balance, in the unit of the balance. */
export interface BalanceStock {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly unit: string;
  /** The unit of the plant that holds it. */
  readonly holder: string;
  /** End − start, positive where the stock grew; null where a level is unknown. */
  readonly change: number | null;
  readonly u: number | null;
  readonly reconciled: number | null;
  /** `metered` by a gauge, `analysed` by surveys of a pile. */
  readonly basis?: Basis;
  /** Uncertainty budget, largest first, as of streams. */
  readonly budget?: BalanceStream['budget'];
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
  /** At the plant every stream of the balance, at a smaller boundary those that meet it; only those that cross it are in `in` and `out`. */
  readonly streams: readonly BalanceStream[];
  readonly stocks?: readonly BalanceStock[];
  /** What limits the verdict: no tolerance set, a difference, an unknown stream or accuracy. */
  readonly remarks?: readonly { readonly zh: string; readonly en: string }[];
  readonly global: Reconciliation['global'] | null;
  /** Ids of streams and units; a stock is `stock:` and its id. */
  readonly suspects: readonly Suspect[];
  /** At the plant: which meter to verify first, and which new one buys most; absent where there is nothing to reconcile. */
  readonly advice?: Advice;
  readonly simulated: boolean;
}

/** What `balance PLANT --json` prints. */
export interface BalanceReport {
  readonly plant: string;
  readonly window: { readonly from: string; readonly to: string; readonly hours: number };
  readonly revision: number;
  readonly balances: readonly BalanceResult[];
  /** Absent where the plant file names nothing to compute one from. */
  readonly indicators?: readonly Indicator[];
  /** What was made of each product in its unit, u with k = 1; null where it is not known. Absent where the plant file names no product. */
  readonly produced?: readonly {
    readonly product: string;
    readonly value: number | null;
    readonly u: number | null;
    readonly unit: string;
  }[];
  /** Energy from purchase over conversion and distribution to use; absent where no unit states its stage. */
  readonly energyTables?: readonly EnergyTable[];
  /** Absent where the plant file names no loss. */
  readonly losses?: readonly Loss[];
  /** Absent where the plant file records no normal production. */
  readonly production?: ProductionResult;
  /** Metered streams by production day, shift and cycle; absent where the plant file does not say how it counts. */
  readonly periods?: readonly PeriodResult[];
  /** The test campaigns that meet the window; absent where there are none. */
  readonly campaigns?: readonly CampaignResult[];
  readonly depth: {
    readonly auditBalance: boolean;
    readonly type: string | null;
    readonly reasons: readonly { readonly zh: string; readonly en: string }[];
  };
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
