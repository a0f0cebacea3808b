import { isConvertible } from '../../config/measures/units.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { detectableBiases } from '../network/detectable-bias.ts';
import { adviseMeters, type Candidate, type MeterAdvice } from '../network/meter-advice.ts';
import type { Problem, Reconciliation } from '../network/problem.ts';
import { ProblemError } from '../network/problem-error.ts';
import { crossing, subtree } from './boundary.ts';
import type { BalanceFlows, Flow } from './flows.ts';

/** Candidates beyond these, in the order of what their streams leave uncertain, are not computed. */
const MOST_CANDIDATES = 20;
/** As many meters are named at most. */
const NAMED = 10;

/** A fitted meter that deserves a verification before others. */
export interface VerifyFirst {
  readonly stream: string;
  /** It is suspected; no balance checks it; or it is what makes the imbalance uncertain. */
  readonly because: 'suspect' | 'unchecked' | 'share';
  /** Its variance over the sum of those of all that crosses the plant's boundary, 0…1; null where one of them is unknown. */
  readonly share: number | null;
  /** The smallest bias that the balance finds with probability 0.8, in its unit; null where it would find none, however large. */
  readonly detectable: number | null;
}

/** What one new meter would buy in one balance. */
export interface NewMeter {
  readonly stream: string;
  /** Standard uncertainty that it is taken to have over the window, in the unit of the balance. */
  readonly u: number;
  /** Streams that become known, and meters that become checked. */
  readonly determines: readonly string[];
  readonly checks: readonly string[];
  /** √ of the mean variance of all streams that are known without it: without and with it. */
  readonly before: number;
  readonly after: number;
  /** Streams whose standard uncertainty it changes by a tenth or more. */
  readonly streams: readonly { readonly id: string; readonly before: number | null; readonly after: number }[];
}

/** What to do about the metering of one balance. */
export interface Advice {
  /** The most urgent first. */
  readonly verify: readonly VerifyFirst[];
  /** The one that buys most first: what becomes known, then what becomes checked, then certainty over the whole balance. */
  readonly meters: readonly NewMeter[];
  /** Relative standard uncertainty that a new meter is taken to have: the median of the metered streams of this balance. */
  readonly newMeterRelative: number | null;
}

/**
 * Which meter to verify first and which one new meter buys most certainty, from the uncertainties of a balance alone.
 *
 * Candidates are the streams without a meter that one could be fitted on; the new meter is taken to be as good as the meters
 * of the balance are (median). It replaces an estimate. The promise rests on the present amounts; it does not depend on what the meter
 * will read.
 */
