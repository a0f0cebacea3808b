import type { ReportContent } from './content.ts';
import { placesOf } from './fact-places.ts';
import { factSheet } from './workbook/fact-sheet.ts';

/**
 * A fact of a score sheet with the page and cell of the report that proves it, as `assess --score … --facts FILE` reads it; null is a
 * blank that stands there for people to fill in.
 */
export type ReportFacts = Readonly<Record<string, { readonly value: number | boolean | null; readonly evidence: string }>>;

/** What a report says of the facts of score sheets, each with the section of the document and the cells of the workbook that show it. */
export function reportFacts(content: ReportContent): ReportFacts {
  const sheet = factSheet(content);
  if (sheet === null) return {};
  return Object.fromEntries(
    (content.facts ?? []).map((each) => {
      const own = `report.xlsx ${sheet.name}!${sheet.cells[each.fact]}`;
      return [each.fact, { value: each.value, evidence: [...placesOf(content, each), own].join('; ') }];
    }),
  );
}

/** The facts as the file that lies beside a report. */
export function factsText(content: ReportContent): string {
  return `${JSON.stringify(reportFacts(content), null, 2)}\n`;
}
