import type { CellObject, SheetData } from 'write-excel-file/node';
import { textWidth } from '../../diagram/text.ts';
import type { BookSheet, Row, SheetCell } from './sheet.ts';

/** Column widths count digits, which are about half as wide as they are high. */
const CHARACTERS_PER_EM = 1.95;
const LINE_POINTS = 15;

const LINES = { borderStyle: 'thin', borderColor: '#9AA5B1' } as const;
const HEAD = { ...LINES, backgroundColor: '#EEF3F7' } as const;

/** The rows of a sheet as write-excel-file takes them: tables ruled, their heads shaded, rows as high as what wraps in them. */
export function writtenRows({ rows, widths }: BookSheet): SheetData {
  let columns = 0;
  return rows.map((row, index) => {
    const isHead = row.some((cell) => cell !== null && 'head' in cell);
    if (isHead) columns = row.length;
    else if (row.length === 0) columns = 0;
    // A text alone below a table is a note.
    const inTable = columns > 0 && row.length > 1;
    return writtenRow(row, { widths, columns: inTable ? columns : 0, figures: isHead ? rows[index + 1] : undefined });
  });
}

interface Place {
  readonly widths: readonly number[];
  /** Columns of the table that the row belongs to; 0 outside of one. */
  readonly columns: number;
  /** For a head: the row below it, whose figures stand to the right. */
  readonly figures: Row | undefined;
}

/** Spreadsheets do not make a row higher by themselves for what wraps in it. */
function writtenRow(row: Row, { widths, columns, figures }: Place) {
  const lines = row.map((_, column) => linesOf(row, column, widths));
  const most = Math.max(1, ...lines);
  const tall = most > 1 ? { height: most * LINE_POINTS, alignVertical: 'top' as const } : {};
  return Array.from({ length: Math.max(row.length, columns) }, (_, column) => {
    const cell = row[column] ?? null;
    const look = column >= columns ? {} : cell !== null && 'head' in cell ? { ...HEAD, ...aside(figures?.[column]) } : LINES;
    if (cell === null && column >= columns) return null;
    return { ...written(cell, (lines[column] ?? 1) > 1), ...look, ...tall };
  });
}

/** The head of figures stands over them. */
const aside = (below: SheetCell | undefined) => (below && !('text' in below) ? { align: 'right' as const } : {});

/** Lines that a text takes in its column: one where it fits, or where nothing stands beside it to cut it off. */
function linesOf(row: Row, column: number, widths: readonly number[]): number {
  const [cell, width] = [row[column], widths[column]];
  if (!cell || !('text' in cell) || width === undefined) return 1;
  if (column < widths.length - 1 && !row[column + 1]) return 1;
  return Math.ceil((textWidth(cell.text, 1) * CHARACTERS_PER_EM) / width);
}

function written(cell: SheetCell, wrap: boolean): CellObject {
  if (cell === null) return {};
  const weight = cell.bold ? { fontWeight: 'bold' as const } : {};
  if ('text' in cell) return { value: cell.text, type: String, ...weight, ...(wrap ? { wrap } : {}) };
  if ('formula' in cell) return { value: cell.formula, type: 'Formula' as const, format: cell.format, ...weight };
  return { value: cell.number, type: Number, format: cell.format, ...weight };
}
