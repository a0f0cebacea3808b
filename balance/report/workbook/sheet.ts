import { decimalsFor } from '../../../config/words/written.ts';

/**
 * A cell of a sheet: empty, a text, a number as computed, or a formula that the spreadsheet works out. A formula's `value` is what it comes
 * out as, for readers that work nothing out (a preview, a file opened read-only); null where that is no number.
 */
export type SheetCell =
  | null
  | { readonly text: string; readonly bold?: true; readonly head?: true }
  | { readonly number: number; readonly format: string; readonly bold?: true }
  | { readonly formula: string; readonly value: number | null; readonly format: string; readonly bold?: true };

export type Row = readonly SheetCell[];

/** A sheet of the workbook; the first row that `heads` counts stay in view. */
export interface BookSheet {
  readonly name: string;
  readonly rows: readonly Row[];
  /** Column widths in characters. */
  readonly widths: readonly number[];
  readonly heads: number;
}

export const text = (value: string): SheetCell => (value === '' ? null : { text: value });
export const bold = (value: string): SheetCell => ({ text: value, bold: true });
/** The head of a table: what stands below it, up to an empty row, is the table. */
export const headRow = (titles: readonly string[]): Row => titles.map((title) => ({ text: title, bold: true, head: true }));

/** A number shown as its standard uncertainty allows; the cell holds all of it. Empty where it is unknown. */
export function number(value: number | null, u: number | null = null): SheetCell {
  return value === null || !Number.isFinite(value) ? null : { number: value, format: formatOf(decimalsFor(value, u)) };
}

export function whole(value: number | null): SheetCell {
  return value === null ? null : { number: value, format: '#,##0' };
}

/** A share 0…1, shown as per cent. */
export function share(value: number | null): SheetCell {
  return value === null ? null : { number: value, format: '0.0%' };
}

/** A formula that comes out as `value`, shown with the decimals that this number would have. */
export function formula(expression: string, value: number | null, u: number | null = null): SheetCell {
  return { formula: expression, value, format: formatOf(decimalsFor(value, u)), bold: true };
}

/** A formula that comes out as a count. */
export function counted(expression: string, value: number): SheetCell {
  return { formula: expression, value, format: '#,##0', bold: true };
}

/** `SUM(E5:E9)` of a column over rows counted from 1; 0 where there are none. */
export function sumOf(column: string, from: number, to: number): string {
  return to < from ? '=0' : `=SUM(${column}${from}:${column}${to})`;
}

function formatOf(decimals: number): string {
  return decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}`;
}
