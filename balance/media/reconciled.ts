import type { Problem, Reconciliation } from '../network/problem.ts';
import { ProblemError } from '../network/problem-error.ts';
import { reconcile } from '../network/reconcile.ts';

/** The network of a balance that was solved, and what a reader must know of it. */
export interface Reconciled {
  readonly problem: Problem | null;
  readonly reconciliation: Reconciliation | null;
  readonly remark: { readonly zh: string; readonly en: string } | null;
}

/**
 * A balance reconciled with its relations where they have a solution, and otherwise without them, which the remark says.
 *
 * @throws ProblemError where it has none even without them
 */
export function reconciledWith(plain: Problem | null, related: Problem | null): Reconciled {
  if (related !== null) {
    try {
      return { problem: related, reconciliation: reconcile(related), remark: null };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const [defect] = error.defects;
      const remark = {
        zh: `约束关系（relations）未能采用，仅按各单元的平衡协调：${defect!.zh}`,
        en: `the relations could not be taken, reconciled by the balances of the units alone: ${defect!.en}`,
      };
      return { problem: plain, reconciliation: plain && reconcile(plain), remark };
    }
  }
  return { problem: plain, reconciliation: plain && reconcile(plain), remark: null };
}
