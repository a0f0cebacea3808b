import type { general as zh } from '../zh/general.ts';

/** The program itself, and labels used everywhere. */
export const general: Readonly<Record<keyof typeof zh, string>> = {
  // general
  'app.name': 'Liangheng',
  'general.none': 'none',
  'general.unknown': 'cannot be determined',
  'general.listSeparator': ', ',
  'simulated.banner': 'Simulated data: readings come from a simulation, not from a real plant, and must not be used for an audit.',
};
