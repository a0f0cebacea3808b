import { checkProblem } from './check-problem.ts';
import { statistic } from './core.ts';
import { covarianceRoot } from './covariance.ts';
import { estimateNetwork, planNetwork } from './network-estimate.ts';
import { covarianceOf } from './prepare.ts';
import type { Problem } from './problem.ts';
import { topology } from './topology.ts';

/** One window's answer, by stream of the problem. */
export interface WindowAnswer {
  /** NaN where not determinable. */
  readonly reconciled: Float64Array;
  /** Standard deviations of the reconciled measurements; NaN for unmeasured streams. */
  readonly sigma: Float64Array;
  /** Signed measurement test z; NaN where nothing can be tested. */
  readonly z: Float64Array;
  readonly statistic: number;
}

/** Many windows of one linear network in which the same streams are measured. */
export interface WindowSolver {
  readonly dof: number;
  /** `measured` and `sigma` are by stream; what stands at unmeasured streams is not looked at. */
  solve(measured: Float64Array, sigma: Float64Array): WindowAnswer;
}

/**
 * Classifies, contracts and orders once; each window then costs a numeric factorisation only.
 *
 * @throws ProblemError as `reconcile` does; RangeError in `solve` where a value is no number or a σ is not positive.
 */
export function windowSolver(problem: Problem): WindowSolver {
  checkProblem(problem);
  const network = topology(problem);
  const unmeasured = Uint8Array.from(problem.streams, ({ measured }) => (typeof measured === 'number' ? 0 : 1));
  const plan = planNetwork(network, unmeasured, (measurementOf) => covarianceOf(problem, measurementOf));
  const base = covarianceOf(problem, plan.measurementOf);
  covarianceRoot(
    base,
    Array.from(plan.streams, (s) => problem.streams[s]!.id),
  );
  return {
    dof: plan.structure.constraints,
    solve: (measured, sigma) => {
      const y = Float64Array.from(plan.streams, (s) => measured[s]!);
      const own = Float64Array.from(plan.streams, (s) => sigma[s]!);
      if (!y.every(Number.isFinite) || !own.every((value) => value > 0 && Number.isFinite(value))) {
        throw new RangeError('a window needs a finite value and a positive sigma for every measured stream');
      }
      const covariance = {
        ...base,
        variance: own.map((value) => value * value),
        // r·σ·σ with this window's σ
        covariance: base.covariance.map((value, e) => {
          const [a, b] = [base.a[e]!, base.b[e]!];
          return (value * own[a]! * own[b]!) / Math.sqrt(base.variance[a]! * base.variance[b]!);
        }),
      };
      const { core, reconciled, complete } = estimateNetwork(plan, y, covariance);
      const precision = core.precisionDiagonal();
      const adjusted = core.adjustmentVariance();
      const d = core.transpose(core.multipliers);
      const sigmas = new Float64Array(problem.streams.length).fill(Number.NaN);
      const z = sigmas.slice();
      plan.streams.forEach((s, i) => {
        sigmas[s] = plan.deadEnd[s] ? 0 : Math.sqrt(Math.max(0, covariance.variance[i]! - adjusted[i]!));
        if (precision[i]! > 0) z[s] = d[i]! / Math.sqrt(precision[i]!);
      });
      return { reconciled: complete(reconciled), sigma: sigmas, z, statistic: statistic(core) };
    },
  };
}
