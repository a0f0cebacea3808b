import type { Estimate } from './estimate.ts';
import type { Problem, StreamResult } from './problem.ts';

/**
 * What is known of every stream: value, standard deviation, class and local test.
 *
 * The measurement test is |Gᵀλ|ᵢ ÷ √(Gᵀ·S⁻¹·G)ᵢᵢ, which has the most power against one bias; without correlations it equals |v| ÷ √s_v.
 * Under the profile vdi2048 it is |v| ÷ max(√s_v, √(s_x/10)): adjustments of meters that hardly take part do not count as much.
 *
 * @source R. S. H. Mah, A. C. Tamhane, AIChE J. 28 (1982); VDI 2048 as OpenModelica implements it
 */
export function streamResults(problem: Problem, estimate: Estimate): StreamResult[] {
  const { core, measurementOf, classes, reconciled, y } = estimate;
  const vdi = problem.options?.profile === 'vdi2048';
  const values = estimate.complete(reconciled);
  const adjusted = core.adjustmentVariance();
  const precision = core.precisionDiagonal();
  const d = core.transpose(core.multipliers);
  const seen = core.selfChecking();
  return problem.streams.map(({ id }, s) => {
    const kind = classes[s]!;
    const i = measurementOf[s]!;
    if (i === -1) {
      const determined = kind === 'observable';
      return {
        id,
        measured: null,
        reconciled: determined ? values[s]! : null,
        sigma: determined ? Math.sqrt(core.reconciledVariance(estimate.functional(s))) : null,
        class: kind,
        adjustment: null,
        test: null,
        adjustability: null,
        detectability: null,
      };
    }
    const variance = core.covariance.variance[i]!;
    const v = reconciled[i]! - y[i]!;
    // the share of the variance that the balances remove; of a nonredundant stream's only through correlated errors
    const q = estimate.deadEnd[s] ? 1 : Math.min(1, Math.max(0, adjusted[i]! / variance));
    const power = kind === 'redundant' && precision[i]! > 0 ? Math.abs(d[i]!) / Math.sqrt(precision[i]!) : null;
    return {
      id,
      measured: y[i]!,
      reconciled: reconciled[i]!,
      sigma: Math.sqrt(variance * (1 - q)),
      class: kind,
      adjustment: v,
      test: vdi && kind === 'redundant' ? Math.abs(v) / Math.sqrt(Math.max(adjusted[i]!, variance / 10)) : power,
      adjustability: q / (1 + Math.sqrt(1 - q)),
      detectability: Math.sqrt(q),
      leverage: estimate.deadEnd[s] ? 0 : 1 - seen[i]!,
    };
  });
}
