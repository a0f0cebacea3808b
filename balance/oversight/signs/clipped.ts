import { placesOf, type Series, usualRestlessness } from './series.ts';
import { joined, type Sign } from './sign.ts';

/** A day, and its shorter parts: a cut that began at noon is not hidden by the morning before it. */
const HOURS = [6, 12, 24] as const;
const LEAST = 24;
/** So many readings at the top make a flat one. */
const FLAT = 6;
/** How wide the top is, in restlessness of the monitor. */
const WIDTH = 0.02;

/**
 * Stretches whose largest readings lie on one line (flat top): at the end of the range, at a limit, wherever something cuts them off. More of
 * them stand within a fiftieth of the usual step below the maximum than twice what any such stretch before had. Figure: how many.
 *
 * A stretch of which nearly all readings lie on the line is frozen, not clipped.
 *
 * @param from index of the first value that is judged.
 */
export function clippedTops(series: Series, from: number): Sign[] {
  const { value, code, everyMs, startMs } = series;
  const width = WIDTH * usualRestlessness(series, from, placesOf(series, 6, 12));
  if (!(width > 0)) return [];
  const step = placesOf(series, 1, 1);
  const found: Sign[] = [];
  for (const hours of HOURS) {
    const places = placesOf(series, hours, LEAST);
    const before: number[] = [];
    for (let end = places; end <= from; end += 6 * step) before.push(atTop(value, end - places, end, width).count);
    if (before.length < 8) continue;
    const most = Math.max(...before);
    for (let end = from + placesOf(series, 6, LEAST); end <= value.length; end += step) {
      const begin = Math.max(from, end - places);
      const { count, all } = atTop(value, begin, end, width);
      if (count < FLAT || count <= 2 * most || count > 0.9 * all) continue;
      found.push({ sign: 'clipped', fromMs: startMs + begin * everyMs, toMs: startMs + end * everyMs, codes: [code], figure: count });
    }
  }
  return joined(found.sort((a, b) => a.fromMs - b.fromMs));
}

/** Readings within `width` of the largest of [from, to), and all that are there. */
function atTop(value: Float64Array, from: number, to: number, width: number): { count: number; all: number } {
  let top = Number.NEGATIVE_INFINITY;
  for (let index = from; index < to; index++) if (value[index]! > top) top = value[index]!;
  let [count, all] = [0, 0];
  for (let index = from; index < to; index++) {
    if (value[index]! >= top - width) count++;
    if (!Number.isNaN(value[index])) all++;
  }
  return { count, all };
}
