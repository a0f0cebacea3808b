import { Paragraph, Table, TableCell, TableLayoutType, TableRow, WidthType } from 'docx';
import { textWidth } from '../../diagram/text.ts';
import { type Table as Block, cellText } from '../blocks.ts';
import { TEXT_WIDTH } from './page.ts';

/** Points. */
const SIZE = { narrow: 9, wide: 7.5 };
const TWIPS_PER_POINT = 20;
/** Left and right of the text of a cell, twips. */
const PADDING = 120;
const NARROWEST = 560;
/** Where the report's fonts are missing others stand in that are this much wider, and a figure must not wrap even so. */
const STAND_IN = 1.35;

/** Columns that an upright page has room for. */
const MOST_COLUMNS = 11;

/** Tables that a page cannot hold without wrapping most of their cells want a page on its side. */
export function isWide(block: Block): boolean {
  if (block.columns.length > MOST_COLUMNS) return true;
  return naturalWidths(block, SIZE.narrow).reduce((sum, each) => sum + each, 0) > 1.4 * TEXT_WIDTH.portrait;
}

/** Twips that each column takes where no cell wraps; a title may take two lines. */
function naturalWidths({ columns, rows }: Block, size: number): number[] {
  return columns.map(({ title, align }, column) => {
    const widest = Math.max(0, ...rows.map((row) => textWidth(cellText(row[column] ?? ''), size)));
    const cells = align === 'left' ? widest : widest * STAND_IN;
    return Math.max(NARROWEST, PADDING + TWIPS_PER_POINT * Math.max(cells, textWidth(title, size) / 2));
  });
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
  const natural = naturalWidths(block, isWide(block) ? SIZE.wide : SIZE.narrow);
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
