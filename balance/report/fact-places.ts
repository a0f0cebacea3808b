import { word, wordOr } from '../../config/words/word.ts';
import type { SheetFact } from '../audit/sheet-facts.ts';
import type { ReportContent } from './content.ts';
import { optionSheet } from './workbook/option-sheets.ts';

/** Sections of the audit report in which a fact is shown, by what its name begins with; the longest that fits counts. */
const SECTIONS: Readonly<Record<string, string>> = {
  'audit.': '1.3',
  'training.': '1.4',
  'facilities.': '2.3',
  'discharge.': '2.3',
  'compliance.': '2.3',
  'generation.': '2.3',
  'reduction.': '2.3',
  'solidWaste.': '2.3',
  'goals.': '2.7',
  'balances.': '3.2',
  'deviation.': '3.2',
  'meteringRate.': '3.2',
  'use.': '3.2',
  'options.': '4.1',
  'saving.': '6.2',
  'savings.': '6.2',
  'promise.': '7.3',
};

/** The section of the audit report that a fact belongs to; null where it belongs to none. */
export function sectionOf(fact: string): string | null {
  return Object.entries(SECTIONS).find(([start]) => fact.startsWith(start))?.[1] ?? null;
}

/** The name of a fact as people read it. */
export function factName(fact: string, { lang }: Pick<ReportContent, 'lang'>): string {
  return wordOr(lang, `fact.${fact}`, fact);
}

/** Who asks for a fact: score sheets with their rows, and what must be known of a sheet that is not simply in force. */
export function askedText({ asked }: SheetFact, content: Pick<ReportContent, 'lang' | 'scoreSheets'>): string {
  const { lang } = content;
  const rows = new Map<string, string[]>();
  for (const { rule, row } of asked) rows.set(rule, [...(rows.get(rule) ?? []), row]);
  return [...rows]
    .map(([rule, own]) => {
      const { status } = asked.find((each) => each.rule === rule)!;
      const mark = status === 'in-force' ? '' : ` (${word(lang, `ruleStatus.${status}`)})`;
      return `${sheetName(rule, content)}${mark} ${own.join(word(lang, 'general.listSeparator'))}`;
    })
    .join('; ');
}

/** `某省 某环〔2008〕5号 附件3`: a score sheet in few words. */
export function sheetName(rule: string, { lang, scoreSheets = [] }: Pick<ReportContent, 'lang' | 'scoreSheets'>): string {
  const sheet = scoreSheets.find((each) => each.rule === rule);
  if (sheet === undefined) return rule;
  return [sheet.jurisdiction[lang], sheet.number ?? sheet.document, sheet.article].filter((part) => part !== null).join(' ');
}

/** Where a fact is shown: the section of the document, the cell of the workbook where it is worked out, the cell that holds it. */
export function placesOf(content: ReportContent, { fact, value }: SheetFact): readonly string[] {
  const section = sectionOf(fact);
  const options = value === null ? null : optionSheet(content);
  const worked = options?.cells[fact.replace(/^options\./, '')];
  return [
    ...(section === null ? [] : [`report.docx ${section}`]),
    ...(worked === undefined ? [] : [`report.xlsx ${options!.name}!${worked}`]),
  ];
}
