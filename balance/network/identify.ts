import { chiSquareCritical, normalCritical, sidakLevel } from './distributions.ts';
import type { Estimate } from './estimate.ts';
import { type Hypotheses, type Hypothesis, hypotheses } from './hypotheses.ts';
import { jointEstimate } from './joint-estimate.ts';
import type { Alternative, Suspect } from './problem.ts';

/** What identification is told about a problem. */
export interface Setting {
  readonly alpha: number;
  /** The name of each measurement's stream. */
  readonly ids: readonly string[];
  /** Single errors that can be told apart, biases and leaks: so many tests are made. */
  readonly tests: number;
  /** Whether reconciled measurements lie where flows may lie. */
  readonly feasible: (reconciled: Float64Array) => boolean;
}

/** What serial elimination found. */
export interface Identification {
  readonly suspects: readonly Suspect[];
  /** All redundancy was used up: what is named explains the data, and so would other sets. */
  readonly exhausted: boolean;
}

/** More errors than this in one network are no longer gross errors but a wrong model. */
const MOST = 20;
/** Two explanations whose J differ by less cannot be told apart by these data: χ²(1) at 95 %. */
const CLOSE = 3.841458820694124;

/**
 * Serial elimination with feasibility: takes the error with the largest likelihood ratio, a bias or a leak, as present, judges all others
 * given it, and goes on until what is left of J is what chance allows. An explanation that drives a flow out of its bounds is passed
 * over. Magnitudes are estimated together at the end; what then is not significant and not needed is dropped.
 *
 * @source D. Serth, W. Heenan, AIChE J. 32 (1986) for MIMT; Q. Jiang, M. J. Bagajewicz, Ind. Eng. Chem. Res. 38 (1999) for collecting
 * candidates with joint estimation and for sets that are equivalent
 */
export function identify(estimate: Estimate, setting: Setting): Identification {
  const { alpha, tests } = setting;
  const state = hypotheses(estimate);
  const dof = estimate.core.constraints;
  const threshold = normalCritical(sidakLevel(alpha, tests)) ** 2;
  const found: Found[] = [];
  const chosen: Hypothesis[] = [];
  while (found.length < Math.min(MOST, dof)) {
    const critical = chiSquareCritical(dof - found.length, alpha)!;
    const order = [...state.all.keys()].filter((h) => state.information[h]! > 0).sort((g, h) => state.ratio(h) - state.ratio(g));
    const largest = order[0];
    if (largest === undefined || (state.statistic <= critical && state.ratio(largest) <= threshold)) break;
    const couldBe = (h: number) => {
      const joint = jointEstimate(estimate, [...chosen, state.all[h]!]);
      return joint !== null && setting.feasible(joint.reconciled);
    };
    const winner = order.slice(0, MOST).find((h) => !gains(state, h) && couldBe(h));
    if (winner === undefined) break;
    const same = state.equivalents(winner);
    // a bias is named before the leak that looks the same
    const first = same.find((h) => state.all[h]!.kind === 'bias' && couldBe(h)) ?? winner;
    const statistic = state.ratio(winner);
    found.push({
      same,
      first,
      statistic,
      after: Math.max(0, state.statistic - statistic),
      alternatives: alternatives(estimate, setting, state, winner, same, order),
    });
    chosen.push(state.all[first]!);
    state.accept(first);
  }
  return {
    suspects: report(estimate, setting, state, prune(estimate, setting, found, chosen, threshold)),
    exhausted: found.length > 0 && found.length === dof,
  };
}

/** A leak that would have to bring something in, and looks like no meter's bias: not an explanation. */
function gains(state: Hypotheses, h: number): boolean {
  return state.all[h]!.signed && state.score[h]! < 0 && state.equivalents(h).every((g) => state.all[g]!.kind === 'leak');
}

interface Found {
  readonly same: readonly number[];
  readonly first: number;
  readonly statistic: number;
  readonly after: number;
  readonly alternatives: readonly Alternative[];
}

/**
 * Drops what, estimated together with the others, is neither significant nor needed for J to pass, nor for flows to lie where they may.
 * Those that could not be told apart given what is dropped are compared anew.
 */
