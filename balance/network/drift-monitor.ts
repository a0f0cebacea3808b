import { type Change, changeOf } from './change-point.ts';
import type { Core } from './core.ts';
import { sidakLevel } from './distributions.ts';
import { solveProblem } from './prepare.ts';
import type { Problem } from './problem.ts';
import { windowSolver } from './window-solver.ts';

/** What successive windows say of one set of meters that cannot be told apart. */
export interface DriftFinding extends Omit<Change, 'size'> {
  readonly ids: readonly string[];
  /** How much the bias of the first of `ids` has changed, in its own unit. */
  readonly size: number;
}

/** What changed over successive windows. */
export interface DriftReport {
  /** The changes that chance does not explain, the clearest first. */
  readonly findings: readonly DriftFinding[];
  /**
   * `none`; `instrument`: the same meters bear the largest change in nearly every window; `process`: the change is spread, so that the
   * plant or the balances are no longer what they were.
   */
  readonly verdict: 'none' | 'instrument' | 'process';
  /** Share of the windows after the change in which the first finding's meters changed most. */
  readonly concentration: number | null;
}

/**
 * Drift or fault over successive windows of one network in which the same streams are measured.
 *
 * A meter's calibration error is the same in all windows: it is no drift, and does not average out. Only the random part of a variance,
 * `randomShare` of it (by stream, or one share for all), is drawn anew in each window.
 *
 * @param windows measured values by stream of the problem, in the order of time; at least three.
 * @throws ProblemError, RangeError
 */
export function monitorDrift(
  problem: Problem,
  windows: readonly Float64Array[],
  { randomShare, alpha = 0.01 }: { readonly randomShare: number | Float64Array; readonly alpha?: number },
): DriftReport {
  const solver = windowSolver(problem);
  const { estimate } = solveProblem(problem);
  const { core, streams } = estimate;
  const sigma = Float64Array.from(problem.streams, (stream) => stream.sigma ?? Number.NaN);
  const share = Float64Array.from(streams, (s) => (typeof randomShare === 'number' ? randomShare : randomShare[s]!));
  if (!share.every((value) => value > 0 && value <= 1)) throw new RangeError('the random share of a variance lies above 0 and up to 1');
  const spread = betweenWindows(core, share);
  const precision = core.precisionDiagonal();
  const z = windows.map((measured) => solver.solve(measured, sigma).z);
  const members = new Map<number, number[]>();
  core.groups().forEach((group, i) => {
    if (group === -1) return;
    const list = members.get(group);
    if (list) list.push(i);
    else members.set(group, [i]);
  });
  const level = sidakLevel(alpha, members.size);
  const series = [...members.values()].map((group) => {
    const [i] = group as [number];
    return { group, i, values: Float64Array.from(z, (row) => row[streams[i]!]! / spread[i]!) };
  });
  const changes = series
    .map((one) => ({ ...one, change: changeOf(one.values, 1, level) }))
    .filter(({ change }) => change.kind !== 'steady')
    .sort((a, b) => b.change.statistic - a.change.statistic);
  const findings = changes.map(
    ({ group, i, change }): DriftFinding => ({
      ...change,
      ids: group.map((k) => problem.streams[streams[k]!]!.id),
      size: (change.size * spread[i]!) / Math.sqrt(precision[i]!),
    }),
  );
  const first = changes[0];
  if (first === undefined) return { findings, verdict: 'none', concentration: null };
  // in the windows after the change, who has moved most away from the level before it?
  const split = first.change.kind === 'step' ? first.change.at : Math.ceil(windows.length / 2);
  const level0 = series.map(({ values }) => values.subarray(0, split).reduce((sum, value) => sum + value, 0) / split);
  let leading = 0;
  for (let t = split; t < windows.length; t++) {
    let most = 0;
    series.forEach(({ values }, k) => {
      if (
        Math.abs(values[t]! - level0[k]!) * spread[series[k]!.i]! >
        Math.abs(series[most]!.values[t]! - level0[most]!) * spread[series[most]!.i]!
      )
        most = k;
    });
    if (series[most]!.i === first.i) leading++;
  }
  const concentration = leading / (windows.length - split);
  return { findings, verdict: concentration >= 0.7 ? 'instrument' : 'process', concentration };
}

/** Standard deviation of each z from window to window, from the random parts alone: √((W·R·W)ᵢᵢ ÷ Wᵢᵢ), W = Gᵀ·S⁻¹·G. */
function betweenWindows(core: Core, share: Float64Array): Float64Array {
  const variance = new Float64Array(core.measurements);
  const unit = new Float64Array(core.measurements);
  for (let j = 0; j < core.measurements; j++) {
    unit.fill(0);
    unit[j] = 1;
    const column = core.transpose(core.solve(core.apply(unit)));
    const random = share[j]! * core.covariance.variance[j]!;
    for (let i = 0; i < variance.length; i++) variance[i]! += column[i]! ** 2 * random;
  }
  const precision = core.precisionDiagonal();
  return variance.map((value, i) => (precision[i]! > 0 ? Math.sqrt(value / precision[i]!) : 1));
}
