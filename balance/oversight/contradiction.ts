import type { BalanceResult } from '../media/result.ts';

/** A monitored discharge against what the rest of the plant leaves for it. */
export interface Contradiction {
  /** By which law: a pollutant balance, sulphur in fuel against SO₂ and by-product, the water balance, or what the treatment works use. */
  readonly kind: 'pollutant' | 'sulphur' | 'water' | 'treatment';
  /** Id of the balance; of the treatment the channel that it is held against. */
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
  /** |z| > 2 for balances, > 3 for the treatment: more than explains itself. Never an accusation: a leak or a meter elsewhere does the same. */
  readonly significant: boolean;
  /** What contributes most to u, which better measurement would settle. */
  readonly wouldSettle: readonly string[];
}

const SIGNIFICANT = { pollutant: 2, sulphur: 2, water: 2, treatment: 3 } as const;

/** With the weight of the difference, by the law that it breaks; null where its uncertainty is not known. */
export function weighed(found: Omit<Contradiction, 'z' | 'significant'>): Contradiction | null {
  const { kind, monitored, byBalance, u } = found;
  if (!(u > 0)) return null;
  const z = (byBalance - monitored) / u;
  return { ...found, z, significant: Math.abs(z) > SIGNIFICANT[kind] };
}

/**
 * For each balance of an outfall's water or pollutant at the plant's boundary whose streams are all known: monitored against balance. The
 * difference is the imbalance, whose uncertainty holds that of the monitor too.
 */
export function contradictions(balances: readonly BalanceResult[], root: string, streams: readonly string[]): Contradiction[] {
  return balances.flatMap(({ id, kind, boundary, unit, imbalance, u, streams: own }) => {
    if ((kind !== 'pollutant' && kind !== 'water') || boundary !== root || imbalance === null || u === null) return [];
    return own.flatMap((stream) => {
      if (!streams.includes(stream.id) || stream.total === null || stream.basis !== 'metered') return [];
      const budget = own.toSorted((a, b) => (b.u ?? 0) - (a.u ?? 0)).slice(0, 3);
      const wouldSettle = budget.map((one) => one.id);
      const [monitored, byBalance] = [stream.total, stream.total + imbalance];
      return weighed({ kind, balance: id, boundary, stream: stream.id, unit, monitored, byBalance, u, wouldSettle }) ?? [];
    });
  });
}

/** Amounts of one stretch as long as the window: what passed the outfall, and what ran beside it. */
export interface Stretch {
  readonly discharged: number;
  readonly beside: number;
}

/** Stretches before the window that teach what is usual; fewer teach nothing. */
const LEAST_STRETCHES = 5;

/**
 * The discharge of a window against what runs with it (electricity of the treatment works, load of the plant): the discharge that the usual
 * ratio gives, with the scatter of that ratio over earlier stretches of the same length. null where fewer than five are known.
 *
 * @param before earlier stretches, of those whose amounts are both known. @param unit of the discharge.
 */
export function treatmentContradiction(
  names: { readonly boundary: string; readonly stream: string; readonly beside: string; readonly unit: string },
  now: Stretch,
  before: readonly Stretch[],
): Contradiction | null {
  const ratios = before.filter(({ beside }) => beside > 0).map(({ discharged, beside }) => discharged / beside);
  if (ratios.length < LEAST_STRETCHES || !(now.beside >= 0)) return null;
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const variance = ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / (ratios.length - 1);
  const byBalance = mean * now.beside;
  const u = Math.sqrt(variance * (1 + 1 / ratios.length)) * now.beside;
  return weighed({
    kind: 'treatment',
    balance: names.beside,
    boundary: names.boundary,
    stream: names.stream,
    unit: names.unit,
    monitored: now.discharged,
    byBalance,
    u,
    wouldSettle: [names.stream, names.beside],
  });
}
