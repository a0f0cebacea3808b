import type { PeriodMean } from '../validity.ts';
import { median, quantile } from './series.ts';
import { joined, type Sign } from './sign.ts';

const HOUR_MS = 3_600_000;
/** Hours before the judged time from which is learned what is usual; fewer teach nothing. */
const KNOWN_HOURS = 240;
/**
 * Beyond the widest of what came before, by so much. Found by the bench `falsifications` on months of its own, so that all signs together
 * give less than one false alarm per outfall and month; judged there on others.
 */
export const MARGIN = { 'step-against-load': 1.5, drift: 2, 'hidden-limit': 1.5 } as const;

/**
 * What the load does not explain of a concentration, hour by hour: value − (a + b·load), with a and b from the hours before `from`. Without
 * a load, value − median. NaN where either is not known.
 */
export function unexplained(hours: readonly PeriodMean[], load: ReadonlyMap<number, number>, from: number): Float64Array {
  const value = Float64Array.from(hours, ({ mean, counts }) => (counts && mean !== null ? mean : Number.NaN));
  const loads = Float64Array.from(hours, ({ startMs }) => load.get(startMs) ?? Number.NaN);
  let [n, sx, sy, sxx, sxy] = [0, 0, 0, 0, 0];
  for (let index = 0; index < from; index++) {
    const [x, y] = [loads[index]!, value[index]!];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    [n, sx, sy, sxx, sxy] = [n + 1, sx + x, sy + y, sxx + x * x, sxy + x * y];
  }
  const spread = n * sxx - sx * sx;
  if (n < KNOWN_HOURS || !(spread > 1e-9 * sxx * n)) {
    const centre = median(value.subarray(0, from));
    return value.map((own) => own - centre);
  }
  const slope = (n * sxy - sx * sy) / spread;
  const level = (sy - slope * sx) / n;
  return value.map((own, index) => own - level - slope * loads[index]!);
}

/**
 * Steps of a concentration that its load does not explain: the mean of 12 hours against that of the 72 before, farther off than it ever
 * was in the known time. Figure: the step, unit of the channel.
 *
 * @param rest as `unexplained` returns it. @param from index of the first hour that is judged.
 */
export function stepsAgainstLoad(
  code: string,
  startMs: number,
  rest: Float64Array,
  from: number,
  margin: number = MARGIN['step-against-load'],
): Sign[] {
  return unusual(
    'step-against-load',
    margin,
    code,
    startMs,
    rest,
    from,
    12,
    (end) => meanOf(rest, end - 12, end) - meanOf(rest, end - 84, end - 12),
  );
}

/** Slow drift: the mean of three days farther from the known level than three days ever were. Figure: the distance, unit of the channel. */
export function driftOf(code: string, startMs: number, rest: Float64Array, from: number, margin: number = MARGIN.drift): Sign[] {
  const level = meanOf(rest, 0, from);
  return unusual('drift', margin, code, startMs, rest, from, 72, (end) => meanOf(rest, end - 72, end) - level);
}

/**
 * A limit that the plant does not tell of (隐藏限值): values pile up below a ceiling. The reach of the upper tail, (largest − upper quartile) ÷
 * interquartile range of two days, is far shorter than it ever was. Figure: the reach.
 */
export function hiddenLimit(
  code: string,
  startMs: number,
  value: Float64Array,
  perHour: number,
  from: number,
  margin: number = MARGIN['hidden-limit'],
): Sign[] {
  const places = 48 * perHour;
  const known: number[] = [];
  for (let end = places; end <= from; end += 6 * perHour) known.push(reach(value, end - places, end));
  const sorted = known.filter((one) => !Number.isNaN(one)).sort((a, b) => a - b);
  if (sorted.length < 20) return [];
  const least = sorted[0]! / margin;
  const found: Sign[] = [];
  for (let end = from + places; end <= value.length; end += perHour) {
    const figure = reach(value, end - places, end);
    if (!(figure < least)) continue;
    const at = (index: number): number => startMs + (index / perHour) * HOUR_MS;
    found.push({ sign: 'hidden-limit', fromMs: at(end - places), toMs: at(end), codes: [code], figure });
  }
  return joined(found, Math.min);
}

function unusual(
  sign: 'drift' | 'step-against-load',
  margin: number,
  code: string,
  startMs: number,
  rest: Float64Array,
  from: number,
  hours: number,
  figureAt: (end: number) => number,
): Sign[] {
  const known: number[] = [];
  for (let end = 96; end <= from; end++) known.push(Math.abs(figureAt(end)));
  const sorted = known.filter((one) => !Number.isNaN(one)).sort((a, b) => a - b);
  if (sorted.length < KNOWN_HOURS) return [];
  const widest = margin * quantile(sorted, 1);
  const found: Sign[] = [];
  for (let end = from + 1; end <= rest.length; end++) {
    const figure = figureAt(end);
    if (!(Math.abs(figure) > widest)) continue;
    found.push({ sign, fromMs: startMs + (end - Math.min(hours, end)) * HOUR_MS, toMs: startMs + end * HOUR_MS, codes: [code], figure });
  }
  return joined(found, (a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
}

function meanOf(value: Float64Array, from: number, to: number): number {
  let [sum, count] = [0, 0];
  for (let index = Math.max(0, from); index < to; index++) {
    if (Number.isNaN(value[index])) continue;
    sum += value[index]!;
    count++;
  }
  return count >= (to - Math.max(0, from)) / 2 && count > 0 ? sum / count : Number.NaN;
}

function reach(value: Float64Array, from: number, to: number): number {
  const sorted = value
    .slice(from, to)
    .filter((one) => !Number.isNaN(one))
    .sort();
  if (sorted.length < (to - from) / 2) return Number.NaN;
  const [low, high] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  return high > low ? (sorted.at(-1)! - high) / (high - low) : Number.NaN;
}
