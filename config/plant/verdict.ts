import type { Monitor, QualityEntry } from './monitors.ts';

/** How far an entry of the quality register is off, and whether its own limit allows that. */
export interface Deviation {
  /** Reading less reference, unit of the channel; of a comparison the mean of the pairs. */
  readonly deviation: number;
  /** The same in per cent of what the limit's per cent is of; null where that is 0 or unknown. */
  readonly percent: number | null;
  /** null: the limit cannot be held against it (a per cent of an unknown full scale, or of a reference of 0). */
  readonly within: boolean | null;
}

/**
 * Holds an entry against its own stated limit. Both limits, where two are stated, must be kept. Equal to the limit is within.
 *
 * @param range of the instrument, whose span is the full scale of a drift.
 */
export function deviationOf(entry: QualityEntry, range: Monitor['range']): Deviation {
  const [reference, found] = entry.kind === 'comparison' ? meansOf(entry.pairs) : [entry.standard, entry.found];
  const deviation = found - reference;
  const whole = entry.kind === 'drift-check' ? (range === undefined ? 0 : range[1] - range[0]) : reference;
  const percent = whole > 0 ? (100 * deviation) / whole : null;
  const { absolute, percent: allowed } = entry.limit;
  const kept = [
    ...(absolute === undefined ? [] : [Math.abs(deviation) <= absolute * ROUNDING]),
    ...(allowed === undefined ? [] : [percent === null ? null : Math.abs(percent) <= allowed * ROUNDING]),
  ];
  if (kept.includes(false)) return { deviation, percent, within: false };
  return { deviation, percent, within: kept.length === 0 || kept.includes(null) ? null : true };
}

/** 0.3 − 0.2 is not 0.1 in binary: a deviation that is printed as the limit is the limit. */
const ROUNDING = 1 + 1e-9;

function meansOf(pairs: readonly (readonly [number, number])[]): readonly [number, number] {
  const mean = (side: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  return [mean(0), mean(1)];
}
