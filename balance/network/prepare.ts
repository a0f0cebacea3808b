import { applyBounds, type Limit } from './bounds.ts';
import { factored, refuseOpen } from './conditioning.ts';
import { statistic } from './core.ts';
import { type Covariance, covarianceRoot } from './covariance.ts';
import type { EquationSystem } from './equation-system.ts';
import { estimateEquations } from './equations-estimate.ts';
import type { Estimate } from './estimate.ts';
import { type Expression, ExpressionError, readExpression } from './expression.ts';
import { estimateNetwork, planNetwork } from './network-estimate.ts';
import { nodalTests } from './nodal-test.ts';
import type { NodeResult, Problem } from './problem.ts';
import { type ProblemDefect, ProblemError } from './problem-error.ts';
import { topology } from './topology.ts';

/** A problem solved, before anything is tested. */
export interface Solved {
  readonly estimate: Estimate;
  readonly nodes: readonly NodeResult[];
  /** J, what active bounds add included. */
  readonly statistic: number;
  readonly active: readonly Limit[];
}

/**
 * Solves a problem that has been checked: the graph rule and sparse factors for a network, Gauss–Newton for equations, bounds in both.
 *
 * @throws ProblemError
 */
export function solveProblem(problem: Problem): Solved {
  const limits = limitsOf(problem);
  return problem.kind === 'equations' ? solveEquations(problem, limits) : solveNetwork(problem, limits);
}

function solveNetwork(problem: Problem, limits: readonly Limit[]): Solved {
  const network = topology(problem);
  const unmeasured = Uint8Array.from(problem.streams, (stream) => (typeof stream.measured === 'number' ? 0 : 1));
  const plan = planNetwork(network, unmeasured, (measurementOf) => covarianceOf(problem, measurementOf));
  const covariance = covarianceOf(problem, plan.measurementOf);
  covarianceRoot(covariance, idsOf(problem, plan.streams));
  const y = Float64Array.from(plan.streams, (s) => problem.streams[s]!.measured!);
  const free = factored(() => estimateNetwork(plan, y, covariance));
  refuseOpen(...closureOf(free));
  const { core, reconciled, complete, measurementOf } = free;
  const row = (s: number) => (measurementOf[s]! >= 0 ? [[measurementOf[s]!, 1] as const] : free.functional(s));
  const bounded = applyBounds({ core, reconciled, complete, row }, limits);
  return {
    estimate: { ...free, reconciled: bounded.reconciled },
    nodes: nodalTests(network, plan.measurementOf, y, covariance),
    statistic: statistic(core) + bounded.addition,
    active: bounded.active,
  };
}

/** G·x̂ of each constraint, and Σ |x̂| + |y| + σ of the measurements in it. */
function closureOf({ core, reconciled, y }: Estimate): [Float64Array, Float64Array] {
  const sizes = new Float64Array(core.constraints);
  for (let i = 0; i < y.length; i++) {
    const size = Math.abs(reconciled[i]!) + Math.abs(y[i]!) + Math.sqrt(core.covariance.variance[i]!);
    for (const [k] of core.column(i)) sizes[k]! += size;
  }
  return [core.apply(reconciled), sizes];
}

/**
 * Equations among the streams of a problem that has been checked, read and put in order.
 *
 * @throws ProblemError where an equation cannot be read, or correlations contradict each other.
 */
export function equationSystem(problem: Problem): EquationSystem {
  const isMeasured = (s: number) => typeof problem.streams[s]!.measured === 'number';
  const all = [...problem.streams.keys()];
  const measured = Int32Array.from(all.filter(isMeasured));
  const unmeasured = Int32Array.from(all.filter((s) => !isMeasured(s)));
  const measurementOf = new Int32Array(all.length).fill(-1);
  measured.forEach((s, i) => {
    measurementOf[s] = i;
  });
  const covariance = covarianceOf(problem, measurementOf);
  return {
    equations: readEquations(problem),
    measured,
    unmeasured,
    y: Float64Array.from(measured, (s) => problem.streams[s]!.measured!),
    covariance,
    root: covarianceRoot(covariance, idsOf(problem, measured)),
    ...(problem.equationNames ? { names: problem.equationNames } : {}),
    initial: Array.from(unmeasured, (s) => problem.streams[s]!.initial ?? null),
  };
}

function solveEquations(problem: Problem, limits: readonly Limit[]): Solved {
  let addition = 0;
  let active: readonly Limit[] = [];
  const estimate = estimateEquations(
    equationSystem(problem),
    limits.length === 0
      ? undefined
      : (bounded) => {
          const result = applyBounds(bounded, limits);
          addition = result.addition;
          active = result.active;
          return result.reconciled;
        },
  );
  return { estimate, nodes: [], statistic: statistic(estimate.core) + addition, active };
}

/** Bounds of the streams that have any. */
function limitsOf(problem: Problem): Limit[] {
  const nonNegative = problem.options?.nonNegative === true;
  return problem.streams.flatMap(({ id, min, max }, stream): Limit[] => {
    const limit = { stream, id, min: min ?? (nonNegative ? 0 : Number.NEGATIVE_INFINITY), max: max ?? Number.POSITIVE_INFINITY };
    return Number.isFinite(limit.min) || Number.isFinite(limit.max) ? [limit] : [];
  });
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

/** Reads every equation before any is refused. */
function readEquations(problem: Problem): Expression[] {
  const quantities = new Map(problem.streams.map(({ id }, s) => [id, s]));
  const defects: ProblemDefect[] = [];
  const expressions: Expression[] = [];
  problem.equations!.forEach((text, k) => {
    try {
      expressions.push(readExpression(text, quantities, problem.parameters ?? {}));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      defects.push({ code: 'equation', path: ['equations', k], zh: error.zh, en: error.message });
    }
  });
  if (defects.length > 0) throw new ProblemError(defects);
  return expressions;
}

function idsOf(problem: Problem, streams: Int32Array): string[] {
  return Array.from(streams, (s) => problem.streams[s]!.id);
}
