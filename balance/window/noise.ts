import { AT, type HourPartials, WIDTH } from '../../collector/sample/hour-partials.ts';
import { effectiveCount } from './uncertainty.ts';
import { HOUR_MS, type Window } from './window.ts';

/**
 * Standard deviation of one reading, apart from what truly changed: from how far each lies off the line between its neighbours, r, with
 * var(r) = s²·(1 + w² + (1−w)²) where w is its place between them. 0 with fewer than three readings.
 */
export function noiseOf(timeMs: readonly number[], value: readonly number[]): number {
  let squares = 0;
  for (let i = 1; i + 1 < value.length; i += 1) {
    const w = (timeMs[i]! - timeMs[i - 1]!) / (timeMs[i + 1]! - timeMs[i - 1]!);
    const off = value[i]! - (1 - w) * value[i - 1]! - w * value[i + 1]!;
    squares += off ** 2 / (1 + w ** 2 + (1 - w) ** 2);
  }
  return value.length < 3 ? 0 : Math.sqrt(squares / (value.length - 2));
}

/**
 * Random part of an integral over the window, in unit × hour, independent from hour to hour: √Σ(hours² · v) with v the variance of an
 * hour's mean. Two estimates of v hold something that is no noise, so the smaller one is taken: the spread within the hours ÷ n_eff
 * (with what truly moved within them), and how far the hours' means lie off their neighbours (with what truly moved between them).
 */
export function noiseOfIntegral(partials: HourPartials, { fromMs, toMs }: Window): number {
  const { numbers } = partials.within(fromMs, toMs);
  const times: number[] = [];
  const means: number[] = [];
  const within: number[] = [];
  for (let row = 0; row < numbers.length; row += WIDTH) {
    if (Number.isNaN(numbers[row + AT.firstMs]!)) continue;
    const n = numbers[row + AT.good]! + numbers[row + AT.suspect]!;
    const mean = numbers[row + AT.sum]! / n;
    times.push(numbers[row + AT.hourMs]!);
    means.push(mean);
    if (n >= 3) within.push(Math.max(0, numbers[row + AT.sumSquares]! - n * mean ** 2) / (n - 1) / effectiveCount(n));
  }
  const between = noiseOf(times, means);
  const candidates = [
    ...(means.length >= 3 ? [between ** 2] : []),
    ...(within.length > 0 ? [within.reduce((total, value) => total + value, 0) / within.length] : []),
  ];
  if (candidates.length === 0) return 0;
  const variance = Math.min(...candidates);
  let squares = 0;
  for (const hourMs of times) squares += ((Math.min(toMs, hourMs + HOUR_MS) - Math.max(fromMs, hourMs)) / HOUR_MS) ** 2;
  return Math.sqrt(variance * squares);
}
