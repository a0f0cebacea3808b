import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf } from '../../dashboards/server/csv.ts';

/** Reads RFC 4180 text of one column. */
function cells(text: string): string[] {
  return [...text.slice(1).matchAll(/(?:"((?:[^"]|"")*)"|([^"\r\n]*))\r\n/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
  );
}

describe('CSV', () => {
  it('gives back every text as it was, but for an apostrophe before what would be a formula', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\uFEFF')),
          { minLength: 1 },
        ),
        (texts) => {
          const read = cells(csvOf({ columns: ['a'], rows: texts.map((text) => [text]) })).slice(1);
          expect(read).toEqual(texts.map((text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)));
        },
      ),
    );
  });

  it('writes numbers as they are, negative ones too, and nothing for what is missing', () => {
    expect(csvOf({ columns: ['a', 'b', 'c'], rows: [[-1.5, null, undefined]] })).toBe('\uFEFFa,b,c\r\n-1.5,,\r\n');
    expect(csvOf({ columns: ['a'], rows: [['=1+1'], ['-1']] })).toBe("\uFEFFa\r\n'=1+1\r\n'-1\r\n");
  });
});
