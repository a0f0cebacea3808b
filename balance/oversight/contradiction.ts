import type { BalanceResult } from '../media/result.ts';

/** A monitored discharge against what the rest of the plant's balance leaves for it. */
export interface Contradiction {
  readonly balance: string;
  readonly boundary: string;
  readonly stream: string;
  readonly unit: string;
  readonly monitored: number;
  /** What entered, less what left otherwise and what the stocks took: the discharge that would close the balance. */
  readonly byBalance: number;
  /** Standard uncertainty of the difference, k = 1. */
  readonly u: number;
  /** Difference ÷ u. */
  readonly z: number;
  /** |z| > 2: more than meters of this accuracy explain. Never an accusation: a leak or a meter elsewhere does the same. */
  readonly significant: boolean;
  /** What contributes most to u, which better measurement would settle. */
  readonly wouldSettle: readonly string[];
}

const SIGNIFICANT = 2;

/**
 * For each balance of an outfall's water or pollutant at the plant's boundary whose streams are all known: monitored against balance. The
 * difference is the imbalance, whose uncertainty holds that of the monitor too.
 */
export function contradictions(balances: readonly BalanceResult[], root: string, streams: readonly string[]): Contradiction[] {
  return balances.flatMap(({ id, kind, boundary, unit, imbalance, u, streams: own }) => {
    if ((kind !== 'pollutant' && kind !== 'water') || boundary !== root || imbalance === null || u === null || !(u > 0)) return [];
    return own.flatMap((stream): Contradiction[] => {
      if (!streams.includes(stream.id) || stream.total === null || stream.basis !== 'metered') return [];
      const z = imbalance / u;
      const budget = own.toSorted((a, b) => (b.u ?? 0) - (a.u ?? 0)).slice(0, 3);
      return [
        {
          balance: id,
          boundary,
          stream: stream.id,
          unit,
          monitored: stream.total,
          byBalance: stream.total + imbalance,
          u,
          z,
          significant: Math.abs(z) > SIGNIFICANT,
          wouldSettle: budget.map((one) => one.id),
        },
      ];
    });
  });
}
