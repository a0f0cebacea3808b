import type { Bounded } from './bounds.ts';
import { adjustments, type Core } from './core.ts';
import type { Covariance, CovarianceRoot } from './covariance.ts';
import { denseCore } from './dense-core.ts';
import type { Estimate, Leak } from './estimate.ts';
import type { Expression } from './expression.ts';
import { type Linearisation, linearise } from './linearise.ts';
import type { StreamClass } from './problem.ts';
import { ProblemError } from './problem-error.ts';

const MAXIMAL_ITERATIONS = 100;
/** A step below this many σ, or this share of a value, is none. */
const STEP = 1e-10;
const ROUNDING = 1e-13;

/** Equations among streams, ready to be solved. */
export interface EquationSystem {
  readonly equations: readonly Expression[];
  /** Streams that are measured, and the others. */
  readonly measured: Int32Array;
  readonly unmeasured: Int32Array;
  readonly y: Float64Array;
  readonly covariance: Covariance;
  readonly root: CovarianceRoot;
  /** Where the unmeasured begin; null: nothing is known of it. */
  readonly initial: readonly (number | null)[];
}

/** Corrects the solution of a linearised problem: the active set of bounds. */
export type Correct = (bounded: Bounded) => Float64Array;

/**
 * Least squares under nonlinear equations by Gauss–Newton: linearise at (x, u), reconcile the linear problem, follow with u, and go only
 * as far as ½‖x − y‖² + μ·‖g‖₁ falls.
 *
 * Where no start is given for an unmeasured quantity, sizes taken from the measurements are tried in turn.
 *
 * @throws ProblemError where no start leads to a point that satisfies the equations.
 */
export function estimateEquations(system: EquationSystem, correct?: Correct): Estimate {
  refuseUndefined(system);
  const sizes = Array.from(system.y, Math.abs)
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  const starts = system.initial.every((value) => value !== null)
    ? [1]
    : [sizes[sizes.length >> 1] ?? 1, 1, sizes[0] ?? 1, sizes.at(-1) ?? 1, 0.1];
  for (const start of new Set(starts)) {
    const found = gaussNewton(
      system,
      Float64Array.from(system.initial, (value) => value ?? start),
      correct,
    );
    if (found) return found;
  }
  throw new ProblemError(
    [
      {
        code: 'no-convergence',
        path: ['equations'],
        zh: '未能找到满足全部方程的解：方程可能互相矛盾，或需为未测量给出初值 initial',
        en: 'no point was found that satisfies every equation: they contradict each other, or unmeasured quantities need an initial value',
      },
    ],
    1,
  );
}

/**
 * Refuses equations that have no value at what was measured: a division by zero, a root of a negative number, a state that is no steam.
 *
 * @throws ProblemError with each of them.
 */
function refuseUndefined({ equations, measured, unmeasured, y }: EquationSystem): void {
  const z = new Float64Array(measured.length + unmeasured.length).fill(Number.NaN);
  measured.forEach((q, i) => {
    z[q] = y[i]!;
  });
  const defects = equations.flatMap(({ value, gradient }, k) => {
    const undefinedHere = gradient.every(({ quantity }) => !Number.isNaN(z[quantity]!)) && !Number.isFinite(value(z));
    const zh = '方程在测量值处没有定义（除以零、负数开方，或蒸汽状态不在该相内）';
    const en =
      'the equation has no value at the measured values (division by zero, root of a negative number, or a state that is not of that phase)';
    return undefinedHere ? [{ code: 'undefined', path: ['equations', k], zh, en }] : [];
  });
  if (defects.length > 0) throw new ProblemError(defects, 1);
}

function gaussNewton(system: EquationSystem, start: Float64Array, correct?: Correct): Estimate | null {
  const { equations, measured, unmeasured, y, covariance, root } = system;
  const sigma = covariance.variance.map(Math.sqrt);
  const z = new Float64Array(measured.length + unmeasured.length);
  let x: Float64Array = y.slice();
  let u: Float64Array = start;
  const place = (values: Float64Array, others: Float64Array) => {
    measured.forEach((q, i) => {
      z[q] = values[i]!;
    });
    unmeasured.forEach((q, j) => {
      z[q] = others[j]!;
    });
    return z;
  };
  const distance = (values: Float64Array) => 0.5 * root.whiten(values.map((value, i) => value - y[i]!)).reduce((sum, e) => sum + e * e, 0);
  let weight = 1; // μ
  const merits: number[] = [];
  for (let iteration = 1; iteration <= MAXIMAL_ITERATIONS; iteration++) {
    const model = linearise(equations, place(x, u), measured, unmeasured, sigma);
    if (!model.residual.every(Number.isFinite)) return null;
    // r = Q₂ᵀ·g + G·(y − x)
    const r = Float64Array.from(model.constraints, (row, k) =>
      row.reduce((sum, value, i) => sum + value * (y[i]! - x[i]!), model.constraintResidual[k]!),
    );
    const core = denseCore(model.constraints, r, covariance, root);
    let target: Float64Array = adjustments(core).map((v, i) => v + y[i]!);
    if (correct) target = correct(bounded(system, core, model, target, x, u));
    const deltaX = target.map((value, i) => value - x[i]!);
    const deltaU = model.followUnmeasured(deltaX);
    const still =
      deltaX.every((step, i) => Math.abs(step) <= STEP * sigma[i]! + ROUNDING * Math.abs(x[i]!)) &&
      deltaU.every((step, j) => Math.abs(step) <= STEP * Math.max(model.unit[j]!, Math.abs(u[j]!)));
    if (still) {
      x = target;
      u = u.map((value, j) => value + deltaU[j]!);
      if (!satisfied(equations, place(x, u), model.rowScale)) return null;
      return estimate(system, core, model, x, u, Math.max(1, iteration - 1));
    }
    weight = Math.max(weight, 2 * Math.sqrt(core.multipliers.reduce((sum, value) => sum + value * value, 0)));
    const violation = (values: Float64Array, others: Float64Array) => {
      place(values, others);
      return equations.reduce((sum, { value }, k) => sum + Math.abs(value(z)) / model.rowScale[k]!, 0);
    };
    const gap = violation(x, u);
    // bounds may cost more than the multipliers say
    if (gap > 0) weight = Math.max(weight, (2 * (distance(target) - distance(x))) / gap);
    const before = distance(x) + weight * gap;
    merits.push(before);
    const reference = Math.max(...merits.slice(-5));
    const predicted = before - distance(target);
    let step = 1;
    for (; step > 1e-10; step /= 2) {
      const tryX = x.map((value, i) => value + step * deltaX[i]!);
      const tryU = u.map((value, j) => value + step * deltaU[j]!);
      const merit = distance(tryX) + weight * violation(tryX, tryU);
      if (merit <= reference - 1e-4 * step * Math.max(0, predicted) + 1e-12 * Math.abs(reference)) {
        x = tryX;
        u = tryU;
        break;
      }
    }
    if (step <= 1e-10) return null;
  }
  return null;
}

