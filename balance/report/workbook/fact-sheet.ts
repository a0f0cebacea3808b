import { type WordKey, word } from '../../../config/words/word.ts';
import type { ReportContent } from '../content.ts';
import { askedText, factName, placesOf } from '../fact-places.ts';
import { type BookSheet, headRow, number, type Row, type SheetCell, text } from './sheet.ts';

/** The facts that score sheets ask for: what the report says of each, or a blank for people, with who asks; null where none is asked. */
export function factSheet(content: ReportContent): (BookSheet & { readonly cells: Readonly<Record<string, string>> }) | null {
  const { facts = [], lang } = content;
  if (facts.length === 0) return null;
  const w = (key: WordKey) => word(lang, key);
  const rows: Row[] = [headRow(['ID', w('facts.fact'), w('facts.value'), w('facts.shown'), w('facts.askedBy')])];
  const cells: Record<string, string> = {};
  for (const each of facts) {
    rows.push([
      text(each.fact),
      text(factName(each.fact, content)),
      valueCell(each.value, lang),
      text(placesOf(content, each).join('; ')),
      text(askedText(each, content)),
    ]);
    cells[each.fact] = `C${rows.length}`;
  }
  return { name: w('facts.title'), rows, widths: [34, 40, 16, 36, 80], heads: 1, cells };
}

function valueCell(value: number | boolean | null, lang: ReportContent['lang']): SheetCell {
  if (value === null) return text(word(lang, 'facts.blank'));
  return typeof value === 'number' ? number(value) : text(word(lang, value ? 'facts.yes' : 'facts.no'));
}
