import type { PeriodMean } from './validity.ts';

/** A sign that a monitor does not measure what it says. It is a reason to look, not a finding. */
export interface Sign {
  readonly sign: 'frozen' | 'part-above-whole';
  readonly fromMs: number;
  readonly toMs: number;
  readonly codes: readonly string[];
  /** Coefficient of variation, or the largest part ÷ whole. */
  readonly figure: number;
}

const HOUR_MS = 3_600_000;
/** Coefficient of variation below which values are called frozen. @source rule R054 of a published rule base for officers */
const FROZEN_CV = 0.01;
/** Hours that the coefficient is taken over; no text at hand states it. */
const FROZEN_HOURS = 24;

/** Codes of which the first is contained in the second. @source rules R051, R052: NH₃-N > TN, BOD₅ > COD */
const PARTS: readonly (readonly [part: string, whole: string])[] = [
  ['w21003', 'w21001'],
  ['w01017', 'w01018'],
];

/** Stretches of at least a day whose hour means vary by less than 1 %. */
export function frozen(code: string, hours: readonly PeriodMean[]): Sign[] {
  const signs: Sign[] = [];
  for (let start = 0; start + FROZEN_HOURS <= hours.length; ) {
    let end = start + FROZEN_HOURS;
    let figure = variation(hours.slice(start, end));
    if (figure === null || figure >= FROZEN_CV) {
      start++;
      continue;
    }
    for (; end < hours.length; end++) {
      const wider = variation(hours.slice(start, end + 1));
      if (wider === null || wider >= FROZEN_CV) break;
      figure = wider;
    }
    signs.push({ sign: 'frozen', fromMs: hours[start]!.startMs, toMs: hours[end - 1]!.startMs + HOUR_MS, codes: [code], figure });
    start = end;
  }
  return signs;
}

/** Hours in which a part lies above the whole that contains it, in the same unit, one after the other joined. */
export function partsAboveWholes(byCode: ReadonlyMap<string, readonly PeriodMean[]>): Sign[] {
  return PARTS.flatMap(([part, whole]) => {
    const wholes = new Map((byCode.get(whole) ?? []).map((hour) => [hour.startMs, hour]));
    const signs: { sign: 'part-above-whole'; fromMs: number; toMs: number; codes: string[]; figure: number }[] = [];
    for (const { startMs, mean, counts } of byCode.get(part) ?? []) {
      const other = wholes.get(startMs);
      if (!counts || mean === null || other?.mean == null || !other.counts || mean <= other.mean) continue;
      const last = signs.at(-1);
      const figure = mean / other.mean;
      if (last?.toMs === startMs) [last.toMs, last.figure] = [startMs + HOUR_MS, Math.max(last.figure, figure)];
      else signs.push({ sign: 'part-above-whole', fromMs: startMs, toMs: startMs + HOUR_MS, codes: [part, whole], figure });
    }
    return signs;
  });
}

/** Standard deviation ÷ mean of hours that all count; null where one does not, or the mean is 0. */
function variation(hours: readonly PeriodMean[]): number | null {
  if (hours.some(({ counts }) => !counts)) return null;
  const means = hours.map(({ mean }) => mean ?? 0);
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  if (mean === 0) return null;
  return Math.sqrt(means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (means.length - 1)) / Math.abs(mean);
}
