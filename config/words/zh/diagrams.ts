/** 平衡图。 */
export const diagrams = {
  // diagrams
  'verdictShort.closed': '闭合',
  'verdictShort.closed-blind': '闭合（无检验力）',
  'verdictShort.open-significant': '不闭合（显著）',
  'verdictShort.open-not-significant': '不闭合（不显著）',
  'verdictShort.closed-with-detectable-bias': '闭合（有偏差）',
  'verdictShort.by-difference': '差额闭合',
  'verdictShort.incomplete': '不完整',
  'diagram.measured': '实测',
  'diagram.bundle': '{n} 股',
  'diagram.unknown': '未知',
  'diagram.legendFigures': '实测 ± U（k = 2）→ 协调值，{unit}',
  'diagram.legendWidth': '箭头宽度按数量',
  'diagram.legendUnmeasured': '虚线：未计量或按差额',
  'diagram.legendSuspect': '红色：疑有显著误差',
} as const;
