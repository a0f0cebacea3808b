import { checkProblem } from './check-problem.ts';
import { refuseNonFinite } from './conditioning.ts';
import { STRAIGHT } from './curvature.ts';
import { chiSquareCritical, normalCritical, sidakLevel } from './distributions.ts';
import type { Estimate } from './estimate.ts';
import { identify } from './identify.ts';
import { inService, withOutOfService } from './out-of-service.ts';
import { type Solved, solveProblem } from './prepare.ts';
import type { Problem, Reconciliation, StreamResult, Suspect } from './problem.ts';
import { ProblemError } from './problem-error.ts';
import { type Remedy, remedies } from './remedies.ts';
import { robustReconcile } from './robust.ts';
import { streamResults } from './stream-results.ts';
import { type UnitRules, writtenOut } from './templates.ts';

/** A robust estimate takes dozens of solutions: beyond so many streams it is left out. */
const MOST_CHECKED = 500;
const PASSES = 15;

/**
 * Reconciles measurements with the balances that they must satisfy: the smallest correction, weighed by V⁻¹, that closes every balance
 * exactly; then tests what chance cannot explain and names where it may come from.
 *
 * Values and standard deviations (k = 1) bear the streams' own units; balances must be dimensionally consistent (templates are checked by
 * `units`, without which units of two names do not go together). Nothing here knows time.
 *
 * @throws ProblemError where the problem cannot be reconciled as given: every defect with its path.
 * @source C. M. Crowe, Y. A. García Campos, A. Hrymak, AIChE J. 29 (1983); S. Narasimhan, C. Jordache, Data Reconciliation and Gross
 * Error Detection (2000)
 */
export function reconcile(given: Problem, units?: UnitRules): Reconciliation {
  checkProblem(given);
  const written = writtenOut(given, units);
  return withOutOfService(written, reconciled(inService(written)));
}

function reconciled(problem: Problem): Reconciliation {
  const alpha = problem.options?.alpha ?? 0.05;
  const solved = solveProblem(problem);
  const { estimate, nodes } = solved;
  const plain = streamResults(problem, estimate);
  const streams = withRemedies(plain, remedies(problem, plain, estimate));
  const members = groupsOf(problem, estimate);
  const dof = estimate.core.constraints;
  const critical = chiSquareCritical(dof, alpha);
  const warnings = warningsOf(problem, solved, streams);
  const curvature = estimate.curvature?.() ?? null;
  if (curvature !== null && curvature > STRAIGHT) warnings.push(bending(curvature));
  let suspects: readonly Suspect[] = [];
  if (problem.options?.identify !== false && dof > 0) {
    const ids = Array.from(estimate.streams, (s) => problem.streams[s]!.id);
    const found = identify(estimate, {
      alpha,
      ids,
      tests: members.length + leaksApart(estimate),
      feasible: feasibility(problem, estimate),
    });
    suspects = found.suspects;
    if (suspects.length === 0 && critical !== null && solved.statistic > critical) {
      warnings.push('总体检验未通过，但没有可行的误差假设可以解释 / the global test fails and no error that could be explains it');
    }
    if (found.exhausted) {
      warnings.push(
        '显著误差占尽全部冗余，其他组合同样可以解释 / the suspects use up all redundancy: other sets would explain the data as well',
      );
    }
  }
  return refuseNonFinite({
    streams,
    global: { statistic: solved.statistic, dof, critical, alpha, passed: critical === null ? null : solved.statistic <= critical },
    measurementTest: { critical: members.length === 0 ? null : normalCritical(sidakLevel(alpha, members.length)), tests: members.length },
    nodes,
    suspects,
    ...crossCheckOf(problem, suspects),
    groups: members.filter((ids) => ids.length > 1),
    ...(problem.kind === 'equations' ? { curvature } : {}),
    iterations: estimate.iterations,
    warnings,
  });
}

/** What a reader must know where equations bend within the uncertainty. */
function bending(curvature: number): string {
  const percent = Number((100 * curvature).toPrecision(2));
  return `方程在测量不确定度范围内明显弯曲（二阶部分为约束方差的 ${percent} %）：总体检验、测量检验和标准不确定度只是近似，实际误报率多低于 α / the equations bend within the measuring uncertainty (their second-order part is ${percent} % of the constraints' variance): the global test, the measurement tests and the standard deviations are only approximate, and mostly raise fewer alarms than α says`;
}

