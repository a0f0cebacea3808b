import type { Bounded } from './bounds.ts';
import type { Core } from './core.ts';
import { curvature } from './curvature.ts';
import type { EquationSystem } from './equation-system.ts';
import type { Estimate, Leak } from './estimate.ts';
import type { Linearisation } from './linearise.ts';
import type { StreamClass } from './problem.ts';

/** The linearised problem as bounds see it: every stream's value as a function of the measurements. */
export function bounded(
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
        at >= 0 ? values[at]! : model.freedom.observable[-1 - at] ? u[-1 - at]! + delta[-1 - at]! : Number.NaN,
      );
    },
    row: (q) => {
      const at = place[q]!;
      if (at >= 0) return [[at, 1]];
      return model.slope(-1 - at);
    },
  };
}

/** What is known once Gauss–Newton stands still at (x, u): everything linear around it. */
export function estimateAt(
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
    if (model.freedom.observable[j]) classes[q] = 'observable';
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
    movingTogether: setsOf(model.freedom.together, unmeasured),
    curvature: () => curvature(system, core, model, x, u),
    iterations,
  };
}

/**
 * Each equation as one that does not hold. Where some equations follow from others none: one of them alone could not be off.
 */
function offs({ equations, names }: EquationSystem, core: Core, model: Linearisation): Leak[] {
  const { kept = [] } = core;
  if (kept.length < model.constraints) return [];
  return equations.flatMap((_, k): Leak[] => {
    const seen = model.offBy(k);
    const largest = seen.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // an equation that only serves to compute an unmeasured quantity shows in no constraint
    if (!(largest * model.rowScale[k]! > 1e-9)) return [];
    const effect = kept.map((row, at): [number, number] => [at, seen[row]!]).filter(([, value]) => Math.abs(value) > 1e-12 * largest);
    return [{ nodes: [names?.[k] ?? `equations[${k}]`], effect, signed: false }];
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
