import { placesOf, quantile, type Series, usualRestlessness } from './series.ts';
import { joined, type Sign } from './sign.ts';

const HOURS = 24;
const LEAST = 24;
/** So many readings at the top make a flat one. */
const FLAT = 6;
/** How wide the top is, in restlessness of the monitor. */
const WIDTH = 0.02;

/**
 * Days whose largest readings lie on one line (flat top): at the end of the range, at a limit, wherever something cuts them off. More of
 * them stand within a fiftieth of the usual step below the maximum than twice what any day before had. Figure: how many.
 *
 * A stretch that does not move at all is frozen, not clipped: at least two readings on the line must be apart.
 *
 * @param from index of the first value that is judged.
 */
export function clippedTops(series: Series, from: number): Sign[] {
  const { value, code, everyMs, startMs } = series;
  const places = placesOf(series, HOURS, LEAST);
  const usual = usualRestlessness(series, from, placesOf(series, 6, 12));
  if (!(usual > 0)) return [];
  const before: number[] = [];
  const step = placesOf(series, 1, 1);
  for (let end = places; end <= from; end += 6 * step) before.push(atTop(value, end - places, end, WIDTH * usual).count);
  if (before.length < 8) return [];
  const most = quantile(
    before.sort((a, b) => a - b),
    1,
  );
  const found: Sign[] = [];
  for (let end = from + Math.min(places, 6 * step); end <= value.length; end += step) {
    const { count, runs } = atTop(value, Math.max(from, end - places), end, WIDTH * usual);
    if (count < FLAT || count <= 2 * most || runs < 2) continue;
    found.push({
      sign: 'clipped',
      fromMs: startMs + Math.max(from, end - places) * everyMs,
      toMs: startMs + end * everyMs,
      codes: [code],
      figure: count,
    });
  }
  return joined(found);
}

/** Readings within `width` of the largest of [from, to), and in how many runs they stand. */
function atTop(value: Float64Array, from: number, to: number, width: number): { count: number; runs: number } {
  let top = Number.NEGATIVE_INFINITY;
  for (let index = from; index < to; index++) if (value[index]! > top) top = value[index]!;
  let [count, runs, on] = [0, 0, false];
  for (let index = from; index < to; index++) {
    const there = value[index]! >= top - width;
    if (there) count++;
    if (there && !on) runs++;
    on = there;
  }
  return { count, runs };
}
