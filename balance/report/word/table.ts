import { Paragraph, Table, TableCell, TableLayoutType, TableRow, WidthType } from 'docx';
import { textWidth } from '../../diagram/text.ts';
import { type Table as Block, cellText } from '../blocks.ts';

/** Points. */
const SIZE = { narrow: 9, wide: 7.5 };
const TWIPS_PER_POINT = 20;
/** Left and right of the text of a cell, twips. */
const PADDING = 120;
const NARROWEST = 560;

/** Tables with many columns want a page on its side. */
export function isWide({ columns }: Block): boolean {
  return columns.length > 8;
}

/** A table of fixed columns; its head repeats on every page and no row is cut. */
export function wordTable(block: Block, width: number): Table {
  const style = isWide(block) ? 'TableTextSmall' : 'TableText';
  const columnWidths = widthsOf(block, width);
  const cell = (text: string, column: number, head: boolean) =>
    new TableCell({
      width: { size: columnWidths[column]!, type: WidthType.DXA },
      ...(head ? { shading: { type: 'clear', color: 'auto', fill: 'EEF3F7' } } : {}),
      children: [new Paragraph({ style: head ? `${style}Head` : style, alignment: block.columns[column]!.align, text })],
    });
  return new Table({
    layout: TableLayoutType.FIXED,
    width: { size: columnWidths.reduce((sum, each) => sum + each, 0), type: WidthType.DXA },
    columnWidths,
    margins: { left: PADDING / 2, right: PADDING / 2, top: 20, bottom: 20, marginUnitType: WidthType.DXA },
    rows: [
      new TableRow({ tableHeader: true, cantSplit: true, children: block.columns.map(({ title }, column) => cell(title, column, true)) }),
      ...block.rows.map(
        (cells) => new TableRow({ cantSplit: true, children: cells.map((each, column) => cell(cellText(each), column, false)) }),
      ),
    ],
  });
}

/**
 * Widths in twips that add up to `width`: figures get what they need and never wrap, texts share the rest by how much there is of them.
 */
export function widthsOf(block: Block, width: number): number[] {
  const size = isWide(block) ? SIZE.wide : SIZE.narrow;
  const natural = block.columns.map(({ title }, column) => {
    const cells = Math.max(0, ...block.rows.map((row) => textWidth(cellText(row[column] ?? ''), size)));
    return Math.max(NARROWEST, PADDING + TWIPS_PER_POINT * Math.max(cells, textWidth(title, size) / 2));
  });
  const isText = block.columns.map(({ align }) => align === 'left');
  const figures = natural.reduce((sum, each, column) => (isText[column] ? sum : sum + each), 0);
  const texts = natural.map((each, column) => (isText[column] ? Math.sqrt(each * NARROWEST) : 0));
  const allTexts = texts.reduce((sum, each) => sum + each, 0);
  const total = natural.reduce((sum, each) => sum + each, 0);
  if (total <= width || allTexts === 0) return natural.map((each) => Math.floor((each * width) / total));
  const left = Math.max(width - figures, width / 3);
  const squeeze = Math.min(1, (width - left) / figures || 1);
  return natural.map((each, column) => Math.floor(isText[column] ? (texts[column]! * left) / allTexts : each * squeeze));
}
