import { type WordKey, word } from '../../config/words/word.ts';
import { type Block, type Cell, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { count } from './figures.ts';
import { programVersion } from './version.ts';

/** How the figures were obtained, and how anyone can recompute them. */
export function tracePart({ balances, lang }: ReportContent): readonly Block[] {
  const w = (key: WordKey) => word(lang, key);
  const { journal, revision } = balances;
  const rows: (readonly Cell[])[] = [
    [w('report.revision'), count(revision)],
    [w('report.version'), `${w('app.name')} ${programVersion()}`],
  ];
  if (journal === null) rows.push([w('report.journal'), w('general.unknown')]);
  else rows.push([w('report.journalFrom'), count(journal.from)], [w('report.journalTo'), count(journal.to)], ['SHA-256', journal.sha256]);
  return [
    heading(1, w('report.uncertainty')),
    paragraph(w('report.uncertaintyText')),
    paragraph(w('report.verdictText')),
    heading(1, w('report.trace')),
    paragraph(w('report.traceText')),
    table(w('report.traceTable'), [w('report.item'), w('report.content')], rows),
  ];
}
