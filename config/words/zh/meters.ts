/** 计量器具类别与自检。 */
export const meters = {
  // Meter templates
  'meterCategory.electricity': '电',
  'meterCategory.electromagnetic-flow': '电磁流量',
  'meterCategory.ultrasonic-flow': '超声波流量',
  'meterCategory.coriolis-flow': '质量流量（科氏）',
  'meterCategory.vortex-flow': '涡街流量',
  'meterCategory.thermal-mass-flow': '热式质量流量',
  'meterCategory.turbine-flow': '涡轮流量',
  'meterCategory.heat': '热量',
  'meterCategory.gas': '气体',
  'meterCategory.weighing': '称重',
  'meterCategory.water-quality': '水质',
  // a totaliser against its own rate
  'agreement.agrees': '一致',
  'agreement.disagrees': '不一致',
  'agreement.too-little': '流量不足，不能判断',
  'agreement.stands-still': '其中一个停住不动',
  'agreement.declared-ratio': '台账倍率未计入或重复计入',
  'agreement.decimal-point': '小数点',
  'agreement.time-unit': '时间单位',
  'agreement.constant-factor': '固定系数：倍率、脉冲常数或补偿',
  'agreement.no-constant': '非固定系数',
} as const;
