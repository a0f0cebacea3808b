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
  'unusable.verification-interval-unknown': 'neither due day nor interval known',
  'unusable.accuracy-unknown': 'accuracy class unknown',
  'unusable.accuracy-insufficient': 'accuracy class too coarse',
  'unusable.not-commissioned': 'not commissioned',
  'dueBy.certificate': 'certificate',
  'dueBy.plant': 'plant’s interval',
  'dueBy.regulation': 'period of the regulation',
  'dueWithout.not-by-regulation': 'calibrations and confirmations: the plant sets the interval',
  'dueWithout.type-not-stated': 'type of instrument not stated',
  'dueWithout.type-not-held': 'no regulation’s period is held for this type',
  'dueWithout.period-not-known': 'the regulation’s period is not known',
  'dueAssumed.bore': 'bore not stated: the shortest period',
  'dueAssumed.class': 'class not stated: the shortest period',
  'dueAssumed.settlement': 'settlement not stated: the shortest period',
  'level.1': 'Plant',
  'level.2': 'Sub-units',
  'level.3': 'Main equipment',
};
