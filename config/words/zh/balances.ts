/** 平衡：种类、结论、数量的取得方式。 */
export const balances = {
  // balances: kinds, verdicts, how an amount was obtained
  'balanceKind.material': '物料平衡',
  'balanceKind.water': '水平衡',
  'balanceKind.energy': '能源（能量）平衡',
  'balanceKind.pollutant': '污染因子平衡',
  'verdict.closed': '闭合',
  'verdict.closed-blind': '闭合，但不确定度超出允差，无检验力',
  'verdict.open-significant': '不闭合，显著',
  'verdict.open-not-significant': '不闭合，但在不确定度之内',
  'verdict.closed-with-detectable-bias': '闭合，但存在可检出的偏差',
  'verdict.by-difference': '由差额闭合，不能检验',
  'verdict.incomplete': '不完整，不能判定',
  'basis.metered': '计量',
  'basis.analysed': '取样分析',
  'basis.derived': '推算',
  'basis.estimated': '估计',
  'basis.design': '设计值',
  'basis.difference': '差额',
  'basis.unmeasured': '未计量',
  'suspect.bias': '疑有偏差',
  'suspect.leak': '疑有漏失',
} as const;
