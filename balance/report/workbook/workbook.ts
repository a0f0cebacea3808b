import writeExcelFile from 'write-excel-file/node';
import type { CoverageReport } from '../../../collector/coverage/result.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import type { Lang } from '../../../config/words/word.ts';
import type { BalanceReport } from '../../media/result.ts';
import type { ReportContent } from '../content.ts';
import type { FurtherResults } from '../results.ts';
import { balanceSheet } from './balance-sheet.ts';
import { coverageSheet } from './coverage-sheet.ts';
import { budgetSheet, frontSheet, gapSheet, streamSheet } from './data-sheets.ts';
import { driftSheet } from './drift-sheet.ts';
import { factSheet } from './fact-sheet.ts';
import { indicatorSheet } from './indicator-sheet.ts';
import { jjfSheets } from './jjf-sheets.ts';
import { equipmentSheet, ledgerBookSheets, pointSheet } from './meter-sheets.ts';
import { optionSheet, savingSheet } from './option-sheets.ts';
import type { BookSheet, SheetCell } from './sheet.ts';

/** The sheets of the workbook, in order. */
export function bookSheets(content: ReportContent): readonly BookSheet[] {
  const balances = [...new Set(content.balances.balances.map(({ id }) => id))];
  return [
    frontSheet(content),
    coverageSheet(content),
    ...balances.map((id) => balanceSheet(content, id)),
    ...[indicatorSheet(content), driftSheet(content)].filter((sheet) => sheet !== null),
    streamSheet(content),
    budgetSheet(content),
    gapSheet(content),
    pointSheet(content),
    equipmentSheet(content),
    ...ledgerBookSheets(content),
    ...[optionSheet(content), savingSheet(content), factSheet(content)].filter((sheet) => sheet !== null),
    ...jjfSheets(content),
  ];
}

/** The numbers of a report as an .xlsx workbook: every figure as computed, sums and differences as live formulas. */
export async function reportWorkbook(
  plant: Plant,
  balances: BalanceReport,
  coverage: CoverageReport,
  lang: Lang,
  further: FurtherResults = {},
): Promise<Uint8Array> {
  const names = new Set<string>();
  const book = bookSheets({ plant, balances, coverage, lang, ...further }).map(({ name, rows, widths, heads }) => ({
    sheet: sheetName(name, names),
    data: rows.map((row) => row.map(written)),
    columns: widths.map((width) => ({ width })),
    orientation: 'landscape' as const,
    ...(heads > 0 ? { stickyRowsCount: heads } : {}),
  }));
  return new Uint8Array(await writeExcelFile(book).toBuffer());
}

function written(cell: SheetCell) {
  if (cell === null) return null;
  const weight = cell.bold ? { fontWeight: 'bold' as const } : {};
  if ('text' in cell) return { value: cell.text, type: String, ...weight };
  if ('formula' in cell) return { value: cell.formula, type: 'Formula' as const, format: cell.format, ...weight };
  return { value: cell.number, type: Number, format: cell.format, ...weight };
}

/** A name as a sheet may bear it: 31 characters, none of []:*?/\, and no other sheet's. */
function sheetName(name: string, taken: Set<string>): string {
  const plain = name
    .replaceAll(/[[\]:*?/\\]/g, ' ')
    .trim()
    .slice(0, 28);
  let free = plain;
  for (let n = 2; taken.has(free); n++) free = `${plain} ${n}`;
  taken.add(free);
  return free;
}
