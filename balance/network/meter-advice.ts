import { solveProblem } from './prepare.ts';
import { prepared } from './prepared.ts';
import type { Problem, StreamResult } from './problem.ts';
import { streamResults } from './stream-results.ts';

/** A meter that could be fitted. */
export interface Candidate {
  readonly id: string;
  /** Standard deviation that the new meter would have. */
  readonly sigma: number;
  /** It takes the place of what is known of the stream now (an estimate), instead of standing beside it as a second, independent meter. */
  readonly replaces?: boolean;
}

/** What one new meter buys. */
export interface MeterAdvice {
  readonly id: string;
  readonly sigma: number;
  /** Streams that become known at all, and meters that become checked. */
  readonly newlyDetermined: readonly string[];
  readonly newlyRedundant: readonly string[];
  /** √ of the mean variance of all streams that are known without it, in the streams' unit: without and with it. */
  readonly before: number;
  readonly after: number;
  /** Each stream's standard deviation without and with it; null where not determinable. */
  readonly streams: readonly { readonly id: string; readonly before: number | null; readonly after: number | null }[];
}

/**
 * What each candidate meter would buy, the best first: what it makes known, then what it makes checked, then how much certainty it adds
 * over the whole balance. One candidate at a time; a candidate on a stream that is measured already is a second, independent meter,
 * unless it replaces what is there.
 *
 * In a network the promise is exact whatever the meter will read, because variances do not depend on readings. In equations it holds
 * around the present solution, and candidates must be determined by it.
 *
 * @throws ProblemError as `reconcile`; RangeError where a candidate names no stream or its σ is not positive.
 * @source F. Madron, V. Veverka, Optimal selection of measuring points in complex plants by linear models, AIChE J. 38 (1992)
 */
export function adviseMeters(given: Problem, candidates: readonly Candidate[]): MeterAdvice[] {
  const problem = prepared(given);
  const base = streamResults(problem, solveProblem(problem).estimate);
  const known = [...base.keys()].filter((k) => base[k]!.sigma !== null);
  const spread = (results: readonly StreamResult[]) =>
    Math.sqrt(known.reduce((sum, k) => sum + results[k]!.sigma! ** 2, 0) / Math.max(1, known.length));
  return candidates
    .map(({ id, sigma, replaces = false }): MeterAdvice => {
      const at = problem.streams.findIndex((stream) => stream.id === id);
      if (at === -1 || !(sigma > 0)) throw new RangeError(`candidate ${id}: no such stream, or its sigma is not positive`);
      const with_ = streamResults(problem, solveProblem(fitted(problem, base, at, sigma, replaces)).estimate);
      const turned = (test: (one: StreamResult) => boolean) =>
        base.flatMap((one, k) => (k !== at && !test(one) && test(with_[k]!) ? [one.id] : []));
      return {
        id,
        sigma,
        newlyDetermined: [...(base[at]!.reconciled === null ? [id] : []), ...turned((one) => one.reconciled !== null)],
        newlyRedundant: turned((one) => one.class === 'redundant'),
        before: spread(base),
        after: spread(with_),
        streams: base.map((one, k) => ({ id: one.id, before: one.sigma, after: with_[k]!.sigma })),
      };
    })
    .sort(
      (a, b) =>
        b.newlyDetermined.length - a.newlyDetermined.length || b.newlyRedundant.length - a.newlyRedundant.length || a.after - b.after,
    );
}

/** The problem with the candidate in place; it reads what is expected of it, 0 where nothing is known. */
function fitted(problem: Problem, base: readonly StreamResult[], at: number, sigma: number, replaces: boolean): Problem {
  const present = problem.streams[at]!;
  const both = !replaces && present.sigma !== null && present.measured !== null;
  // two independent meters of one stream count as one of smaller variance
  const own = both ? 1 / Math.sqrt(1 / present.sigma! ** 2 + 1 / sigma ** 2) : sigma;
  const measured = present.measured ?? base[at]!.reconciled ?? 0;
  const streams = problem.streams.map((stream, k) => (k === at ? { ...stream, measured, sigma: own } : stream));
  // what the estimate shared with others, the new meter does not
  const correlations = (problem.correlations ?? []).filter(({ a, b }) => !replaces || (a !== present.id && b !== present.id));
  return { ...problem, streams, correlations };
}
