import { Bookmark, HeadingLevel, ImageRun, Paragraph, SimpleField, TextRun } from 'docx';
import { type Lang, word } from '../../../config/words/word.ts';
import type { Block, Heading } from '../blocks.ts';
import { pngsOf } from '../diagram-png.ts';
import type { Png } from '../drawing-thread.ts';
import { filled } from '../names.ts';
import { bookmarkOf } from './contents.ts';
import { LANDSCAPE_HEIGHT, TEXT_WIDTH } from './page.ts';
import type { Body } from './sections.ts';
import { isWide, wordTable } from './table.ts';

const HEADINGS = { 1: HeadingLevel.HEADING_1, 2: HeadingLevel.HEADING_2, 3: HeadingLevel.HEADING_3, 4: HeadingLevel.HEADING_4 } as const;
/** px of a picture 271 mm wide at some 180 dpi. */
const PICTURE_WIDTH = 1_900;
const TWIPS_PER_PX = 15;
const CAPTION_ROOM = 900;

/** Blocks as paragraphs, tables and pictures of a Word document, tables and pictures numbered by fields. */
export async function bodyOf(blocks: readonly Block[], lang: Lang): Promise<readonly Body[]> {
  const pictures = await pngsOf(
    blocks.flatMap((block) => (block.kind === 'picture' ? [block.svg] : [])),
    PICTURE_WIDTH,
  );
  const count = { table: 0, picture: 0 };
  return blocks.map((block, n): Body => {
    const { turn, children } = block.kind === 'heading' ? portrait(headingOf(block, n)) : childrenOf(block, lang, pictures, count);
    return { turn, children, isHeading: block.kind === 'heading' };
  });
}

/** A heading, with the bookmark that the table of contents refers to. */
function headingOf({ level, text }: Heading, n: number): Paragraph {
  return new Paragraph({ heading: HEADINGS[level], children: [new Bookmark({ id: bookmarkOf(n), children: [new TextRun(text)] })] });
}

function childrenOf(
  block: Exclude<Block, Heading>,
  lang: Lang,
  pictures: readonly Png[],
  count: { table: number; picture: number },
): Pick<Body, 'turn' | 'children'> {
  switch (block.kind) {
    case 'paragraph':
      return portrait(new Paragraph({ style: { plain: 'Body', warning: 'Warning', remark: 'Remark' }[block.tone], text: block.text }));
    case 'list':
      return portrait(...block.items.map((text) => new Paragraph({ style: 'Item', numbering: { reference: 'bullets', level: 0 }, text })));
    case 'blank':
      return portrait(new Paragraph({ style: 'Blank', text: filled(word(lang, 'audit.blank'), { what: block.text }) }), new Paragraph(''));
    case 'table': {
      const turn = isWide(block) ? 'landscape' : 'portrait';
      count.table += 1;
      const above = caption(word(lang, 'report.tableWord'), count.table, block.caption, true);
      return { turn, children: [above, wordTable(block, TEXT_WIDTH[turn]), new Paragraph('')] };
    }
    case 'picture': {
      const png = pictures[count.picture]!;
      count.picture += 1;
      return {
        turn: 'landscape',
        children: [picture(png, block.caption), caption(word(lang, 'report.pictureWord'), count.picture, block.caption, false)],
      };
    }
  }
}

const portrait = (...children: Paragraph[]): Pick<Body, 'turn' | 'children'> => ({ turn: 'portrait', children });

/** `表 3　…` whose number is a field, so that it stays right when somebody adds a table. */
function caption(label: string, n: number, text: string, keepNext: boolean): Paragraph {
  const number = new SimpleField(`SEQ ${label} \\* ARABIC`, String(n));
  return new Paragraph({ style: 'Caption', keepNext, children: [new TextRun(`${label} `), number, new TextRun(`　${text}`)] });
}

function picture({ data, width, height }: Png, text: string): Paragraph {
  const room = { width: TEXT_WIDTH.landscape / TWIPS_PER_PX, height: (LANDSCAPE_HEIGHT - CAPTION_ROOM) / TWIPS_PER_PX };
  const scale = Math.min(room.width / width, room.height / height);
  const transformation = { width: Math.floor(width * scale), height: Math.floor(height * scale) };
  const image = new ImageRun({ type: 'png', data, transformation, altText: { name: text, title: text, description: text } });
  return new Paragraph({ alignment: 'center', keepNext: true, children: [image] });
}
