import type { diagrams as zh } from '../zh/diagrams.ts';

/** Diagrams. */
export const diagrams: Readonly<Record<keyof typeof zh, string>> = {
  // diagrams
  'verdictShort.closed': 'closed',
  'verdictShort.closed-blind': 'closed, blind',
  'verdictShort.open-significant': 'open, significant',
  'verdictShort.open-not-significant': 'open, not significant',
  'verdictShort.closed-with-detectable-bias': 'closed, biased',
  'verdictShort.by-difference': 'by difference',
  'verdictShort.incomplete': 'incomplete',
  'diagram.measured': 'measured',
  'diagram.bundle': '{n} streams',
  'diagram.unknown': 'unknown',
  'diagram.legendFigures': 'measured ± U (k = 2) → reconciled, {unit}',
  'diagram.legendWidth': 'arrow width goes with the amount',
  'diagram.legendUnmeasured': 'dashed: unmeasured or by difference',
  'diagram.legendSuspect': 'red: suspected gross error',
};
