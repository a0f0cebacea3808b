import type { ReportContent } from '../content.ts';
import { driftPart } from '../drift-part.ts';
import { type BookSheet, headRow, number, type Row, text } from './sheet.ts';

/** Drift over successive windows, as the document lists it; null where it was not looked at. */
export function driftSheet(content: ReportContent): BookSheet | null {
  const blocks = driftPart(content);
  const [title] = blocks;
  if (title?.kind !== 'heading') return null;
  const rows = blocks.slice(1).flatMap((block): readonly Row[] => {
    if (block.kind === 'paragraph') return [[text(block.text)]];
    if (block.kind !== 'table') return [];
    const body = block.rows.map((cells): Row => cells.map((cell) => (typeof cell === 'string' ? text(cell) : number(cell.value))));
    return [headRow(block.columns.map((column) => column.title)), ...body];
  });
  return { name: title.text, rows, widths: [26, 36, 50, 10, 16, 10, 28], heads: 0 };
}
