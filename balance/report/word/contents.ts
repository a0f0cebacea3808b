import type { FileChild } from 'docx';
import type { Block, Heading } from '../blocks.ts';
import { TEXT_WIDTH } from './page.ts';
import { attributes, type Element, PlainElement } from './plain-element.ts';

/** Headings deeper than this are not in the table of contents. */
const DEEPEST = 3;

/** The bookmark of the heading that is the `n`-th block. */
export const bookmarkOf = (n: number) => `_Heading${n}`;

/**
 * The table of contents: a line for every heading, linked to it, its page number a reference to the heading's bookmark.
 *
 * It stands in no TOC field: inside one LibreOffice keeps the numbers that were cached when the file was written, and nobody knows a page
 * number before the pages are laid out. References of their own it works out as it opens the document.
 */
export function contentsOf(blocks: readonly Block[]): readonly FileChild[] {
  return blocks.flatMap((block, n) => (block.kind === 'heading' && block.level <= DEEPEST ? [lineOf(block, bookmarkOf(n))] : []));
}

function lineOf({ level, text }: Heading, anchor: string): FileChild {
  const tab = { 'w:tab': attributes({ 'w:val': 'right', 'w:pos': TEXT_WIDTH.portrait, 'w:leader': 'dot' }) };
  const style = { 'w:pStyle': attributes({ 'w:val': `TOC${level}` }) };
  const mark = (type: string): Element => ({ 'w:r': [{ 'w:fldChar': attributes({ 'w:fldCharType': type }) }] });
  const kept = attributes({ 'xml:space': 'preserve' });
  const link: Element = {
    'w:hyperlink': [
      attributes({ 'w:anchor': anchor, 'w:history': 1 }),
      { 'w:r': [{ 'w:t': [kept, text] }] },
      { 'w:r': [{ 'w:tab': [] }] },
      mark('begin'),
      { 'w:r': [{ 'w:instrText': [kept, `PAGEREF ${anchor} \\h`] }] },
      mark('separate'),
      mark('end'),
    ],
  };
  return new PlainElement('w:p', [{ 'w:pPr': [style, { 'w:tabs': [tab] }] }, link]);
}
