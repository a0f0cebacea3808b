import { applyReconciledCovariance, type Core } from './core.ts';
import { ProblemError } from './problem-error.ts';

/** Where a stream's value must lie. */
export interface Limit {
  readonly stream: number;
  readonly id: string;
  readonly min: number;
  readonly max: number;
}

/** What bounds act on: measurements, and every stream's value as a linear function of them. */
export interface Bounded {
  readonly core: Core;
  /** Reconciled without bounds. */
  readonly reconciled: Float64Array;
  /** Every stream's value for given measurements, NaN where not determinable. */
  readonly complete: (measurements: Float64Array) => Float64Array;
  /** ∂(stream's value)/∂(measurements). */
  readonly row: (stream: number) => readonly (readonly [number, number])[];
}

/** Measurements within bounds, what the bounds add to J, and which of them hold. */
export interface BoundedResult {
  readonly reconciled: Float64Array;
  readonly addition: number;
  readonly active: readonly Limit[];
}

interface Active {
  readonly limit: Limit;
  /** +1 at the lower bound, −1 at the upper one. */
  readonly side: 1 | -1;
  readonly row: readonly (readonly [number, number])[];
  /** Σ·n. */
  readonly spread: Float64Array;
  multiplier: number;
}

/**
 * Nearest point to the reconciled one, in the metric of its covariance Σ, at which every value lies within its bounds: dual active set.
 * The most violated bound is added; one whose multiplier would turn negative is dropped. Ends after finitely many changes.
 *
 * @throws ProblemError where the balances and the bounds contradict each other.
 * @source D. Goldfarb, A. Idnani, A numerically stable dual method for solving strictly convex quadratic programs, Math. Prog. 27 (1983)
 */
export function applyBounds({ core, reconciled, complete, row }: Bounded, limits: readonly Limit[]): BoundedResult {
  const active: Active[] = [];
  let x = reconciled;
  const free = complete(reconciled);
  const slacks = new Map<Limit, number>();
  // what rounding is worth in a stream's value: 10⁻⁹ of the σ it would have without balances, 10⁻¹⁰ of the value, and where both are
  // nothing (a dead end) 10⁻¹² of the largest σ
  const least = 1e-12 * Math.sqrt(core.covariance.variance.reduce((largest, one) => Math.max(largest, one), 0));
  const slackOf = (limit: Limit) => {
    const known = slacks.get(limit);
    if (known !== undefined) return known;
    const variance = row(limit.stream).reduce((sum, [i, value]) => sum + value ** 2 * core.covariance.variance[i]!, 0);
    const slack = least + 1e-9 * Math.sqrt(variance) + 1e-10 * Math.abs(free[limit.stream]!);
    slacks.set(limit, slack);
    return slack;
  };
  for (let changes = 0; ; changes++) {
    const held = new Set(active.map(({ limit }) => limit));
    const added = mostViolated(complete(x), limits, held, slackOf);
    if (added === null) break;
    if (changes > 10 * limits.length + 100) throw contradiction(added.limit, active);
    const entering: Active = { ...added, row: row(added.limit.stream), spread: new Float64Array(0), multiplier: 0 };
    const candidate: Active = { ...entering, spread: spreadOf(core, entering) };
    let violation = added.violation;
    const own = along(candidate, candidate);
    for (;;) {
      const r = solveGram(active, candidate);
      const curvature = own - active.reduce((sum, one, k) => sum + along(one, candidate) * r[k]!, 0);
      const movable = curvature > 1e-10 * own && own > 0;
      let step = movable ? violation / curvature : Number.POSITIVE_INFINITY;
      let leaving = -1;
      active.forEach((one, k) => {
        if (r[k]! > 1e-14 && one.multiplier / r[k]! < step) {
          step = one.multiplier / r[k]!;
          leaving = k;
        }
      });
      if (step === Number.POSITIVE_INFINITY) throw contradiction(candidate.limit, active);
      active.forEach((one, k) => {
        one.multiplier -= step * r[k]!;
      });
      candidate.multiplier += step;
      if (leaving === -1) {
        active.push(candidate);
        break;
      }
      active.splice(leaving, 1);
      violation -= step * Math.max(0, curvature);
    }
    x = reconciled.slice();
    for (const { spread, multiplier } of active) for (let i = 0; i < x.length; i++) x[i]! += multiplier * spread[i]!;
  }
  const addition = active.reduce((sum, a) => sum + active.reduce((s, b) => s + a.multiplier * b.multiplier * along(a, b), 0), 0);
  return { reconciled: x, addition, active: active.map(({ limit }) => limit) };
}

/** The bound that `values` break most, beyond what rounding is worth. */
function mostViolated(
  values: Float64Array,
  limits: readonly Limit[],
  held: ReadonlySet<Limit>,
  slackOf: (limit: Limit) => number,
): { limit: Limit; side: 1 | -1; violation: number } | null {
  let worst: { limit: Limit; side: 1 | -1; violation: number } | null = null;
  for (const limit of limits) {
    const value = values[limit.stream]!;
    if (Number.isNaN(value) || held.has(limit)) continue;
    const below = limit.min - value;
    const violation = Math.max(below, value - limit.max);
    if (violation > (worst?.violation ?? 0) && violation > slackOf(limit)) worst = { limit, side: below > 0 ? 1 : -1, violation };
  }
  return worst;
}

/** Σ·n for n = ± the stream's row. */
function spreadOf(core: Core, { row, side }: Active): Float64Array {
  const n = new Float64Array(core.measurements);
  for (const [i, value] of row) n[i] = side * value;
  return applyReconciledCovariance(core, n);
}

/** nₐᵀ·Σ·n_b. */
function along(a: Active, b: Active): number {
  let sum = 0;
  for (const [i, value] of a.row) sum += value * b.spread[i]!;
  return a.side * sum;
}

/** r = (NᵀΣN)⁻¹·NᵀΣ·n by elimination; active rows are independent, so pivots do not vanish. */
function solveGram(active: readonly Active[], candidate: Active): Float64Array {
  const m = active.map((a) => Float64Array.from([...active.map((b) => along(a, b)), along(a, candidate)]));
  const n = m.length;
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      const factor = m[i]![k]! / m[k]![k]!;
      for (let j = k; j <= n; j++) m[i]![j]! -= factor * m[k]![j]!;
    }
  }
  const r = new Float64Array(n);
  for (let k = n - 1; k >= 0; k--) {
    let sum = m[k]![n]!;
    for (let j = k + 1; j < n; j++) sum -= m[k]![j]! * r[j]!;
    r[k] = sum / m[k]![k]!;
  }
  return r;
}

function contradiction(limit: Limit, active: readonly Active[]): ProblemError {
  const others = active.map((one) => one.limit.id).join(', ');
  return new ProblemError([
    {
      code: 'bounds-contradict',
      path: ['streams', limit.stream],
      zh: `物流 ${limit.id} 的上下限与平衡方程${others === '' ? '' : `及 ${others} 的上下限`}互相矛盾`,
      en: `the bounds of ${limit.id} contradict the balances${others === '' ? '' : ` and the bounds of ${others}`}`,
    },
  ]);
}
