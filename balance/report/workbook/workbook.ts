import writeExcelFile from 'write-excel-file/node';
import type { CoverageReport } from '../../../collector/coverage/result.ts';
import type { Plant } from '../../../config/plant/plant.ts';
import type { Lang } from '../../../config/words/word.ts';
import type { BalanceReport } from '../../media/result.ts';
import type { ReportContent } from '../content.ts';
import { headerText } from '../names.ts';
import type { FurtherResults } from '../results.ts';
import { balanceSheet } from './balance-sheet.ts';
import { conservationSheet } from './conservation-sheet.ts';
import { coverageSheet } from './coverage-sheet.ts';
import { budgetSheet, frontSheet, gapSheet, streamSheet } from './data-sheets.ts';
import { driftSheet } from './drift-sheet.ts';
import { factSheet } from './fact-sheet.ts';
import { indicatorSheet } from './indicator-sheet.ts';
import { jjfSheets } from './jjf-sheets.ts';
import { equipmentSheet, ledgerBookSheets, pointSheet } from './meter-sheets.ts';
import { optionSheet, savingSheet } from './option-sheets.ts';
import { printSetup } from './print-setup.ts';
import type { BookSheet } from './sheet.ts';
import { writtenRows } from './written-rows.ts';

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
    ...[conservationSheet(content)].filter((sheet) => sheet !== null),
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
  const content = { plant, balances, coverage, lang, ...further };
  const names = new Set<string>();
  const sheets = bookSheets(content).map((sheet) => ({ ...sheet, name: sheetName(sheet.name, names) }));
  const book = sheets.map((sheet) => ({
    sheet: sheet.name,
    data: writtenRows(sheet),
    columns: sheet.widths.map((width) => ({ width })),
    orientation: 'landscape' as const,
    ...(sheet.heads > 0 ? { stickyRowsCount: sheet.heads } : {}),
  }));
  return new Uint8Array(
    await writeExcelFile(book, { ...FONT, features: [printSetup({ header: headerText(content), sheets })] }).toBuffer(),
  );
}

const FONT = { fontFamily: 'Arial', fontSize: 10 } as const;

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
