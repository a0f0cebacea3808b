/** 按生产日、班次与周期的表，键与英文相同。 */
export const periods = {
  'period.title': '分时段的物流量',
  'period.text': '只有装表计量的物流；窗口只含一部分的时段注明其中的小时数。',
  'period.day': '生产日',
  'period.shift': '班次',
  'period.cycle': '生产周期',
  'period.table': '{kind}的物流量，{from} 至 {to}',
  'period.leastRead': '最低计时完整率',
  'period.part': '（窗口内 {hours} h）',
  'period.batches': '，{n} 批',
};
