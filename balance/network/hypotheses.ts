import type { Core } from './core.ts';
import { statistic } from './core.ts';
import type { Estimate } from './estimate.ts';

/** An error of unknown size in one place: the bias of measurement `index`, or the loss at leak `index` of the estimate. */
export interface Hypothesis {
  readonly kind: 'bias' | 'leak';
  readonly index: number;
  /** f: what one unit of it adds to r = G·y − c, as [row, value] pairs. */
  readonly effect: readonly (readonly [number, number])[];
  /** Its magnitude cannot be negative: what a node loses. */
  readonly signed: boolean;
}

/**
 * All single errors that the balances could show, with their generalised likelihood ratios, given those already accepted.
 *
 * With f the effect of one unit, P = S⁻¹ less what the accepted ones explain: T = (fᵀ·P·r)² ÷ (fᵀ·P·f), magnitude b̂ = fᵀ·P·r ÷ fᵀ·P·f.
 * For a bias without correlations T is the square of the measurement test.
 *
 * @source S. Narasimhan, R. S. H. Mah, Generalized likelihood ratio method for gross error identification, AIChE J. 33 (1987)
 */
export interface Hypotheses {
  readonly all: readonly Hypothesis[];
  /** fᵀ·P·r. */
  readonly score: Float64Array;
  /** fᵀ·P·f; 0 where the accepted ones leave nothing to see. */
  readonly information: Float64Array;
  /** What is left of J. */
  statistic: number;
  /** T of one hypothesis. */
  ratio(h: number): number;
  /** Those that cannot be told from h, h among them. */
  equivalents(h: number): number[];
  /** Takes h as present: all others are judged given h. */
  accept(h: number): void;
}

/** 1 − cos² below which two effects are parallel, and the share of its information below which a hypothesis is explained by others. */
const PARALLEL = 2e-8;

export function hypotheses({ core, leaks, classes, streams }: Estimate): Hypotheses {
  const all: Hypothesis[] = [];
  const score: number[] = [];
  const information: number[] = [];
  const d = core.transpose(core.multipliers);
  const precision = core.precisionDiagonal();
  for (let i = 0; i < core.measurements; i++) {
    if (classes[streams[i]!] !== 'redundant' || !(precision[i]! > 0)) continue;
    all.push({ kind: 'bias', index: i, effect: core.column(i), signed: false });
    score.push(d[i]!);
    information.push(precision[i]!);
  }
  const inverse = leaks.length > 0 ? core.inverseDiagonal() : new Float64Array(0);
  leaks.forEach(({ effect, signed }, index) => {
    const [first] = effect as [readonly [number, number]];
    const size = effect.length === 1 ? first[1] ** 2 * inverse[first[0]]! : inner(effect, core.solve(dense(core, effect)));
    all.push({ kind: 'leak', index, effect, signed });
    score.push(inner(effect, core.multipliers));
    information.push(size);
  });
  const original = Float64Array.from(information);
  const accepted: { readonly vector: Float64Array; readonly information: number }[] = [];
  const projected = (h: number) => {
    const p = core.solve(dense(core, all[h]!.effect)); // S⁻¹·f
    for (const { vector, information: size } of accepted) {
      const share = inner(all[h]!.effect, vector) / size;
      for (let k = 0; k < p.length; k++) p[k]! -= share * vector[k]!;
    }
    return p; // P·f
  };
  const state: Hypotheses = {
    all,
    score: Float64Array.from(score),
    information: Float64Array.from(information),
    statistic: statistic(core),
    ratio: (h) => (state.information[h]! > 0 ? state.score[h]! ** 2 / state.information[h]! : 0),
    equivalents: (h) => {
      const p = projected(h);
      const same: number[] = [];
      all.forEach(({ effect }, g) => {
        const shared = inner(effect, p);
        if (g === h || (state.information[g]! > 0 && shared * shared >= (1 - PARALLEL) * state.information[g]! * state.information[h]!))
          same.push(g);
      });
      return same;
    },
    accept: (h) => {
      const p = projected(h);
      const size = state.information[h]!;
      const step = state.score[h]! / size;
      state.statistic = Math.max(0, state.statistic - step * state.score[h]!);
      all.forEach(({ effect }, g) => {
        const shared = inner(effect, p);
        state.score[g]! -= shared * step;
        state.information[g]! -= (shared * shared) / size;
        if (state.information[g]! < PARALLEL * original[g]!) state.information[g] = 0;
      });
      state.information[h] = 0;
      accepted.push({ vector: p, information: size });
    },
  };
  return state;
}

function inner(effect: Hypothesis['effect'], vector: Float64Array): number {
  let sum = 0;
  for (const [row, value] of effect) sum += value * vector[row]!;
  return sum;
}

/** A sparse effect as a vector over the rows of G. */
export function dense(core: Core, effect: Hypothesis['effect']): Float64Array {
  const f = new Float64Array(core.constraints);
  for (const [row, value] of effect) f[row]! += value;
  return f;
}
