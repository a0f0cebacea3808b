/**
 * Folders of tests whose files share a process and the modules that it has loaded, one file after another: what they test keeps no state
 * but caches, and they leave nothing behind. Loading costs more there than testing. `house/pure.test.ts` watches over it.
 */
export const PURE = [
  'balance/audit',
  'balance/diagram',
  'balance/media',
  'balance/network',
  'balance/oversight',
  'balance/report',
  'balance/window',
  'collector/import',
  'collector/sample',
  'config/examples',
  'config/measures',
  'config/meters',
  'config/rules',
] as const;
