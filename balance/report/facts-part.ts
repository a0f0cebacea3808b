import { type WordKey, word } from '../../config/words/word.ts';
import { type Block, type Cell, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { askedText, factName, sectionOf } from './fact-places.ts';
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
    table(w('facts.title'), [w('facts.fact'), w('facts.value'), w('facts.section'), w('facts.askedBy')], rows),
  ];
}
