/**
 * What a label or heading of a report's table means, in the words that audit reports use. A percentage of what enters from outside leaves
 * circulating streams out, which the table alone does not tell: it is none of these.
 */
export type Meaning =
  | 'input'
  | 'output'
  | 'stock'
  | 'difference'
  | 'percent'
  | 'subtotal'
  | 'total'
  | 'required'
  | 'fitted'
  | 'ratio'
  | null;

const MEANINGS: readonly (readonly [Exclude<Meaning, null>, RegExp])[] = [
  ['percent', /^(?!.*(外部|outside))(.*(差额|差值|偏差|误差|闭合|difference|imbalance|closure).*(率|[%％])|相对误差|相对偏差)/i],
  ['ratio', /配备率|^R[（(]?[%％]/i],
  ['required', /应装|应配|required/i],
  ['fitted', /已装|实装|实配|已配|fitted/i],
  ['stock', /库存变化|库存增量|stockchange|sumofstock/i],
  ['difference', /^(?!.*÷).*(差额|差值|平衡差|difference|imbalance)/i],
  ['input', /^(总)?(输入|投入|入方)(总量|合计|总计|总和|量)?([（(].*)?$|^(total)?inputs?(total)?$|^sumofinputs$|^in$/i],
  ['output', /^(总)?(输出|产出|出方)(总量|合计|总计|总和|量)?([（(].*)?$|^(total)?outputs?(total)?$|^sumofoutputs$|^out$/i],
  ['subtotal', /小计|subtotal/i],
  ['total', /合计|总计|^总和$|^(total|sum)$/i],
];

export function meaningOf(label: string): Meaning {
  return MEANINGS.find(([, pattern]) => pattern.test(label))?.[0] ?? null;
}

/** Columns whose figures do not add up: ratios, prices, uncertainties, dates. */
export function addsUp(title: string): boolean {
  return !/[%％]|率|单价|单耗|比|±|^u|不确定度|浓度|温度|压力|等级|日期|时间|年份|序号|编号|price|ratio|date/i.test(title);
}

/** Whether a label says that its figure is a sum of what stands above. */
export function isSum(label: string): boolean {
  return /合计|总计|小计|^总和$|^total$|subtotal|^sum/i.test(label) && !/差/.test(label);
}
