import { checkProblem } from './check-problem.ts';
import { applyReconciledCovariance, statistic } from './core.ts';
import { type Covariance, checkPositiveDefinite } from './covariance.ts';
import { chiSquareCritical } from './distributions.ts';
import type { Estimate } from './estimate.ts';
import { estimateNetwork, planNetwork } from './network-estimate.ts';
import { nodalTests } from './nodal-test.ts';
import type { NodeResult, Problem, Reconciliation, StreamResult } from './problem.ts';
import { ProblemError } from './problem-error.ts';
import { topology } from './topology.ts';

/**
 * Reconciles measurements with the balances that they must satisfy: the smallest correction, weighed by V⁻¹, that closes every balance
 * exactly.
 *
 * Values and standard deviations bear the streams' own units; balances must be dimensionally consistent. Nothing here knows time.
 *
 * @throws ProblemError where the problem cannot be reconciled as given: every defect with its path.
 * @source C. M. Crowe, Y. A. García Campos, A. Hrymak, AIChE J. 29 (1983); S. Narasimhan, C. Jordache, Data Reconciliation and Gross
 * Error Detection (2000)
 */
export function reconcile(input: Problem): Reconciliation {
  checkProblem(input);
  const problem: Problem = input;
  const alpha = problem.options?.alpha ?? 0.05;
  if (problem.kind === 'equations') {
    throw new ProblemError([
      { code: 'equations', path: ['kind'], zh: '本版本尚不能求解一般方程', en: 'this version solves linear networks only' },
    ]);
  }
  const network = topology(problem);
  const unmeasured = Uint8Array.from(problem.streams, (stream) => (typeof stream.measured === 'number' ? 0 : 1));
  const plan = planNetwork(network, unmeasured, (measurementOf) => covarianceOf(problem, measurementOf));
  const covariance = covarianceOf(problem, plan.measurementOf);
  checkPositiveDefinite(
    covariance,
    Array.from(plan.streams, (s) => problem.streams[s]!.id),
  );
  const y = Float64Array.from(plan.streams, (s) => problem.streams[s]!.measured!);
  const estimate = estimateNetwork(plan, y, covariance);
  const j = statistic(estimate.core);
  const dof = estimate.core.constraints;
  const critical = chiSquareCritical(dof, alpha);
  const nodes: NodeResult[] = nodalTests(network, plan.measurementOf, y, covariance);
  return {
    streams: streamResults(problem, estimate),
    global: { statistic: j, dof, critical, alpha, passed: critical === null ? null : j <= critical },
    nodes,
    suspects: [],
    groups: groupsOf(problem, estimate),
    iterations: estimate.iterations,
    warnings: [],
  };
}

/** V by measurement: σ² and r·σ·σ. Correlations with unmeasured streams take no part. */
export function covarianceOf(problem: Problem, measurementOf: Int32Array): Covariance {
  const sigmas: number[] = [];
  problem.streams.forEach((stream, s) => {
    if (measurementOf[s]! >= 0) sigmas[measurementOf[s]!] = stream.sigma!;
  });
  const place = new Map(problem.streams.map((stream, s) => [stream.id, measurementOf[s]!]));
  const entries = (problem.correlations ?? [])
    .map(({ a, b, r }) => ({ a: place.get(a)!, b: place.get(b)!, r }))
    .filter(({ a, b, r }) => a >= 0 && b >= 0 && r !== 0);
  return {
    size: sigmas.length,
    variance: Float64Array.from(sigmas, (sigma) => sigma * sigma),
    a: Int32Array.from(entries, ({ a }) => a),
    b: Int32Array.from(entries, ({ b }) => b),
    covariance: Float64Array.from(entries, ({ a, b, r }) => r * sigmas[a]! * sigmas[b]!),
  };
}

function streamResults(problem: Problem, estimate: Estimate): StreamResult[] {
  const { core, measurementOf, classes, reconciled, y } = estimate;
  const values = estimate.complete(reconciled);
  const adjusted = core.adjustmentVariance();
  const precision = core.precisionDiagonal();
  const d = core.transpose(core.multipliers);
  return problem.streams.map((stream, s) => {
    const kind = classes[s]!;
    const i = measurementOf[s]!;
    if (i === -1) {
      const determined = kind === 'observable';
      return {
        id: stream.id,
        measured: null,
        reconciled: determined ? values[s]! : null,
        sigma: determined ? functionalSigma(estimate, s) : null,
        class: kind,
        adjustment: null,
        test: null,
        adjustability: null,
        detectability: null,
      };
    }
    const redundant = kind === 'redundant';
    const variance = core.covariance.variance[i]!;
    const q = redundant ? Math.min(1, Math.max(0, adjusted[i]! / variance)) : 0; // the share of the variance that the balances remove
    return {
      id: stream.id,
      measured: y[i]!,
      reconciled: reconciled[i]!,
      sigma: Math.sqrt(variance * (1 - q)),
      class: kind,
      adjustment: reconciled[i]! - y[i]!,
      test: redundant && precision[i]! > 0 ? Math.abs(d[i]!) / Math.sqrt(precision[i]!) : null,
      adjustability: q / (1 + Math.sqrt(1 - q)),
      detectability: Math.sqrt(q),
    };
  });
}

/** σ of an unmeasured stream: √(wᵀ·Σ·w). */
function functionalSigma(estimate: Estimate, stream: number): number {
  const row = estimate.functional(stream);
  const w = new Float64Array(estimate.core.measurements);
  for (const [i, value] of row) w[i] = value;
  const spread = applyReconciledCovariance(estimate.core, w);
  let variance = 0;
  for (const [i, value] of row) variance += value * spread[i]!;
  return Math.sqrt(Math.max(0, variance));
}

function groupsOf(problem: Problem, { core, streams }: Estimate): string[][] {
  const members = new Map<number, string[]>();
  core.groups().forEach((group, i) => {
    if (group === -1) return;
    const id = problem.streams[streams[i]!]!.id;
    const list = members.get(group);
    if (list) list.push(id);
    else members.set(group, [id]);
  });
  return [...members.values()].filter((ids) => ids.length > 1);
}
