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
  const hours = new Hours(value, from % step, step);
  const found: Sign[] = [];
  for (const length of HOURS) {
    const places = Math.ceil(placesOf(series, length, LEAST) / step) * step;
    const before: number[] = [];
    for (let end = from; end - places >= 0; end -= 6 * step) before.push(hours.atTop(end - places, end, width).count);
    if (before.length < 8) continue;
    const most = Math.max(...before);
    for (let end = from + Math.ceil(placesOf(series, 6, LEAST) / step) * step; end <= value.length; end += step) {
      const begin = Math.max(from, end - places);
      const { count, all } = hours.atTop(begin, end, width);
      if (count < FLAT || count <= 2 * most || count > 0.9 * all) continue;
      found.push({ sign: 'clipped', fromMs: startMs + begin * everyMs, toMs: startMs + end * everyMs, codes: [code], figure: count });
    }
  }
  return joined(found.sort((a, b) => a.fromMs - b.fromMs));
}

/** Maxima of the hours of a series, so that a day's top is not looked for reading by reading. */
class Hours {
  readonly #value: Float64Array;
  readonly #offset: number;
  readonly #step: number;
  readonly #top: Float64Array;
  readonly #there: Uint16Array;

  constructor(value: Float64Array, offset: number, step: number) {
    [this.#value, this.#offset, this.#step] = [value, offset, step];
    const count = Math.max(0, Math.floor((value.length - offset) / step));
    this.#top = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.#there = new Uint16Array(count);
    for (let hour = 0; hour < count; hour++) {
      for (let index = offset + hour * step; index < offset + (hour + 1) * step; index++) {
        const own = value[index]!;
        if (Number.isNaN(own)) continue;
        this.#there[hour]!++;
        if (own > this.#top[hour]!) this.#top[hour] = own;
      }
    }
  }

  /** Readings within `width` of the largest of [from, to), which are whole hours, and all that are there. */
  atTop(from: number, to: number, width: number): { count: number; all: number } {
    const [first, last] = [Math.ceil((from - this.#offset) / this.#step), (to - this.#offset) / this.#step];
    let [top, all] = [Number.NEGATIVE_INFINITY, 0];
    for (let hour = first; hour < last; hour++) {
      if (this.#top[hour]! > top) top = this.#top[hour]!;
      all += this.#there[hour]!;
    }
    let count = 0;
    for (let hour = first; hour < last; hour++) {
      if (this.#top[hour]! < top - width) continue;
      const start = this.#offset + hour * this.#step;
      for (let index = start; index < start + this.#step; index++) if (this.#value[index]! >= top - width) count++;
    }
    return { count, all };
  }
}
