/** 程序与通用标签。 */
export const general = {
  // general
  'app.name': '量衡',
  'general.none': '无',
  'general.unknown': '不能确定',
  'general.listSeparator': '、',
  'simulated.banner': '模拟数据：读数来自仿真程序，不是实际工厂，不得用于审核。',
} as const;
