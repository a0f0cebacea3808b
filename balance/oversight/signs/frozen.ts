import { placesOf, restlessness, type Series, usualRestlessness } from './series.ts';
import { joined, type Sign } from './sign.ts';

const HOURS = 6;
/** Fewest readings that a stretch is judged by. */
const LEAST = 12;
/** Readings that must stand before the judged time to know what is usual: three days. */
const KNOWN_HOURS = 72;
/** A stretch is frozen where its restlessness is below this share of the usual; six hours of ten-minute data scatter by ± 15 %. */
const SHARE = 0.35;

/**
 * Stretches in which a monitor is far quieter than it is as a rule, held values and values with a little noise put on alike. Figure: its
 * restlessness as a share of the usual.
 *
 * Where less than three days stand before, or the monitor always reads the same, only six hours of one and the same value are a sign.
 *
 * @param from index of the first value that is judged; those before it tell what is usual.
 */
export function frozenReadings(series: Series, from: number): Sign[] {
  const { value, code, everyMs, startMs } = series;
  const places = placesOf(series, HOURS, LEAST);
  const usual = from >= placesOf(series, KNOWN_HOURS, LEAST) ? usualRestlessness(series, from, places) : Number.NaN;
  const found: Sign[] = [];
  const step = placesOf(series, 1, 1);
  for (let end = from + places; end <= value.length; end += step) {
    const own = restlessness(value, end - places, end);
    const figure = usual > 0 ? own / usual : own === 0 && !(usual === 0) ? 0 : Number.NaN;
    if (!(figure < SHARE)) continue;
    found.push({ sign: 'frozen', fromMs: startMs + (end - places) * everyMs, toMs: startMs + end * everyMs, codes: [code], figure });
  }
  return joined(found, Math.min);
}
