import type { PeriodMean } from '../validity.ts';
import type { Series } from './series.ts';
import { joined, type Sign } from './sign.ts';

const HOUR_MS = 3_600_000;

/** Codes of which the first is contained in the second. @source rules R051, R052 of a published rule base: NH₃-N > TN, BOD₅ > COD */
const PARTS: readonly (readonly [part: string, whole: string])[] = [
  ['w21003', 'w21001'],
  ['w01017', 'w01018'],
];

/** What no value of a code can be outside of, by what the quantity is. */
const BOUNDS: Readonly<Record<string, readonly [low: number, high: number]>> = {
  w01001: [0, 14],
  a19001: [0, 21],
  a01014: [0, 100],
};

/**
 * Values that cannot be: negative, outside of what the quantity can be, or beyond the range set at the instrument. Figure: the value
 * farthest out.
 *
 * @param range of the instrument, unit of the series. @param from index of the first value that is judged.
 */
export function impossibleValues(series: Series, from: number, range: readonly [number, number] | null): Sign[] {
  const { value, code, everyMs, startMs } = series;
  const own = BOUNDS[code];
  const low = Math.max(own?.[0] ?? (code.startsWith('a01012') ? Number.NEGATIVE_INFINITY : 0), range?.[0] ?? Number.NEGATIVE_INFINITY);
  const high = Math.min(own?.[1] ?? Number.POSITIVE_INFINITY, range?.[1] ?? Number.POSITIVE_INFINITY);
  const found: Sign[] = [];
  for (let index = from; index < value.length; index++) {
    const figure = value[index]!;
    if (!(figure < low || figure > high)) continue;
    found.push({
      sign: 'impossible-value',
      fromMs: startMs + index * everyMs,
      toMs: startMs + (index + 1) * everyMs,
      codes: [code],
      figure,
    });
  }
  return joined(found, (a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
}

/** Hours in which a part lies above the whole that contains it, in the same unit, one after the other joined. Figure: part ÷ whole. */
export function partsAboveWholes(byCode: ReadonlyMap<string, readonly PeriodMean[]>): Sign[] {
  return PARTS.flatMap(([part, whole]) => {
    const wholes = new Map((byCode.get(whole) ?? []).map((hour) => [hour.startMs, hour]));
    const found = (byCode.get(part) ?? []).flatMap(({ startMs, mean, counts }): Sign[] => {
      const other = wholes.get(startMs);
      if (!counts || mean === null || other?.mean == null || !other.counts || mean <= other.mean) return [];
      return [{ sign: 'part-above-whole', fromMs: startMs, toMs: startMs + HOUR_MS, codes: [part, whole], figure: mean / other.mean }];
    });
    return joined(found);
  });
}
