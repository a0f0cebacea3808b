import { balances } from './zh/balances.ts';
import { chapters } from './zh/chapters.ts';
import { coverage } from './zh/coverage.ts';
import { diagrams } from './zh/diagrams.ts';
import { duties } from './zh/duties.ts';
import { facts } from './zh/facts.ts';
import { forms } from './zh/forms.ts';
import { further } from './zh/further.ts';
import { general } from './zh/general.ts';
import { kinds } from './zh/kinds.ts';
import { meters } from './zh/meters.ts';
import { notes } from './zh/notes.ts';
import { periods } from './zh/periods.ts';
import { report } from './zh/report.ts';
import { samples } from './zh/samples.ts';
import { tables } from './zh/tables.ts';
import { workbook } from './zh/workbook.ts';

/** 中文标签，每间屋一个文件，键与英文相同；语句写在这里，逻辑里不写。 */
export const zh = {
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
