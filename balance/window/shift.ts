/** What a fit without any rest is worth. */
const EXACT = 1e6;
/** A stay at another level lasts at least so many values, and so does what is left. */
const EDGE = 6;

/**
 * What `shiftStatistic` of a series without trend or step exceeds in at most a twentieth of windows of 72 hours, whether its values are
 * independent or wander (first-order autocorrelation up to 0.8): own simulation, repeated by the tests.
 */
export const SHIFT_CRITICAL = 6;

/**
 * How clearly a series leaves its level: the largest |b| ÷ u(b) over a straight line, a step at every place and a
 * stay at another level between any two, each fitted by least squares.
 *
 * Hourly loads follow each other: a wave around one level is a normal day and no transient. So u(b) comes from what the fit leaves, with
 * the variance of a mean of values of autocorrelation φ, u² = s²·(1 + φ) ÷ (1 − φ) ÷ Σc², φ estimated from those rests and corrected for
 * its bias by (1 + 4φ) ÷ n. A test that takes the hours as independent calls any plant that breathes unsteady.
 *
 * NaN is left out. 0 for a series that does not vary or is too short for a step.
 *
 * @source Bayley, G. V., Hammersley, J. M., J. R. Stat. Soc. Suppl. 8 (1946) 184: the effective number of autocorrelated values; Kendall, M. G.,
 * Biometrika 41 (1954) 403: the bias of φ
 */
export function shiftStatistic(values: readonly number[]): number {
  const x = values.filter((value) => !Number.isNaN(value));
  const n = x.length;
  if (n < 2 * EDGE) return 0;
  const mean = x.reduce((sum, value) => sum + value, 0) / n;
  const rests = x.map((value) => value - mean);
  if (rests.every((rest) => Math.abs(rest) <= 1e-12 * Math.abs(mean))) return 0;
  const sums = [0]; // of the rests before each place: a stay costs no pass over them
  for (const rest of rests) sums.push(sums.at(-1)! + rest);
  const [square, lagged] = rests.reduce(([a, b], rest, k) => [a + rest * rest, b + (k === 0 ? 0 : rest * rests[k - 1]!)], [0, 0]);
  const base: Base = { n, square, lagged };
  let largest = clarity(base, line(rests));
  for (let from = 0; from <= n - EDGE; from += 1) {
    // the rest is long enough to be a level of its own; a step is a stay that lasts to an end
    for (let to = from + EDGE; to <= n && n - (to - from) >= EDGE; to += 1)
      largest = Math.max(largest, clarity(base, stay(rests, sums, from, to)));
  }
  return largest;
}

/** Σr² and Σr·r₋ of the rests. */
interface Base {
  readonly n: number;
  readonly square: number;
  readonly lagged: number;
}

/** Of a shape c with mean 0: Σc·r, Σc², Σ(r·c₋ + c·r₋) and Σc·c₋. */
interface Fit {
  readonly product: number;
  readonly square: number;
  readonly crossed: number;
  readonly lagged: number;
}

function line(rests: readonly number[]): Fit {
  const centre = (rests.length - 1) / 2;
  let [product, square, crossed, lagged] = [0, 0, 0, 0];
  for (const [k, rest] of rests.entries()) {
    const c = k - centre;
    product += c * rest;
    square += c * c;
    if (k === 0) continue;
    crossed += rest * (c - 1) + c * rests[k - 1]!;
    lagged += c * (c - 1);
  }
  return { product, square, crossed, lagged };
}

/** 1 from `from` to before `to`, 0 elsewhere, less its mean. */
function stay(rests: readonly number[], sums: readonly number[], from: number, to: number): Fit {
  const n = rests.length;
  const length = to - from;
  const share = length / n;
  const later = sums[Math.min(to + 1, n)]! - sums[from + 1]! + share * rests[0]!; // Σr·c₋; all rests add up to 0
  const earlier = sums[to - 1]! - sums[Math.max(from, 1) - 1]! + share * rests[n - 1]!; // Σc·r₋
  const pairs = length - (from === 0 ? 1 : 0) + (length - (to === n ? 1 : 0));
  return {
    product: sums[to]! - sums[from]!,
    square: length * (1 - share),
    crossed: later + earlier,
    lagged: length - 1 - share * pairs + share * share * (n - 1),
  };
}

/** |b| ÷ u(b) of the fit b·c, b = Σc·r ÷ Σc². */
function clarity(base: Base, fit: Fit): number {
  const b = fit.product / fit.square;
  const left = base.square - b * fit.product;
  if (left <= 1e-12 * base.square) return EXACT;
  const seen = (base.lagged - b * fit.crossed + b * b * fit.lagged) / left;
  const phi = Math.min(0.99, Math.max(0, seen + (1 + 4 * seen) / base.n));
  return Math.abs(b) / Math.sqrt(((left / (base.n - 2)) * (1 + phi)) / (1 - phi) / fit.square);
}
