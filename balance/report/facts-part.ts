import { type WordKey, word } from '../../config/words/word.ts';
import { type Block, type Cell, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { askedText, factName, sectionOf, sheetName } from './fact-places.ts';
import { figure } from './figures.ts';

/** What the report says of the rows of score sheets, and what people still have to say. */
export function factsPart(content: ReportContent): readonly Block[] {
  const { facts = [], lang } = content;
  if (facts.length === 0) return [];
  const w = (key: WordKey) => word(lang, key);
  const said = (value: number | boolean | null): Cell => {
    if (value === null) return w('facts.blank');
    return typeof value === 'number' ? figure(value) : w(value ? 'facts.yes' : 'facts.no');
  };
  const rows = facts.map((each): readonly Cell[] => [
    factName(each.fact, content),
    said(each.value),
    sectionOf(each.fact) ?? '',
    askedText(each, content),
  ]);
  return [
    heading(1, w('facts.title')),
    paragraph(w('facts.text')),
    ...sheetTable(content),
    table(w('facts.title'), [w('facts.fact'), w('facts.value'), w('facts.section'), w('facts.askedBy')], rows),
  ];
}

/** The score sheets that ask, as an acceptance panel knows them. */
function sheetTable(content: ReportContent): readonly Block[] {
  const { scoreSheets = [], lang } = content;
  if (scoreSheets.length === 0) return [];
  const w = (key: WordKey) => word(lang, key);
  const rows = scoreSheets.map(({ rule, document, title, status }): readonly Cell[] => [
    sheetName(rule, content),
    title,
    document,
    w(`ruleStatus.${status}`),
  ]);
  return [table(w('facts.sheets'), [w('facts.askedBy'), w('facts.sheet'), w('facts.document'), w('facts.status')], rows)];
}
