import type { Problem } from '../../../balance/network/problem.ts';

const ENDS = [
  ['1', 'ENV', 'A'],
  ['2', 'A', 'B'],
  ['3', 'A', 'C'],
  ['4', 'B', 'D'],
  ['5', 'C', 'D'],
  ['6', 'D', 'ENV'],
] as const;
const TRUTH = [100, 64, 36, 64, 36, 100];

/** A flow that parts, goes two ways and joins again, a meter on each stream, all of standard deviation 1. */
export const twoWays: Problem = {
  kind: 'linear-network',
  streams: ENDS.map(([id, from, to], k) => ({ id, from, to, measured: TRUTH[k]!, sigma: 1 })),
};

/**
 * What its meters read in windows in a row: `randomShare` of the variance (one for all, or by stream) is drawn in each window, the rest
 * once, as calibration. @param gauss standard normal numbers. @param error what is added by stream and window.
 */
export function windowsInARow(
  gauss: () => number,
  count: number,
  randomShare: number | Float64Array,
  error: (stream: number, window: number) => number = () => 0,
): Float64Array[] {
  const share = TRUTH.map((_, k) => (typeof randomShare === 'number' ? randomShare : randomShare[k]!));
  const calibration = share.map((part) => Math.sqrt(1 - part) * gauss());
  return Array.from({ length: count }, (_, t) =>
    Float64Array.from(TRUTH, (value, k) => value + calibration[k]! + Math.sqrt(share[k]!) * gauss() + error(k, t)),
  );
}
