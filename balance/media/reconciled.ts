import { STRAIGHT } from '../network/curvature.ts';
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
      const reconciliation = reconcile(related);
      return { problem: related, reconciliation, remark: bending(reconciliation) };
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

/** What is said where the relations bend so much within the uncertainties that tests of them are only approximate. */
function bending({ curvature }: Reconciliation): Reconciled['remark'] {
  if (typeof curvature !== 'number' || curvature <= STRAIGHT) return null;
  const percent = Number((100 * curvature).toPrecision(2));
  return {
    zh: `约束关系在不确定度范围内明显弯曲（二阶部分为约束方差的 ${percent} %），显著误差检验只是近似，实际误报率多低于所设水平`,
    en: `the relations bend within the uncertainties (second-order part ${percent} % of the constraints' variance): the tests for gross errors are only approximate and mostly raise fewer alarms than stated`,
  };
}
