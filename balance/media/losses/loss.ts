import type { Cause } from '../../../config/plant/use.ts';
import type { Basis } from '../basis.ts';

/** A place among the losses that can be compared, 1 the largest. */
export interface Rank {
  readonly place: number;
  readonly of: number;
}

/** What leaves as loss, waste, discharge or leak, over the window. A difference is among them only where the plant file names it a loss. */
export interface Loss {
  readonly stream: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly from: string;
  readonly role: 'loss' | 'waste' | 'discharge' | 'leaked';
  readonly basis: Basis;
  /** null where unknown. */
  readonly amount: number | null;
  readonly unit: string;
  readonly u: number | null;
  /** By the prices of the plant file; null where it has none for the medium over the whole window. */
  readonly money: {
    readonly value: number;
    readonly u: number | null;
    readonly currency: string;
    readonly meanPrice: number;
    readonly per: string;
    readonly sources: readonly string[];
  } | null;
  /** By the factor of the medium, calorific, or equivalent of an energy-consuming medium; else by the heat it holds in an energy balance. */
  readonly standardCoal: {
    readonly kgce: number;
    readonly u: number | null;
    readonly by: 'calorific' | 'equivalent' | 'heat';
    readonly factor: string;
  } | null;
  /** Among the losses of the same unit. */
  readonly rankByAmount: Rank | null;
  /** Among those priced in the same currency. */
  readonly rankByMoney: Rank | null;
  readonly rankByStandardCoal: Rank | null;
  /** By the eight aspects, as the plant file names them; empty where nobody has. */
  readonly causes: readonly Cause[];
}
