import type { BookSheet } from './sheet.ts';

/** What stands on every printed page, and what of each sheet is worked out beforehand. */
interface Setup {
  /** Title, revision and journal root. */
  readonly header: string;
  readonly sheets: readonly (Pick<BookSheet, 'rows' | 'heads'> & { readonly name: string })[];
}

/** Letters that a header or footer may have. */
const LONGEST_HEADER = 240;

/**
 * A feature of write-excel-file for what it leaves out. Every sheet prints as wide as a page of A4 on its side, with the report's title,
 * revision and journal root above and the sheet's name and page below; the head of a table stands on each of its pages. Formulas are
 * written as the format has them, without the sign of equality that people type, and with what they come out as.
 *
 * @source ECMA-376 part 1, 18.3.1.65 (pageSetUpPr), 18.3.1.63 (pageSetup), 18.3.1.46 (headerFooter), 18.3.1.40 (f), 18.2.5 (definedName)
 */
export function printSetup({ header, sheets }: Setup) {
  const above = `&amp;L&amp;8 ${escaped(header.slice(0, LONGEST_HEADER).replaceAll('&', '&&'))}`;
  const frame = `<headerFooter><oddHeader>${above}</oddHeader><oddFooter>&amp;L&amp;8 &amp;A&amp;R&amp;8 &amp;P / &amp;N</oddFooter></headerFooter>`;
  return {
    files: {
      transform: {
        'xl/worksheets/sheet{id}.xml': {
          transform: (xml: string, _options: unknown, { sheetIndex }: { readonly sheetIndex: number }): string => {
            const values = sheets[sheetIndex]!.rows.flatMap((row) =>
              row.flatMap((cell) => (cell && 'formula' in cell ? [cell.value] : [])),
            );
            let next = 0;
            return xml
              .replace(/(<worksheet [^>]*>)/, '$1<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>')
              .replace('<pageSetup ', '<pageSetup fitToWidth="1" fitToHeight="0" ')
              .replace(/<pageSetup [^>]*\/>/, (setup) => setup + frame)
              .replaceAll(/<f>=?([^<]*)<\/f>/g, (_, expression: string) => {
                const value = values[next++] ?? null;
                return `<f>${expression}</f>${value === null ? '' : `<v>${value}</v>`}`;
              });
          },
        },
        'xl/workbook.xml': {
          transform: (xml: string): string =>
            xml
              .replace(/<definedNames\/>/, '')
              .replace(/<calcPr\/>/, '')
              .replace('</sheets>', `</sheets>${printTitles(sheets)}<calcPr fullCalcOnLoad="1"/>`),
        },
      },
    },
  };
}

/** The rows that each sheet repeats on every page. */
function printTitles(sheets: Setup['sheets']): string {
  const names = sheets.map(({ name, heads }, index) => {
    if (heads === 0) return '';
    const place = `'${name.replaceAll("'", "''")}'!$1:$${heads}`;
    return `<definedName name="_xlnm.Print_Titles" localSheetId="${index}">${escaped(place)}</definedName>`;
  });
  return names.every((name) => name === '') ? '' : `<definedNames>${names.join('')}</definedNames>`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