export function adviceOn(plant: Plant, { flows, stocks, layout }: BalanceFlows, problem: Problem, result: Reconciliation): Advice {
  const metered = new Set(flows.filter(({ basis }) => basis === 'metered').map(({ id }) => id));
  const inside = subtree(plant, layout.boundaries[0]!);
  const crossers = [...flows.filter((flow) => crossing(flow, inside) !== 0).map(({ id }) => id), ...stocks.map(({ id }) => id)];
  const byId = new Map(problem.streams.map((stream) => [stream.id, stream]));
  const variance = crossers.reduce((sum, id) => sum + (byId.get(id)?.sigma ?? Number.NaN) ** 2, 0);
  const detectable = new Map(detectableBiases(problem).map(({ id, bias }) => [id, bias]));
  const suspected = result.suspects.filter(({ kind }) => kind === 'bias').flatMap(({ ids }) => ids);
  const rank = { suspect: 0, unchecked: 1, share: 2 } as const;
  const verify = result.streams
    .filter(({ id, measured }) => metered.has(id) && measured !== null)
    .map((stream): VerifyFirst => {
      const share =
        Number.isFinite(variance) && variance > 0
          ? crossers.includes(stream.id)
            ? (byId.get(stream.id)!.sigma ?? 0) ** 2 / variance
            : 0
          : null;
      const because = suspected.includes(stream.id) ? 'suspect' : stream.class === 'redundant' ? 'share' : 'unchecked';
      return { stream: stream.id, because, share, detectable: detectable.get(stream.id) ?? null };
    })
    .filter(({ because, share }) => because !== 'share' || (share ?? 0) > 0)
    .sort(
      (a, b) =>
        rank[a.because] - rank[b.because] ||
        (a.because === 'suspect' ? suspected.indexOf(a.stream) - suspected.indexOf(b.stream) : (b.share ?? 0) - (a.share ?? 0)),
    );
  const relative = medianOf(
    result.streams.flatMap(({ id, measured }) => {
      const sigma = byId.get(id)?.sigma;
      return metered.has(id) && measured !== null && measured !== 0 && sigma ? [Math.abs(sigma / measured)] : [];
    }),
  );
  return { verify: verify.slice(0, NAMED), meters: relative === null ? [] : newMeters(), newMeterRelative: relative };

  function newMeters(): NewMeter[] {
    const open = (sigma: number | null) => sigma ?? Number.POSITIVE_INFINITY;
    const candidates = result.streams
      .filter(({ id }) => flows.some((flow) => flow.id === id && canBeMetered(plant, flow)))
      .flatMap((stream) => {
        const sigma = relative! * Math.abs(stream.reconciled ?? stream.measured ?? sizeOf(stream.id));
        const gain = open(stream.sigma) - sigma;
        // of a stream that nothing measures even a poor meter checks others
        return sigma > 0 && (stream.measured === null || gain > 0.1 * open(stream.sigma))
          ? [{ id: stream.id, sigma, replaces: true, gain }]
          : [];
      })
      .sort((a, b) => (a.gain === b.gain ? 0 : b.gain - a.gain))
      .slice(0, MOST_CANDIDATES);
    return promised(candidates)
      .filter(({ newlyDetermined, newlyRedundant, before, after }) => newlyDetermined.length + newlyRedundant.length > 0 || after < before)
      .map(({ id, sigma, newlyDetermined, newlyRedundant, before, after, streams }) => ({
        stream: id,
        u: sigma,
        determines: newlyDetermined,
        checks: newlyRedundant,
        before,
        after,
        streams: streams.flatMap((one) =>
          one.after !== null && one.after < 0.9 * open(one.before) ? [{ id: one.id, before: one.before, after: one.after }] : [],
        ),
      }))
      .slice(0, NAMED);
  }

  /** With relations only streams that the network determines are asked about, and where their equations find no solution with a meter, none. */
  function promised(candidates: readonly Candidate[]): MeterAdvice[] {
    if (problem.templates === undefined) return adviseMeters(problem, candidates);
    const known = new Set(result.streams.filter(({ reconciled }) => reconciled !== null).map(({ id }) => id));
    try {
      return adviseMeters(
        problem,
        candidates.filter(({ id }) => known.has(id)),
      );
    } catch (error) {
      if (error instanceof ProblemError) return [];
      throw error;
    }
  }

  /** A stream of which nothing is known is taken to be as large as the largest one beside it: nothing promises less. */
  function sizeOf(id: string): number {
    const own = byId.get(id)!;
    const near = result.streams.filter((_, k) => {
      const { from, to } = problem.streams[k]!;
      return [from, to].some((end) => end !== 'ENV' && (end === own.from || end === own.to));
    });
    return Math.max(0, ...near.map(({ reconciled, measured }) => Math.abs(reconciled ?? measured ?? 0)));
  }
}

/** A stream without a meter that one could be fitted on: a loss has no pipe, and heat that arises in a process does not flow in one. */
function canBeMetered(plant: Plant, { basis, stream }: Flow): boolean {
  const heat = isConvertible(plant.media.get(stream.medium)!.unit, 'GJ');
  return basis !== 'metered' && stream.role !== 'loss' && !(heat && basis === 'derived');
}

function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[sorted.length >> 1]!;
}
