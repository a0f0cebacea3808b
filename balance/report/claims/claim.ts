/** What a table asserts of its own numbers. */
export type ClaimKind = 'sum' | 'difference' | 'percent' | 'coverage';

/** One figure of a report that its own tables allow to recompute. */
export interface Claim {
  readonly sheet: string;
  /** `C7` */
  readonly cell: string;
  readonly label: string;
  readonly kind: ClaimKind;
  readonly claimed: number;
  readonly computed: number;
  /** What rounding of the claimed figure and of its parts explains. */
  readonly tolerance: number;
  readonly consistent: boolean;
  /** Cells that it was computed from. */
  readonly from: readonly string[];
}

/** A number in a table with the decimals that it is printed with. */
export interface Printed {
  readonly value: number;
  readonly decimals: number;
  readonly cell: string;
}

/** Half a unit of the last printed place. */
export const rounding = ({ decimals }: Printed): number => 0.5 * 10 ** -decimals;

/** A claim judged: consistent where rounding explains the difference. */
export function judged(
  claim: Omit<Claim, 'consistent' | 'claimed' | 'cell' | 'from' | 'tolerance'>,
  claimed: Printed,
  parts: readonly Printed[],
  partsTolerance: number,
): Claim {
  const tolerance = rounding(claimed) + partsTolerance + 1e-9 * Math.abs(claim.computed);
  return {
    ...claim,
    cell: claimed.cell,
    claimed: claimed.value,
    tolerance,
    consistent: Math.abs(claimed.value - claim.computed) <= tolerance,
    from: parts.map(({ cell }) => cell),
  };
}
