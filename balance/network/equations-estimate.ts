import type { Bounded } from './bounds.ts';
import { adjustments } from './core.ts';
import type { EquationSystem } from './equation-system.ts';
import { bounded, estimateAt } from './equations-outcome.ts';
import type { Estimate } from './estimate.ts';
import type { Expression } from './expression.ts';
import { type Linearise, linearise } from './linearise.ts';
import { lineariseSparse } from './linearise-sparse.ts';
import { ProblemError } from './problem-error.ts';

const MAXIMAL_ITERATIONS = 100;
/** Where steps circle because equations bend much within the uncertainties, ½·drag·‖x − where it stands‖² is minimised as well. */
const DRAGS = [0, 2, 8];
/** A step below this many σ, or this share of a value, is none. */
const STEP = 1e-10;
const ROUNDING = 1e-13;
/** A quantity that the balances hardly determine may go on moving by this share from rounding alone; the equations hold all the same. */
const SETTLED = 1e-6;
/** A quantity whose unit has shrunk to this share runs into a point where products of unmeasured quantities vanish: no solution. */
const VANISHED = 1e-10;

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
export function estimateEquations(system: EquationSystem, correct?: Correct, linearised = chosen(system)): Estimate {
  refuseUndefined(system);
  const sizes = Array.from(system.y, Math.abs)
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  const starts = system.initial.every((value) => value !== null)
    ? [1]
    : [sizes[sizes.length >> 1] ?? 1, 1, sizes[0] ?? 1, sizes.at(-1) ?? 1, 0.1];
  // what bounds add to J is known of whole steps alone
  for (const drag of correct ? [0] : DRAGS) {
    for (const start of new Set(starts)) {
      const from = Float64Array.from(system.initial, (value) => value ?? start);
      const found = gaussNewton(system, from, linearised, drag, correct);
      if (found) return found;
    }
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

/** From so many equations on sparse matrices are faster than dense ones. */
const SPARSE_FROM = 40;

/** Small problems keep the rank of the orthogonal factors; large ones cannot wait for it. */
function chosen({ equations }: EquationSystem): Linearise {
  return equations.length < SPARSE_FROM ? linearise : lineariseSparse;
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

function gaussNewton(system: EquationSystem, start: Float64Array, linearised: Linearise, drag: number, correct?: Correct): Estimate | null {
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
  let units: Float64Array | null = null; // of u at the start
  let weight = 1; // μ
  let lastMove = Number.POSITIVE_INFINITY; // of u, in its own size
  const merits: number[] = [];
  for (let iteration = 1; iteration <= MAXIMAL_ITERATIONS * (1 + drag); iteration++) {
    const model = linearised(equations, place(x, u), measured, unmeasured, covariance, root);
    if (!model.residual.every(Number.isFinite)) return null;
    units ??= model.unit;
    if (model.unit.some((unit, j) => unit < VANISHED * units![j]!)) return null;
    const delta = y.map((value, i) => (value - x[i]!) / (1 + drag));
    const core = model.core(delta);
    let target: Float64Array = adjustments(core).map((v, i) => v + x[i]! + delta[i]!);
    if (correct) target = correct(bounded(system, core, model, target, x, u));
    const deltaX = target.map((value, i) => value - x[i]!);
    const deltaU = model.followUnmeasured(deltaX);
    const settled = deltaX.every((step, i) => Math.abs(step) <= STEP * sigma[i]! + ROUNDING * Math.abs(x[i]!));
    const move = deltaU.reduce((most, step, j) => Math.max(most, Math.abs(step) / Math.max(model.unit[j]!, Math.abs(u[j]!))), 0);
    const still = settled && (move <= STEP || (move <= SETTLED && move > 0.1 * lastMove));
    lastMove = move;
    if (still) {
      x = target;
      u = u.map((value, j) => value + deltaU[j]!);
      if (!satisfied(equations, place(x, u), model.rowScale)) return null;
      const whole = drag === 0 ? core : model.core(y.map((value, i) => value - x[i]!));
      return estimateAt(system, whole, model, x, u, Math.max(1, iteration - 1));
    }
    weight = Math.max(weight, 2 * Math.sqrt(core.multipliers.reduce((sum, value) => sum + value * value, 0)));
    const violation = (values: Float64Array, others: Float64Array) => {
      place(values, others);
      return equations.reduce((sum, { value }, k) => sum + Math.abs(value(z)) / model.rowScale[k]!, 0);
    };
    const gap = violation(x, u);
    // on the equations already: only bounds can ask for more, and they may lie far away
    if (correct && gap <= STEP) {
      x = target;
      u = u.map((value, j) => value + deltaU[j]!);
      merits.length = 0;
      continue;
    }
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