function prune(
  estimate: Estimate,
  { alpha, feasible }: Setting,
  found: Found[],
  chosen: readonly Hypothesis[],
  threshold: number,
): { found: Found; hypothesis: Hypothesis }[] {
  let kept = found.map((entry, k) => ({ found: entry, hypothesis: chosen[k]! }));
  while (kept.length > 1) {
    const joint = jointEstimate(
      estimate,
      kept.map(({ hypothesis }) => hypothesis),
    );
    if (joint === null) break;
    const weakest = [...joint.magnitudes.keys()].reduce((a, b) => (significance(joint, b) < significance(joint, a) ? b : a));
    const critical = chiSquareCritical(estimate.core.constraints - kept.length + 1, alpha)!;
    if (significance(joint, weakest) > threshold || joint.statistic + significance(joint, weakest) > critical) break;
    const rest = kept.filter((_, k) => k !== weakest);
    const without = jointEstimate(
      estimate,
      rest.map(({ hypothesis }) => hypothesis),
    );
    if (without === null || !feasible(without.reconciled)) break;
    kept = rest;
  }
  if (kept.length === found.length) return kept;
  const state = hypotheses(estimate);
  return kept.map((entry) => {
    const same = state.equivalents(entry.found.first);
    state.accept(entry.found.first);
    return { ...entry, found: { ...entry.found, same } };
  });
}

function significance(joint: { magnitudes: Float64Array; sigmas: Float64Array }, k: number): number {
  return (joint.magnitudes[k]! / joint.sigmas[k]!) ** 2;
}

/** Other single explanations of this step: every one that the data do not reject against the winner, and the best of the other kind. */
function alternatives(
  estimate: Estimate,
  setting: Setting,
  state: Hypotheses,
  winner: number,
  same: readonly number[],
  order: readonly number[],
): Alternative[] {
  const taken = new Set(same);
  const kind = state.all[winner]!.kind;
  const list: Alternative[] = [];
  let otherKind = same.some((h) => state.all[h]!.kind !== kind);
  for (const h of order) {
    if (taken.has(h) || (state.all[h]!.signed && state.score[h]! < 0)) continue;
    const close = state.ratio(winner) - state.ratio(h) < CLOSE;
    const differs = !otherKind && state.all[h]!.kind !== kind;
    if (!close && otherKind) break;
    if (!(close && list.length < 10) && !differs) continue;
    const equal = state.equivalents(h).filter((g) => state.all[g]!.kind === state.all[h]!.kind);
    for (const g of equal) taken.add(g);
    if (differs) otherKind = true;
    list.push({
      kind: state.all[h]!.kind,
      ids: namesOf(estimate, setting, state, equal),
      magnitude: state.score[h]! / state.information[h]!,
      statistic: state.ratio(h),
      statisticAfter: Math.max(0, state.statistic - state.ratio(h)),
      rejected: !close,
    });
  }
  return list;
}

function report(estimate: Estimate, setting: Setting, state: Hypotheses, kept: { found: Found; hypothesis: Hypothesis }[]): Suspect[] {
  const joint = jointEstimate(
    estimate,
    kept.map(({ hypothesis }) => hypothesis),
  );
  return kept.flatMap(({ found, hypothesis }, k) => {
    const magnitude = joint?.magnitudes[k] ?? Number.NaN;
    return (['bias', 'leak'] as const).flatMap((kind): Suspect[] => {
      const members = found.same.filter((h) => state.all[h]!.kind === kind);
      // the one that the others were estimated with stands first
      const own = members.indexOf(found.first);
      if (own > 0) members.unshift(...members.splice(own, 1));
      if (members.length === 0) return [];
      // the same effect seen from its first member
      const factor = ratioOfEffects(hypothesis, state.all[members[0]!]!);
      return [
        {
          kind,
          ids: namesOf(estimate, setting, state, members),
          magnitude: magnitude * factor,
          magnitudeSigma: (joint?.sigmas[k] ?? Number.NaN) * Math.abs(factor),
          statistic: found.statistic,
          statisticAfter: found.after,
          step: k + 1,
          alternatives: found.alternatives,
        },
      ];
    });
  });
}

/** b for f stands for b·factor of g where f = factor·g on the row on which g is largest; 1 where they share no row. */
function ratioOfEffects(f: Hypothesis, g: Hypothesis): number {
  const [row, value] = g.effect.reduce((a, b) => (Math.abs(b[1]) > Math.abs(a[1]) ? b : a));
  const mine = f.effect.find(([k]) => k === row);
  return mine ? mine[1] / value : 1;
}

function namesOf(estimate: Estimate, setting: Setting, state: Hypotheses, members: readonly number[]): string[] {
  return members.flatMap((h) => {
    const { kind, index } = state.all[h]!;
    return kind === 'bias' ? [setting.ids[index]!] : estimate.leaks[index]!.nodes;
  });
}
