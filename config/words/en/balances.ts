import type { balances as zh } from '../zh/balances.ts';

/** Balances: kinds, verdicts, how an amount was obtained. */
export const balances: Readonly<Record<keyof typeof zh, string>> = {
  // balances: kinds, verdicts, how an amount was obtained
  'balanceKind.material': 'Material balance',
  'balanceKind.water': 'Water balance',
  'balanceKind.energy': 'Energy balance',
  'balanceKind.pollutant': 'Pollutant-factor balance',
  'verdict.closed': 'closed',
  'verdict.closed-blind': 'closed but blind: uncertainty exceeds the tolerance',
  'verdict.open-significant': 'open, significant',
  'verdict.open-not-significant': 'open, within uncertainty',
  'verdict.closed-with-detectable-bias': 'closed, with a detectable bias',
  'verdict.by-difference': 'closed by difference, untestable',
  'verdict.incomplete': 'incomplete, no verdict',
  'basis.metered': 'metered',
  'basis.analysed': 'sampled and analysed',
  'basis.derived': 'derived',
  'basis.estimated': 'estimated',
  'basis.design': 'design value',
  'basis.difference': 'by difference',
  'basis.unmeasured': 'unmeasured',
  'suspect.bias': 'suspected bias',
  'suspect.leak': 'suspected leak',
};
