import type { forms as zh } from '../zh/forms.ts';

/** Workbook: forms of the metering specification. */
export const forms: Readonly<Record<keyof typeof zh, string>> = {
  'jjf.b1': 'Form B.1 people who measure energy',
  'jjf.b4': 'Form B.4 meters at the boundary of the plant',
  'jjf.b8': 'Form B.8 coverage of energy meters',
  'jjf.b9': 'Form B.9 accuracy of energy meters',
  'jjf.b10': 'Form B.10 energy consumed (in the window)',
  'jjf.toConfirm':
    'Named after the list of forms in JJF 1356-2012 annex B; the columns are to be held against its text, empty cells are for the plant to fill.',
  'jjf.no': 'No.',
  'jjf.person': 'Name',
  'jjf.role': 'Post',
  'jjf.qualification': 'Qualification',
  'jjf.due': 'Valid until',
  'jjf.instrument': 'Instrument',
  'jjf.accuracy': 'Accuracy class',
  'jjf.count': 'Count',
  'jjf.required': 'Required class',
  'jjf.factor': 'Factor of standard coal',
  'jjf.year': 'Amount in the year',
  'workbook.production': 'Production',
  'workbook.options': 'Options',
  'workbook.savings': 'Savings',
};
