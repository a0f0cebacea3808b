import { strFromU8, unzipSync } from 'fflate';

/** Rows of a workbook's sheet that its reader does not see: they add up all the same. */
export interface HiddenRows {
  readonly sheet: string;
  /** From 1. */
  readonly rows: readonly number[];
}

/** The hidden rows of an .xlsx workbook, and every row of a hidden sheet; sheets without any are left out. */
export function hiddenRows(workbook: Uint8Array): readonly HiddenRows[] {
  const files = unzipSync(workbook, {
    filter: ({ name }) => /^xl\/(workbook\.xml|_rels\/workbook\.xml\.rels|worksheets\/[^/]+\.xml)$/.test(name),
  });
  const text = (path: string) => (files[path] === undefined ? '' : strFromU8(files[path]));
  const targets = new Map(
    [...text('xl/_rels/workbook.xml.rels').matchAll(/<Relationship\b[^>]*>/g)].map(([tag]) => [
      attribute(tag, 'Id'),
      attribute(tag, 'Target'),
    ]),
  );
  return [...text('xl/workbook.xml').matchAll(/<(?:\w+:)?sheet\b[^>]*>/g)].flatMap(([tag]) => {
    const target = targets.get(attribute(tag, 'r:id'))?.replace(/^\/?(xl\/)?/, 'xl/') ?? '';
    const whole = /^(hidden|veryHidden)$/.test(attribute(tag, 'state'));
    const rows = [...text(target).matchAll(/<(?:\w+:)?row\b[^>]*>/g)]
      .filter(([row]) => whole || /^(1|true)$/.test(attribute(row, 'hidden')))
      .map(([row]) => Number(attribute(row, 'r')));
    return rows.length === 0 ? [] : [{ sheet: unescaped(attribute(tag, 'name')), rows }];
  });
}

function attribute(tag: string, name: string): string {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescaped(text: string): string {
  return text.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name]!);
}
