import { type WordKey, word, wordOr } from '../../config/words/word.ts';
import { type Block, type Cell, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { count } from './figures.ts';
import { channelName } from './names.ts';

/** What was read, what was missed and why. */
export function completenessPart(content: ReportContent): readonly Block[] {
  const { lang, balances } = content;
  const { channels, good, suspect, missing, gaps } = balances.completeness;
  const w = (key: WordKey) => word(lang, key);
  const reasonName = (reason: string) => wordOr(lang, `reason.${reason}`, reason) || reason;
  const counts: readonly (readonly Cell[])[] = [
    [w('report.channels'), count(channels)],
    [w('quality.good'), count(good)],
    [w('quality.suspect'), count(suspect)],
    ...Object.entries(missing).map(([reason, n]) => [`${w('quality.missing')}: ${reasonName(reason)}`, count(n)]),
  ];
  const blocks: Block[] = [
    heading(1, w('report.completeness')),
    table(w('report.countTable'), [w('report.item'), `>${w('report.samples')}`], counts),
  ];
  if (gaps.length === 0) return [...blocks, paragraph(w('report.noGaps'))];
  const columns = [w('report.channel'), w('report.from'), w('report.to'), w('report.reason')];
  const rows = gaps.map((gap) => [channelName(content, gap.channel), gap.from, gap.to, reasonName(gap.reason)]);
  return [...blocks, paragraph(w('report.gapsText')), table(w('report.gapTable'), columns, rows)];
}