/** Whether every equation holds to rounding: |g| ≤ 10⁻⁹ × the largest |∂g/∂q · q|, or what one σ is worth in it. */
function satisfied(equations: readonly Expression[], z: Float64Array, rowScale: Float64Array): boolean {
  return equations.every(({ value, gradient }, k) => {
    const size = gradient.reduce((largest, { quantity, slope }) => Math.max(largest, Math.abs(slope(z) * z[quantity]!)), rowScale[k]!);
    return Math.abs(value(z)) <= 1e-9 * size;
  });
}

/** The linearised problem as bounds see it: every stream's value as a function of the measurements. */
function bounded(
  system: EquationSystem,
  core: Core,
  model: Linearisation,
  reconciled: Float64Array,
  x: Float64Array,
  u: Float64Array,
): Bounded {
  const { measured, unmeasured } = system;
  const count = measured.length + unmeasured.length;
  const place = new Int32Array(count);
  measured.forEach((q, i) => {
    place[q] = i;
  });
  unmeasured.forEach((q, j) => {
    place[q] = -1 - j;
  });
  return {
    core,
    reconciled,
    complete: (values) => {
      const delta = model.followUnmeasured(values.map((value, i) => value - x[i]!));
      return Float64Array.from(place, (at) =>
        at >= 0 ? values[at]! : model.observable[-1 - at] ? u[-1 - at]! + delta[-1 - at]! : Number.NaN,
      );
    },
    row: (q) => {
      const at = place[q]!;
      if (at >= 0) return [[at, 1]];
      return Array.from(model.slope(-1 - at), (value, i): [number, number] => [i, value]).filter(([, value]) => value !== 0);
    },
  };
}

function estimate(
  system: EquationSystem,
  core: Core,
  model: Linearisation,
  x: Float64Array,
  u: Float64Array,
  iterations: number,
): Estimate {
  const { measured, unmeasured, y } = system;
  const count = measured.length + unmeasured.length;
  const measurementOf = new Int32Array(count).fill(-1);
  const classes = new Array<StreamClass>(count).fill('unobservable');
  const groups = core.groups();
  measured.forEach((q, i) => {
    measurementOf[q] = i;
    classes[q] = groups[i] === -1 ? 'nonredundant' : 'redundant';
  });
  unmeasured.forEach((q, j) => {
    if (model.observable[j]) classes[q] = 'observable';
  });
  const { complete, row } = bounded(system, core, model, x, x, u); // exact at the solution, linear around it
  return {
    core,
    streams: measured,
    measurementOf,
    y,
    classes,
    reconciled: x,
    deadEnd: new Uint8Array(count),
    complete,
    functional: row,
    leaks: offs(system, core, model),
    movingTogether: setsOf(model.together, unmeasured),
    iterations,
  };
}

/**
 * Each equation as one that does not hold. Where some equations follow from others none: one of them alone could not be off.
 */
function offs({ equations }: EquationSystem, core: Core, model: Linearisation): Leak[] {
  const { kept = [] } = core;
  if (kept.length < model.constraints.length) return [];
  return equations.flatMap((_, k): Leak[] => {
    const seen = model.offBy(k);
    const largest = seen.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // an equation that only serves to compute an unmeasured quantity shows in no constraint
    if (!(largest * model.rowScale[k]! > 1e-9)) return [];
    const effect = kept.map((row, at): [number, number] => [at, seen[row]!]).filter(([, value]) => Math.abs(value) > 1e-12 * largest);
    return [{ nodes: [`equations[${k}]`], effect, signed: false }];
  });
}

/** The streams of each number ≥ 0. */
function setsOf(together: Int32Array, unmeasured: Int32Array): number[][] {
  const sets: number[][] = [];
  together.forEach((set, j) => {
    if (set < 0) return;
    sets[set] ??= [];
    sets[set].push(unmeasured[j]!);
  });
  return sets;
}
