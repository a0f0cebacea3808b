import type { FileChild } from 'docx';
import { textWidth } from '../../diagram/text.ts';
import { type Table as Block, cellText } from '../blocks.ts';
import { TEXT_WIDTH } from './page.ts';
import { attributes, type Element, PlainElement } from './plain-element.ts';

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

/** A head is bold. */
const BOLD = 1.15;

/** Twips that each column takes where no cell wraps; a title may take two lines, and breaks between its words. */
function naturalWidths({ columns, rows }: Block, size: number): number[] {
  return columns.map(({ title, align }, column) => {
    const widest = Math.max(0, ...rows.map((row) => textWidth(cellText(row[column] ?? ''), size)));
    const cells = align === 'left' ? widest : widest * STAND_IN;
    const words = (title.match(/[\p{Script=Latin}\d%().=-]+/gu) ?? []).map((each) => textWidth(each, size) * BOLD);
    return Math.max(NARROWEST, PADDING + TWIPS_PER_POINT * Math.max(cells, textWidth(title, size) / 2, ...words));
  });
}

const twips = (w: number) => attributes({ 'w:type': 'dxa', 'w:w': w });
const LINE = attributes({ 'w:val': 'single', 'w:color': 'auto', 'w:sz': 4 });
const BORDERS: Element = {
  'w:tblBorders': ['top', 'left', 'bottom', 'right', 'insideH', 'insideV'].map((edge) => ({ [`w:${edge}`]: LINE })),
};
const MARGINS: Element = {
  'w:tblCellMar': [{ 'w:top': twips(20) }, { 'w:left': twips(PADDING / 2) }, { 'w:bottom': twips(20) }, { 'w:right': twips(PADDING / 2) }],
};
const SHADE: Element = { 'w:shd': attributes({ 'w:fill': 'EEF3F7', 'w:color': 'auto', 'w:val': 'clear' }) };
const UNCUT: Element = { 'w:cantSplit': [] };
const REPEATED: Element = { 'w:tblHeader': [] };

/** A table of fixed columns; its head repeats on every page and no row is cut. */
export function wordTable(block: Block, width: number): FileChild {
  const style = isWide(block) ? 'TableTextSmall' : 'TableText';
  const columnWidths = widthsOf(block, width);
  const cell = (text: string, column: number, head: boolean): Element => ({
    'w:tc': [
      { 'w:tcPr': [{ 'w:tcW': twips(columnWidths[column]!) }, ...(head ? [SHADE] : [])] },
      {
        'w:p': [
          {
            'w:pPr': [
              { 'w:pStyle': attributes({ 'w:val': head ? `${style}Head` : style }) },
              { 'w:jc': attributes({ 'w:val': block.columns[column]!.align }) },
            ],
          },
          { 'w:r': [{ 'w:t': [attributes({ 'xml:space': 'preserve' }), text] }] },
        ],
      },
    ],
  });
  const row = (texts: readonly string[], head: boolean): Element => ({
    'w:tr': [{ 'w:trPr': head ? [UNCUT, REPEATED] : [UNCUT] }, ...texts.map((text, column) => cell(text, column, head))],
  });
  return new PlainElement('w:tbl', [
    {
      'w:tblPr': [
        { 'w:tblW': twips(columnWidths.reduce((sum, each) => sum + each, 0)) },
        BORDERS,
        { 'w:tblLayout': attributes({ 'w:type': 'fixed' }) },
        MARGINS,
      ],
    },
    { 'w:tblGrid': columnWidths.map((size) => ({ 'w:gridCol': attributes({ 'w:w': size }) })) },
    row(
      block.columns.map(({ title }) => title),
      true,
    ),
    ...block.rows.map((cells) => row(cells.map(cellText), false)),
  ]);
}

/**
 * Widths in twips that add up to `width`: figures get what they need and never wrap, texts share the rest by how much there is of them,
 * none more than it fills.
 */
export function widthsOf(block: Block, width: number): number[] {
  const natural = naturalWidths(block, isWide(block) ? SIZE.wide : SIZE.narrow);
  const isText = block.columns.map(({ align }) => align === 'left');
  const figures = natural.reduce((sum, each, column) => (isText[column] ? sum : sum + each), 0);
  const total = natural.reduce((sum, each) => sum + each, 0);
  if (total <= width || !isText.includes(true)) return natural.map((each) => Math.floor((each * width) / total));
  const texts = shared(
    natural.filter((_, column) => isText[column]),
    Math.max(width - figures, width / 3),
  );
  const squeeze = Math.min(1, (width - texts.reduce((sum, each) => sum + each, 0)) / figures || 1);
  let next = 0;
  return natural.map((each, column) => Math.floor(isText[column] ? texts[next++]! : each * squeeze));
}

/** `room` shared among columns by the square roots of what they need; what one does not need goes to the others. */
function shared(needs: readonly number[], room: number): readonly number[] {
  const given = needs.map(() => 0);
  let open = needs.map((_, column) => column);
  let left = room;
  for (;;) {
    const weight = open.reduce((sum, column) => sum + Math.sqrt(needs[column]!), 0);
    const share = (column: number) => (Math.sqrt(needs[column]!) * left) / weight;
    const content = open.filter((column) => needs[column]! <= share(column));
    if (content.length === 0 || open.length === 0) {
      for (const column of open) given[column] = share(column);
      return given;
    }
    for (const column of content) {
      given[column] = needs[column]!;
      left -= needs[column]!;
    }
    open = open.filter((column) => !content.includes(column));
  }
}
