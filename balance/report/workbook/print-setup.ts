/**
 * Prints every sheet as wide as a page of A4 on its side: no column falls onto a page of its own. A feature of write-excel-file, which
 * writes the paper and leaves its scale open.
 *
 * @source ECMA-376 part 1, 18.3.1.65 (pageSetUpPr), 18.3.1.63 (pageSetup)
 */
export const fitToPageWidth = {
  files: {
    transform: {
      'xl/worksheets/sheet{id}.xml': {
        transform: (xml: string): string =>
          xml
            .replace(/(<worksheet [^>]*>)/, '$1<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>')
            .replace('<pageSetup ', '<pageSetup fitToWidth="1" fitToHeight="0" '),
      },
    },
  },
};
