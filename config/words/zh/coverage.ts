/** 计量器具配备率。 */
export const coverage = {
  // coverage
  'coverageVerdict.pass': '达到',
  'coverageVerdict.fail': '未达到',
  'coverageVerdict.no-requirement': '不要求',
  'coverageVerdict.not-applicable': '无应装点',
  'coverageVerdict.needs-office-value': '待主管部门核定',
  'unusable.out-of-service': '停用',
  'unusable.not-verified': '无检定、校准或确认',
  'unusable.not-yet-verified': '证书尚未生效',
  'unusable.verification-overdue': '检定或校准已过期',
  'unusable.accuracy-unknown': '准确度等级未填',
  'unusable.accuracy-insufficient': '准确度等级低于要求',
  'unusable.not-commissioned': '未经投运核对',
  'level.1': '用能单位',
  'level.2': '次级用能单位',
  'level.3': '主要用能设备',
} as const;
