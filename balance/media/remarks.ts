import { type Quantity, standardUncertainty } from '../window/quantity.ts';
import type { Flow, StockFlow } from './flows.ts';
import type { BalanceResult } from './result.ts';

type Remark = NonNullable<BalanceResult['remarks']>[number];

/** What a reader must know before trusting a verdict. */
export function remarksOn(balance: {
  readonly crossers: readonly Flow[];
  readonly held: readonly StockFlow[];
  readonly exact: Quantity | null;
  readonly tolerance: { readonly percent: number } | null;
  readonly entering: number;
}): readonly Remark[] {
  const { crossers, held, exact, tolerance, entering } = balance;
  const remarks: Remark[] = [];
  const list = (flows: readonly { readonly id: string }[]) => flows.map(({ id }) => id).join(', ');
  const unknown = [...crossers, ...held].filter(({ load }) => load === null);
  if (unknown.length > 0) {
    remarks.push({ zh: `未知量：${list(unknown)}，平衡不完整`, en: `unknown: ${list(unknown)}; the balance is incomplete` });
  }
  const blind = [...crossers, ...held].filter(({ load }) => load !== null && !Number.isFinite(standardUncertainty(load)));
  if (blind.length > 0) {
    remarks.push({
      zh: `${list(blind)} 的计量器具台账没有准确度等级（或量程），差额的不确定度未知`,
      en: `the ledger states no accuracy (or span) for the meters of ${list(blind)}: the uncertainty of the imbalance is unknown`,
    });
  }
  const differences = crossers.filter(({ basis }) => basis === 'difference');
  if (differences.length > 0) {
    remarks.push({
      zh: `${list(differences)} 按差额求得，吸收了所在节点的全部差额，该处无法检验`,
      en: `taken by difference: ${list(differences)}; what is so taken absorbs whatever its node lacks, and nothing is tested there`,
    });
  }
  const backwards = crossers.filter(({ stream, load }) => stream.direction === 'one' && load !== null && load.value < 0);
  if (backwards.length > 0) {
    remarks.push({ zh: `${list(backwards)} 为负，与流向相反`, en: `negative, against the stated direction: ${list(backwards)}` });
  }
  if (tolerance === null && exact !== null && differences.length === 0) {
    remarks.push({
      zh: '未设定闭合差允许值（法规未规定），仅按扩展不确定度 U 判断',
      en: 'no closure tolerance is set (no regulation states one): judged by the expanded uncertainty U alone',
    });
  }
  if (!(entering > 0)) remarks.push({ zh: '没有物流从边界外进入，不计闭合率', en: 'nothing enters from outside: no closure percentage' });
  return remarks;
}
