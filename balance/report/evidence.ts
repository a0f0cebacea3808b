import { meteringRates } from '../audit/facts.ts';
import type { ReportContent } from './content.ts';
import { optionSheet } from './workbook/option-sheets.ts';

/** A fact of a score sheet with the page or cell of the report that proves it, as `assess --score … --facts FILE` reads it. */
export type ReportFacts = Readonly<Record<string, { readonly value: number | boolean; readonly evidence: string }>>;

/**
 * What a report says of the rows of score sheets, each with the chapter of the document and the cell of the workbook where it stands.
 *
 * Facts are named as the rules name them. What the report does not say is not in it.
 */
export function reportFacts(content: ReportContent): ReportFacts {
  const found: Record<string, { value: number | boolean; evidence: string }> = {};
  const { savings, monitoring, balances, plant } = content;
  for (const [name, rate] of Object.entries(meteringRates(plant, balances)))
    if (rate !== null) found[`meteringRate.${name}`] = { value: rate, evidence: 'report.docx 3.2' };
  if (balances.balances.length > 0) found['balances.diagrams'] = { value: true, evidence: 'report.docx 3.2' };
  const sheet = optionSheet(content);
  if (savings !== undefined && sheet !== null) {
    const [low, high] = savings.sums;
    const at = (cell: string) => `report.docx 4.1; report.xlsx ${sheet.name}!${sheet.cells[cell]}`;
    for (const [name, sum] of [
      ['lowCost', low!],
      ['highCost', high!],
    ] as const) {
      found[`options.${name}.implemented`] = { value: sum.done, evidence: at(`${name}.implemented`) };
      if (sum.donePercent !== null)
        found[`options.${name}.implementedPercent`] = { value: sum.donePercent, evidence: at(`${name}.implementedPercent`) };
    }
  }
  const limited = (monitoring?.outfalls ?? []).flatMap(({ monitors }) => monitors);
  const over = limited.some((monitor) => monitor.over.length > 0);
  if (over) found['discharge.withinLimits'] = { value: false, evidence: 'report.docx 2.3' };
  return found;
}

/** The facts as the file that lies beside a report. */
export function factsText(content: ReportContent): string {
  return `${JSON.stringify(reportFacts(content), null, 2)}\n`;
}
