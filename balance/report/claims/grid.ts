import type { Printed } from './claim.ts';

/** A sheet as it was read: texts, numbers, empty cells. */
export interface Grid {
  readonly name: string;
  readonly rows: readonly (readonly unknown[])[];
}

const NUMBER = /^([-−+]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(%|[^\d\s]{0,6})$/;

/**
 * The number in a cell, also where it is a text such as `4,746,025 kg`, `0.91 %`, full-width `１２．５`, `4 746 025` or, as accountants
 * write what is negative, `(12.5)`; null where there is none.
 */
export function printedAt({ rows }: Grid, row: number, column: number): Printed | null {
  const value = rows[row]?.[column];
  const cell = `${columnName(column)}${row + 1}`;
  if (typeof value === 'number' && Number.isFinite(value)) return { value, decimals: decimalsOf(value), cell };
  if (typeof value !== 'string') return null;
  const plain = value
    .normalize('NFKC')
    .trim()
    .replaceAll(/(?<=\d) (?=\d{3}(?!\d))/g, '');
  const accounted = /^\(([\d,.]+)\)$/.exec(plain)?.[1];
  const match = NUMBER.exec(accounted ?? plain);
  if (match === null) return null;
  const number = Number(`${match[2]!.replaceAll(',', '')}${match[3] ?? ''}`);
  const negative = accounted !== undefined || match[1] === '-' || match[1] === '−';
  return { value: negative ? -number : number, decimals: Math.max(0, (match[3]?.length ?? 1) - 1), cell };
}

/** Text of a cell without blanks; empty for numbers. */
export function textAt({ rows }: Grid, row: number, column: number): string {
  const value = rows[row]?.[column];
  return typeof value === 'string' && printedAt({ name: '', rows }, row, column) === null ? value.replaceAll(/\s/g, '') : '';
}

/** Number of columns. */
export function widthOf({ rows }: Grid): number {
  return rows.reduce((widest, row) => Math.max(widest, row.length), 0);
}

/** The first text of a row: what it is about. */
export function labelOf(grid: Grid, row: number): string {
  for (let column = 0; column < widthOf(grid); column++) {
    const text = textAt(grid, row, column);
    if (text !== '') return text;
  }
  return '';
}

function columnName(column: number): string {
  const rest = Math.floor(column / 26);
  return `${rest > 0 ? columnName(rest - 1) : ''}${String.fromCharCode(65 + (column % 26))}`;
}

function decimalsOf(value: number): number {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(String(value)) ?? [];
  return Math.max(0, fraction.length - Number(exponent));
}
