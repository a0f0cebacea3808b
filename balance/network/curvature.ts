import type { Core } from './core.ts';
import type { EquationSystem } from './equation-system.ts';
import type { Linearisation } from './linearise.ts';
import { drawn } from './normal-draws.ts';

/** Draws of measuring errors: few where many constraints are averaged over. */
const DRAWS = { few: 16, many: 64, manyBelow: 50 } as const;

/**
 * Up to here χ², the measurement test and the likelihood ratios of equations err as often as they say: over 20,000 simulated windows their
 * rates stayed within three standard errors of 5 % and 1 %. Beyond, they drift away from it, mostly to fewer alarms.
 */
export const STRAIGHT = 0.02;

/**
 * How much the equations bend within the measuring uncertainty, as a share of the constraints' variance: the mean of qᵀ·S⁻¹·q ÷ m, in
 * which q is what the constraints gain beyond their slopes when the measurements move by errors drawn from N(0, V) and the unmeasured
 * follow. 0 for linear equations. Tests of a linearised problem neglect it.
 *
 * Dimensionless. The draws are always the same. null where the equations have no value at any of the draws.
 *
 * @source E. M. L. Beale, Confidence regions in non-linear estimation, J. R. Stat. Soc. B 22 (1960), the idea of such a measure
 */
export function curvature(system: EquationSystem, core: Core, model: Linearisation, x: Float64Array, u: Float64Array): number | null {
  const { equations, measured, unmeasured, root } = system;
  const { kept = [] } = core;
  const m = kept.length;
  if (m === 0) return 0;
  const normal = drawn();
  const z = new Float64Array(measured.length + unmeasured.length);
  const moved = (dx: Float64Array | null, sign: number): Float64Array => {
    const at = z.slice();
    measured.forEach((q, i) => {
      at[q] = x[i]! + (dx === null ? 0 : sign * dx[i]!);
    });
    const du = dx === null ? null : model.followUnmeasured(dx.map((value) => sign * value));
    unmeasured.forEach((q, j) => {
      at[q] = u[j]! + (du === null ? 0 : du[j]! - rest[j]!);
    });
    return at;
  };
  const rest = model.followUnmeasured(new Float64Array(measured.length));
  const centre = moved(null, 1);
  const draws = Array.from({ length: m < DRAWS.manyBelow ? DRAWS.many : DRAWS.few }, () => {
    const errors = root.applied(Float64Array.from(x, () => normal()));
    return { up: moved(errors, 1), down: moved(errors, -1), q: new Float64Array(m), defined: true };
  });
  // q = N·(g(z + δ) + g(z − δ) − 2·g(z)) ÷ 2, equation by equation
  equations.forEach(({ value, gradient }, k) => {
    if (gradient.length === 0) return;
    const here = value(centre);
    let seen: Float64Array | null = null;
    for (const draw of draws) {
      const bent = (value(draw.up) + value(draw.down)) / 2 - here;
      if (!Number.isFinite(bent)) draw.defined = false;
      if (bent === 0 || !draw.defined) continue;
      seen ??= model.offBy(k);
      for (let at = 0; at < m; at++) draw.q[at]! += bent * seen[kept[at]!]!;
    }
  });
  const defined = draws.filter((draw) => draw.defined);
  if (defined.length === 0) return null;
  const total = defined.reduce((sum, { q }) => {
    const solved = core.solve(q);
    return sum + q.reduce((product, value, at) => product + value * solved[at]!, 0);
  }, 0);
  return total / defined.length / m;
}
