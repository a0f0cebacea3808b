import writeExcelFile from 'write-excel-file/node';
import type { CoverageReport } from '../../../collector/coverage/result.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import type { Lang } from '../../../config/words/word.ts';
import { textWidth } from '../../diagram/text.ts';
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
import { fitToPageWidth } from './print-setup.ts';
import type { BookSheet, Row, SheetCell } from './sheet.ts';

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
    data: rows.map((row) => writtenRow(row, widths)),
    columns: widths.map((width) => ({ width })),
    orientation: 'landscape' as const,
    ...(heads > 0 ? { stickyRowsCount: heads } : {}),
  }));
  return new Uint8Array(await writeExcelFile(book, { features: [fitToPageWidth] }).toBuffer());
}

/** Lines that a text takes in its column: one where it fits, or where nothing stands beside it to cut it off. */
function linesOf(row: Row, column: number, widths: readonly number[]): number {
  const [cell, width] = [row[column], widths[column]];
  if (!cell || !('text' in cell) || width === undefined) return 1;
  if (column < widths.length - 1 && !row[column + 1]) return 1;
  return Math.ceil((textWidth(cell.text, 1) * CHARACTERS_PER_EM) / width);
}

/** Spreadsheets do not make a row higher by themselves for what wraps in it. */
function writtenRow(row: Row, widths: readonly number[]) {
  const lines = row.map((_, column) => linesOf(row, column, widths));
  const most = Math.max(1, ...lines);
  const tall = most > 1 ? { height: most * LINE_POINTS, alignVertical: 'top' as const } : {};
  return row.map((cell, column) => {
    const own = written(cell, lines[column]! > 1);
    return own && { ...own, ...tall };
  });
}

function written(cell: SheetCell, wrap: boolean) {
  if (cell === null) return null;
  const weight = cell.bold ? { fontWeight: 'bold' as const } : {};
  if ('text' in cell) return { value: cell.text, type: String, ...weight, ...(wrap ? { wrap } : {}) };
  if ('formula' in cell) return { value: cell.formula, type: 'Formula' as const, format: cell.format, ...weight };
  return { value: cell.number, type: Number, format: cell.format, ...weight };
}

/** Column widths count digits, which are about half as wide as they are high. */
const CHARACTERS_PER_EM = 1.95;
const LINE_POINTS = 15;

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
