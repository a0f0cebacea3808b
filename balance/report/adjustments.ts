import type { BalanceReport, BalanceResult } from '../media/result.ts';

/** What reconciliation did to one measured amount of a balance. */
export interface Adjustment {
  readonly stream: string;
  /** In the unit of the balance. */
  readonly measured: number;
  readonly u: number;
  readonly reconciled: number;
  /** Reconciled − measured. */
  readonly adjustment: number;
  /** 100 × adjustment ÷ measured; null where nothing was measured. */
  readonly percent: number | null;
  /** |z| of the measurement test; null where nothing can be tested. */
  readonly test: number | null;
  /** `suspect`: it takes part in an error that was found; `uncertainty`: the adjustment is what its uncertainty allows for. */
  readonly why: 'suspect' | 'uncertainty';
}

export interface BalanceAdjustments {
  readonly balance: string;
  readonly unit: string;
  /** The largest |z| first, then the largest share. */
  readonly adjustments: readonly Adjustment[];
}

/** An adjustment under this share of its uncertainty is rounding. */
const ROUNDING = 1e-6;

/**
 * What was adjusted in each balance so that it closes, and why: every measured stream and stock whose reconciled amount is another than
 * the measured one. Balances in which nothing was reconciled have no entry.
 */
export function adjustmentsOf({ balances }: Pick<BalanceReport, 'balances'>): readonly BalanceAdjustments[] {
  const found: BalanceAdjustments[] = [];
  for (const id of new Set(balances.map((balance) => balance.id))) {
    // At the plant every stream of the balance is listed; a smaller boundary has those that meet it.
    const whole = balances
      .filter((balance) => balance.id === id)
      .reduce((most, each) => (each.streams.length > most.streams.length ? each : most));
    const suspects = new Set(balances.flatMap((balance) => (balance.id === id ? balance.suspects.flatMap(({ ids }) => ids) : [])));
    const adjustments = adjustedIn(whole, suspects);
    if (adjustments.length > 0) found.push({ balance: id, unit: whole.unit, adjustments });
  }
  return found;
}

function adjustedIn({ streams, stocks = [] }: BalanceResult, suspects: ReadonlySet<string>): readonly Adjustment[] {
  const amounts = [
    ...streams.map(({ id, total, u, reconciled, test }) => ({ id, measured: total, u, reconciled, test: test ?? null })),
    ...stocks.map(({ id, change, u, reconciled }) => ({ id: `stock:${id}`, measured: change, u, reconciled, test: null })),
  ];
  return amounts
    .flatMap(({ id, measured, u, reconciled, test }): readonly Adjustment[] => {
      if (measured === null || u === null || reconciled === null || Math.abs(reconciled - measured) <= ROUNDING * u) return [];
      const adjustment = reconciled - measured;
      const percent = measured === 0 ? null : (100 * adjustment) / measured;
      return [{ stream: id, measured, u, reconciled, adjustment, percent, test, why: suspects.has(id) ? 'suspect' : 'uncertainty' }];
    })
    .sort((a, b) => (b.test ?? 0) - (a.test ?? 0) || Math.abs(b.percent ?? 0) - Math.abs(a.percent ?? 0));
}
