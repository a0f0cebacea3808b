import { type WordKey, word } from '../../../config/words/word.ts';
import type { ReportContent } from '../content.ts';
import { kindName } from '../names.ts';
import { type BookSheet, bold, counted, headRow, number, type Row, sumOf, text, whole } from './sheet.ts';

/** Coverage by kind and level: ratios and sums are formulas over the counts (JJF 1356 form B.8 asks for the same counts). */
export function coverageSheet({ coverage, lang }: ReportContent): BookSheet {
  const w = (key: WordKey) => word(lang, key);
  const titles = [
    w('report.kind'),
    w('report.level'),
    w('report.required'),
    w('report.fitted'),
    'R %',
    w('report.threshold'),
    w('report.verdict'),
    w('report.exempt'),
    w('report.usable'),
    w('report.delivering'),
    w('workbook.missing'),
    w('workbook.rule'),
  ];
  const rows: Row[] = [headRow(titles)];
  const cells = coverage.cells.filter(({ required, exempt }) => required + exempt > 0);
  for (const cell of cells) {
    const at = rows.length + 1;
    rows.push([
      text(kindName(cell, lang)),
      text(`${cell.level} ${w(`level.${cell.level}`)}`),
      whole(cell.required),
      whole(cell.fitted),
      cell.ratio === null
        ? null
        : { formula: `=ROUNDDOWN(100*D${at}/C${at},2)`, value: Math.floor(cell.ratio * 100 + 1e-9) / 100, format: '0.00' },
      cell.threshold === null ? text(cell.verdict === 'needs-office-value' ? '※' : '—') : number(cell.threshold, 1),
      text(`${w(`coverageVerdict.${cell.verdict}`)}${cell.caution ? ' ‡' : ''}`),
      whole(cell.exempt),
      whole(cell.usable),
      whole(cell.delivering),
      text(cell.missing.join(w('general.listSeparator'))),
      text(cell.rule),
    ]);
  }
  const last = rows.length;
  const sum = (column: string, of: 'required' | 'fitted' | 'exempt' | 'usable') =>
    counted(
      sumOf(column, 2, last),
      cells.reduce((total, cell) => total + cell[of], 0),
    );
  rows.push([
    bold(w('workbook.sum')),
    null,
    sum('C', 'required'),
    sum('D', 'fitted'),
    null,
    null,
    null,
    sum('H', 'exempt'),
    sum('I', 'usable'),
  ]);
  for (const caution of new Set(coverage.cells.flatMap((cell) => (cell.caution ? [cell.caution[lang]] : []))))
    rows.push([text(`‡ ${caution}`)]);
  for (const finding of coverage.findings) rows.push([text(`${finding.subject}: ${finding[lang]}`)]);
  return { name: w('report.coverage'), rows, widths: [20, 18, 10, 10, 10, 12, 16, 8, 8, 10, 40, 42], heads: 1 };
}