/** What a robust estimate sets aside, and whether all of it is under suspicion already; nothing where it finds no solution. */
function crossCheckOf(problem: Problem, suspects: readonly Suspect[]): Pick<Reconciliation, 'crossCheck'> {
  if (suspects.length === 0 || problem.streams.length > MOST_CHECKED) return {};
  try {
    const { weights } = robustReconcile(problem, 'hampel', PASSES);
    const setAside = problem.streams.flatMap(({ id }, s) => (weights[s]! < 0.5 ? [id] : []));
    const named = new Set(suspects.flatMap(({ ids, alternatives = [] }) => [...ids, ...alternatives.flatMap((other) => other.ids)]));
    return { crossCheck: { loss: 'hampel', setAside, agrees: setAside.every((id) => named.has(id)) } };
  } catch (error) {
    if (error instanceof ProblemError) return {};
    throw error;
  }
}

/** Says beside each stream that is not determined or not checked why, and what would help. */
function withRemedies(streams: readonly StreamResult[], reasons: readonly Remedy[]): StreamResult[] {
  const byId = new Map(reasons.map((reason) => [reason.id, reason]));
  return streams.map((stream) => {
    const reason = byId.get(stream.id);
    return reason ? { ...stream, remedy: { meters: reason.meters, zh: reason.zh, en: reason.en } } : stream;
  });
}

/** Redundant streams by what can be told apart, single ones included. */
function groupsOf(problem: Problem, { core, streams }: Estimate): string[][] {
  const members = new Map<number, string[]>();
  core.groups().forEach((group, i) => {
    if (group === -1) return;
    const id = problem.streams[streams[i]!]!.id;
    const list = members.get(group);
    if (list) list.push(id);
    else members.set(group, [id]);
  });
  return [...members.values()];
}

/** Leaks that look like no meter's bias, as a meter's does which stands alone in the leak's balance: so many more errors are tried. */
function leaksApart({ core, leaks }: Estimate): number {
  const alone = new Set<number>();
  for (let i = 0; i < core.measurements; i++) {
    const column = core.column(i);
    if (column.length === 1) alone.add(column[0]![0]);
  }
  return leaks.filter(({ effect }) => !(effect.length === 1 && alone.has(effect[0]![0]))).length;
}

/**
 * Whether a reconciled state could be: within given bounds, and in a network without flows that are negative though their meters read
 * none; two standard deviations are allowed to chance.
 */
function feasibility(problem: Problem, { streams, core }: Estimate): (reconciled: Float64Array) => boolean {
  const lowest = Array.from(streams, (s) => {
    const { min, measured } = problem.streams[s]!;
    return min ?? (problem.kind === 'linear-network' && measured! >= 0 ? 0 : Number.NEGATIVE_INFINITY);
  });
  const highest = Array.from(streams, (s) => problem.streams[s]!.max ?? Number.POSITIVE_INFINITY);
  return (x) =>
    x.every((value, i) => {
      const slack = 2 * Math.sqrt(core.covariance.variance[i]!);
      return value >= lowest[i]! - slack && value <= highest[i]! + slack;
    });
}

function warningsOf(problem: Problem, { estimate, active }: Solved, streams: readonly StreamResult[]): string[] {
  const warnings: string[] = [];
  if (estimate.core.constraints === 0) {
    warnings.push('没有任何冗余，测量值无法相互检验 / there is no redundancy at all: the measurements cannot be tested against each other');
  }
  if (active.length > 0) {
    const ids = active.map(({ id }) => id).join(', ');
    warnings.push(`${ids} 处于上下限，总体检验只是近似 / at their bounds: ${ids}; the global test is then only approximate`);
  }
  for (const [s, { id }] of problem.streams.entries()) {
    if (estimate.deadEnd[s])
      warnings.push(`物流 ${id} 通向死端，平衡要求其为零 / ${id} leads to a dead end: the balances force it to zero`);
  }
  if (problem.kind === 'linear-network') {
    const negative = streams.filter(
      (s, k) => s.reconciled !== null && problem.streams[k]!.min === undefined && s.reconciled < -2 * (s.sigma ?? 0) && s.reconciled < 0,
    );
    for (const { id } of negative)
      warnings.push(`物流 ${id} 的协调值为负，请核对流向 / the reconciled flow of ${id} is negative: check its direction`);
  }
  return warnings;
}
