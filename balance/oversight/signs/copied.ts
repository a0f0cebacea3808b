import { placesOf, restlessness, type Series, usualRestlessness } from './series.ts';
import { joined, type Sign } from './sign.ts';

const HOURS = 6;
const LEAST = 24;
const DAYS = 30;
const DAY_MS = 86_400_000;
/** Correlation of the steps from reading to reading; of honest noise over six hours none of thirty days comes near it. */
const CORRELATION = 0.85;
/** A quarter of a copied stretch correlates about as well as the whole. */
const HALFWAY = 0.5;

/**
 * Stretches of six hours whose steps from reading to reading are those of the same hours of an earlier day: a copy, scaled or with a
 * little noise put on as well. Figure: their correlation.
 *
 * Levels and daily cycles do not matter, since only steps are compared; a frozen stretch has none and is no copy.
 *
 * @param from index of the first value that is judged.
 */
export function copiedDays(series: Series, from: number): Sign[] {
  const { value, code, everyMs, startMs } = series;
  const places = placesOf(series, HOURS, LEAST);
  const day = Math.round(DAY_MS / everyMs);
  if (day * everyMs !== DAY_MS) return [];
  const usual = usualRestlessness(series, from, places);
  const found: Sign[] = [];
  const step = placesOf(series, 1, 1);
  for (let end = from + places; end <= value.length; end += step) {
    if (!(restlessness(value, end - places, end) > 0.2 * usual)) continue;
    for (let back = 1; back <= DAYS && end - places - back * day >= 0; back++) {
      // Most days are ruled out by the first quarter of the stretch.
      if (places > 100 && !(correlation(value, end - places, end - places + (places >> 2), back * day) > HALFWAY)) continue;
      const figure = correlation(value, end - places, end, back * day);
      if (!(figure >= CORRELATION)) continue;
      found.push({ sign: 'copied', fromMs: startMs + (end - places) * everyMs, toMs: startMs + end * everyMs, codes: [code], figure });
      break;
    }
  }
  return joined(found);
}

/** Correlation of the steps in [from, to) with those `lag` places before; NaN where less than three quarters of both are there. */
function correlation(value: Float64Array, from: number, to: number, lag: number): number {
  let [n, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
  for (let index = from + 1; index < to; index++) {
    const x = value[index]! - value[index - 1]!;
    const y = value[index - lag]! - value[index - lag - 1]!;
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    [n, sx, sy, sxx, syy, sxy] = [n + 1, sx + x, sy + y, sxx + x * x, syy + y * y, sxy + x * y];
  }
  if (n < (3 * (to - from)) / 4) return Number.NaN;
  return (n * sxy - sx * sy) / Math.sqrt((n * sxx - sx * sx) * (n * syy - sy * sy));
}
