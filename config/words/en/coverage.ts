import type { coverage as zh } from '../zh/coverage.ts';

/** Metering coverage. */
export const coverage: Readonly<Record<keyof typeof zh, string>> = {
  // coverage
  'coverageVerdict.pass': 'pass',
  'coverageVerdict.fail': 'fail',
  'coverageVerdict.no-requirement': 'no requirement',
  'coverageVerdict.not-applicable': 'no point required',
  'coverageVerdict.needs-office-value': 'needs the office’s value',
  'unusable.out-of-service': 'out of service',
  'unusable.not-verified': 'never verified',
  'unusable.not-yet-verified': 'certificate not yet valid',
  'unusable.verification-overdue': 'verification overdue',
  'unusable.accuracy-unknown': 'accuracy class unknown',
  'unusable.accuracy-insufficient': 'accuracy class too coarse',
  'unusable.not-commissioned': 'not commissioned',
  'level.1': 'Plant',
  'level.2': 'Sub-units',
  'level.3': 'Main equipment',
};
