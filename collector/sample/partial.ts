/**
 * What the counter engine needs to know of a channel. Ratios and units are not in it: partials stay in the meter's own unit, and
 * ratios are applied when a total is computed.
 */
export interface ChannelSpec {
  readonly channel: string;
  readonly kind: 'counter' | 'rate' | 'concentration' | 'level' | 'batch' | 'state';
  /** Counter: value at which it rolls over to 0, null where it never does. */
  readonly modulus: number | null;
  /** Counter: largest credible rise per hour in the decoded unit, null where unknown. */
  readonly ceilingPerHour: number | null;
  /** Rate, concentration: longest stretch between two samples that is bridged. */
  readonly maxGapMs: number;
  /** Known replacements: between the last reading of the old meter and the first of the new one nothing is consumed. */
  readonly replacements: readonly { readonly atMs: number; readonly lastOfOld: number; readonly firstOfNew: number }[];
}

/** A step that the counter engine did not take for consumption, or took with a reason. */
export interface CounterEvent {
  readonly timeMs: number;
  readonly event: 'roll-over' | 'reset' | 'replacement' | 'glitch' | 'outage';
  readonly before: number;
  readonly after: number;
}

/**
 * One channel's samples of one hour, reduced so that totals of any span follow from partials alone. Samples with no value count in
 * `missing` only. All amounts are in the decoded unit (counters: unit; rates: unit × hours in `integral`).
 */
export interface HourPartial {
  readonly channel: string;
  /** Start of the hour, UTC ms. */
  readonly hourMs: number;
  readonly good: number;
  readonly suspect: number;
  /** Missing samples by reason code. */
  readonly missing: Readonly<Record<number, number>>;
  /** First and last accepted reading in the hour; NaN where there is none. */
  readonly firstMs: number;
  readonly firstValue: number;
  readonly lastMs: number;
  readonly lastValue: number;
  /** Counter: consumption between the first and the last accepted reading of the hour. */
  readonly rise: number;
  /** Rate, concentration, level: ∫ value dt over `coveredMs`, in unit × hour, gaps beyond maxGap left out. */
  readonly integral: number;
  /** Time within [firstMs, lastMs] that readings cover. */
  readonly coveredMs: number;
  readonly min: number;
  readonly max: number;
  /** Sum of squares of accepted values and their count, for the spread within the hour. */
  readonly sumSquares: number;
  readonly sum: number;
  readonly events: readonly CounterEvent[];
  /** Origins present, as a bit mask 1 << ORIGIN_CODE. */
  readonly origins: number;
}
