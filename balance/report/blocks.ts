/** A table cell: a text, or a number as it is written with the number itself, which documents that can count keep. */
export type Cell = string | Figure;

export interface Figure {
  readonly text: string;
  /** As computed, not rounded; null where it cannot be determined. */
  readonly value: number | null;
}

export interface Column {
  readonly title: string;
  /** Figures stand to the right. */
  readonly align: 'left' | 'right';
}

export interface Heading {
  readonly kind: 'heading';
  readonly level: 1 | 2 | 3 | 4;
  readonly text: string;
}

export interface Paragraph {
  readonly kind: 'paragraph';
  readonly text: string;
  /** plain text, a warning that must not be overlooked, or a remark in small print. */
  readonly tone: 'plain' | 'warning' | 'remark';
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly string[];
}

export interface Table {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Picture {
  readonly kind: 'picture';
  readonly caption: string;
  /** One SVG document. */
  readonly svg: string;
}

/** What only people know: a question to them and room for the answer, never invented text. */
export interface Blank {
  readonly kind: 'blank';
  readonly text: string;
}

/** A piece of a report, the same for every format it is written in. */
export type Block = Heading | Paragraph | List | Table | Picture | Blank;

export const heading = (level: Heading['level'], text: string): Heading => ({ kind: 'heading', level, text });
export const paragraph = (text: string, tone: Paragraph['tone'] = 'plain'): Paragraph => ({ kind: 'paragraph', text, tone });
export const blank = (text: string): Blank => ({ kind: 'blank', text });

/** A table whose columns are named `title` (left) or `>title` (right, for figures). */
export function table(caption: string, columns: readonly string[], rows: Table['rows']): Table {
  return {
    kind: 'table',
    caption,
    columns: columns.map((title) => (title.startsWith('>') ? { title: title.slice(1), align: 'right' } : { title, align: 'left' })),
    rows,
  };
}

/** The same blocks with every heading `by` levels deeper, 4 at most. */
export function nested(blocks: readonly Block[], by: number): readonly Block[] {
  return blocks.map((block) => (block.kind === 'heading' ? { ...block, level: Math.min(4, block.level + by) as Heading['level'] } : block));
}

/** The text of a cell. */
export function cellText(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
