import { named, word } from '../../config/words/word.ts';
import { type Block, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { count, setting } from './figures.ts';
import { filled } from './names.ts';

/** What the report is about: the plant, the window and whether it can carry an audit balance. */
export function plantPart({ plant, balances, coverage, lang }: ReportContent): readonly Block[] {
  const { window, revision, depth, simulated } = balances;
  const { file } = plant;
  const verdict = word(lang, depth.auditBalance ? 'report.auditYes' : 'report.auditNo');
  const blocks: Block[] = [heading(1, word(lang, 'report.plant'))];
  if (simulated || plant.simulated) blocks.push(paragraph(word(lang, 'simulated.banner'), 'warning'));
  blocks.push(
    table(
      word(lang, 'report.plantTable'),
      [word(lang, 'report.item'), word(lang, 'report.content')],
      [
        [word(lang, 'report.name'), `${named(file.plant.name, lang)} (${plant.id})`],
        [word(lang, 'report.jurisdiction'), coverage.jurisdiction],
        [word(lang, 'report.window'), filled(word(lang, 'report.windowText'), { from: window.from, to: window.to })],
        [word(lang, 'report.hours'), setting(Number(window.hours.toFixed(2)))],
        [word(lang, 'report.revision'), count(revision)],
        [word(lang, 'report.auditBalance'), verdict],
      ],
    ),
  );
  if (depth.reasons.length > 0) blocks.push({ kind: 'list', items: depth.reasons.map((reason) => reason[lang]) });
  return blocks;
}
