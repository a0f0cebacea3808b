import { chiSquareCritical } from './distributions.ts';
import { hypotheses } from './hypotheses.ts';
import { type JointEstimate, jointEstimate } from './joint-estimate.ts';
import { solveProblem } from './prepare.ts';
import { prepared } from './prepared.ts';
import type { Problem } from './problem.ts';

/** A set of errors that, taken together, leaves nothing that chance could not explain. */
export interface Explanation {
  readonly errors: readonly {
    readonly kind: 'bias' | 'leak';
    readonly ids: readonly string[];
    readonly magnitude: number;
    readonly sigma: number;
  }[];
  /** J with all of them taken out. */
  readonly statistic: number;
}

/** Sets are tried among the hypotheses with the largest likelihood ratios only. */
const CANDIDATES = 20;
const LARGEST_SET = 3;

/**
 * Every smallest set of errors that explains the data: exhaustive over one, two, three errors among the 20 likeliest hypotheses. Where
 * serial elimination can be misled by errors that mask each other, this cannot. The best explanation comes first; empty where chance
 * alone explains the data, or where no set of three does.
 *
 * @source for the aim, fewest gross errors, as in mixed-integer formulations: T. A. Soderstrom et al., Comput. Chem. Eng. 25 (2001)
 */
export function smallestExplanations(given: Problem): Explanation[] {
  const problem = prepared(given);
  const { estimate } = solveProblem(problem);
  const alpha = problem.options?.alpha ?? 0.05;
  const dof = estimate.core.constraints;
  const state = hypotheses(estimate);
  const critical = (count: number) => (count < dof ? chiSquareCritical(dof - count, alpha)! : 0);
  if (dof === 0 || state.statistic <= critical(0)) return [];
  const leaks = (h: number) => state.all[h]!.kind === 'leak';
  // one member of each set that cannot be told apart; a bias before the leak that looks the same
  const taken = new Set<number>();
  const candidates: { readonly h: number; readonly ids: readonly string[] }[] = [];
  const order = [...state.all.keys()].sort((g, h) => state.ratio(h) - state.ratio(g) || Number(leaks(g)) - Number(leaks(h)));
  for (const h of order) {
    if (taken.has(h) || candidates.length === CANDIDATES) continue;
    const same = state.equivalents(h);
    for (const g of same) taken.add(g);
    const first = same.find((g) => !leaks(g)) ?? h;
    const ids = same
      .filter((g) => leaks(g) === leaks(first))
      .flatMap((g) => {
        const { kind, index } = state.all[g]!;
        return kind === 'bias' ? [problem.streams[estimate.streams[index]!]!.id] : estimate.leaks[index]!.nodes;
      });
    candidates.push({ h: first, ids });
  }
  for (let count = 1; count <= Math.min(LARGEST_SET, dof - 1); count++) {
    const found: Explanation[] = [];
    for (const set of subsets(candidates, count)) {
      const joint = jointEstimate(
        estimate,
        set.map(({ h }) => state.all[h]!),
      );
      if (joint === null || joint.statistic > critical(count)) continue;
      if (set.some(({ h }, k) => state.all[h]!.signed && joint.magnitudes[k]! < 0)) continue;
      found.push({ errors: set.map(({ h, ids }, k) => describe(state.all[h]!.kind, ids, joint, k)), statistic: joint.statistic });
    }
    if (found.length > 0) return found.sort((a, b) => a.statistic - b.statistic);
  }
  return [];
}

function describe(kind: 'bias' | 'leak', ids: readonly string[], joint: JointEstimate, k: number): Explanation['errors'][number] {
  return { kind, ids, magnitude: joint.magnitudes[k]!, sigma: joint.sigmas[k]! };
}

function* subsets<T>(list: readonly T[], count: number, from = 0): Generator<T[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (let k = from; k <= list.length - count; k++) for (const rest of subsets(list, count - 1, k + 1)) yield [list[k]!, ...rest];
}
