/** One amount of a balance with its standard uncertainty. */
export interface Amount {
  readonly value: number;
  /** k = 1. */
  readonly sigma: number;
}

/** in − out − stock change, with its own uncertainty. */
export interface Closure {
  readonly in: Amount;
  readonly out: Amount;
  readonly imbalance: Amount;
  /** 100 × imbalance ÷ in; null where nothing enters. */
  readonly percent: number | null;
  /** Half-width of the 95 % interval of the imbalance as a share of itself, in per cent; null where it is 0. */
  readonly relativeHalfWidthPercent: number | null;
}

/**
 * The closure of a balance from its parts, whose errors are independent: sums, and variances that add.
 *
 * @source JCGM 100:2008, 5.1.2; 1.96 standard uncertainties as the half-width of 95 %
 */
export function closureOf(inlets: readonly Amount[], outlets: readonly Amount[], stockChange: Amount = { value: 0, sigma: 0 }): Closure {
  const entering = total(inlets);
  const leaving = total(outlets);
  const value = entering.value - leaving.value - stockChange.value;
  const sigma = Math.hypot(entering.sigma, leaving.sigma, stockChange.sigma);
  return {
    in: entering,
    out: leaving,
    imbalance: { value, sigma },
    percent: entering.value === 0 ? null : (100 * value) / entering.value,
    relativeHalfWidthPercent: value === 0 ? null : Math.abs((100 * 1.96 * sigma) / value),
  };
}

/** Whether a figure as printed follows from what it is said to follow from: equal when rounded to its own last digit. */
export function agreesAsPrinted(printed: string, computed: number): boolean {
  const decimals = printed.split('.')[1]?.length ?? 0;
  return Math.abs(Number(printed) - computed) <= 0.5 * 10 ** -decimals * (1 + 1e-9);
}

function total(amounts: readonly Amount[]): Amount {
  return { value: amounts.reduce((sum, { value }) => sum + value, 0), sigma: Math.hypot(...amounts.map(({ sigma }) => sigma)) };
}
