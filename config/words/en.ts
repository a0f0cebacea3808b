import { balances } from './en/balances.ts';
import { chapters } from './en/chapters.ts';
import { coverage } from './en/coverage.ts';
import { diagrams } from './en/diagrams.ts';
import { duties } from './en/duties.ts';
import { facts } from './en/facts.ts';
import { forms } from './en/forms.ts';
import { further } from './en/further.ts';
import { general } from './en/general.ts';
import { kinds } from './en/kinds.ts';
import { meters } from './en/meters.ts';
import { notes } from './en/notes.ts';
import { periods } from './en/periods.ts';
import { report } from './en/report.ts';
import { samples } from './en/samples.ts';
import { tables } from './en/tables.ts';
import { workbook } from './en/workbook.ts';
import type { zh } from './zh.ts';

/** English labels, key by key beside the Chinese ones. */
export const en: Readonly<Record<keyof typeof zh, string>> = {
  ...general,
  ...balances,
  ...samples,
  ...duties,
  ...coverage,
  ...diagrams,
  ...report,
  ...chapters,
  ...workbook,
  ...further,
  ...facts,
  ...forms,
  ...tables,
  ...meters,
  ...kinds,
  ...notes,
  ...periods,
};
