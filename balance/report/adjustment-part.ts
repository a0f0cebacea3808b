import { type WordKey, word } from '../../config/words/word.ts';
import { adjustmentsOf } from './adjustments.ts';
import { type Block, type Cell, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { wholeOf } from './drawings.ts';
import { figure, percent } from './figures.ts';
import { anyName, balanceName, filled, suspectText } from './names.ts';

/** What reconciliation adjusted in each balance and why: by how much, how clearly, and what was found to be wrong. */
export function adjustmentPart(content: ReportContent): readonly Block[] {
  const { balances, lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const all = adjustmentsOf(balances);
  const blocks: Block[] = [heading(1, w('adjust.title')), paragraph(w(all.length === 0 ? 'adjust.none' : 'adjust.text'))];
  for (const { balance, unit, adjustments } of all) {
    const whole = wholeOf(content, balance);
    const name = balanceName(content, whole);
    const columns = [
      w('report.stream'),
      `>${w('adjust.measured')} (${unit})`,
      '>u (k\u00a0=\u00a01)',
      `>${w('report.reconciled')}`,
      `>${w('adjust.adjustment')}`,
      '>%',
      '>|z|',
      w('adjust.why'),
    ];
    const rows = adjustments.map((each): readonly Cell[] => [
      anyName(content, each.stream),
      figure(each.measured, each.u),
      figure(each.u, each.u),
      figure(each.reconciled, each.u),
      figure(each.adjustment, each.u),
      percent(each.percent),
      figure(each.test, 0.1),
      w(`adjust.${each.why}`),
    ]);
    blocks.push(table(filled(w('adjust.table'), { name }), columns, rows));
    const suspects = balances.balances.filter(({ id }) => id === balance).flatMap((result) => result.suspects);
    const said = new Set(suspects.map((suspect) => suspectText(content, suspect, unit)));
    if (said.size > 0) blocks.push({ kind: 'list', items: [...said] });
  }
  return blocks;
}
