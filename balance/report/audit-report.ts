import { type WordKey, word } from '../../config/words/word.ts';
import { adjustmentPart } from './adjustment-part.ts';
import { balancePart } from './balance-part.ts';
import { type Block, blank, heading, nested, paragraph } from './blocks.ts';
import { causesPart, continuingPart } from './causes-part.ts';
import { completenessPart } from './completeness-part.ts';
import type { ReportContent } from './content.ts';
import { coveragePart } from './coverage-part.ts';
import { driftPart } from './drift-part.ts';
import { factsPart } from './facts-part.ts';
import { monitoringPart } from './monitoring-part.ts';
import { periodPart } from './period-part.ts';
import { plantPart } from './plant-part.ts';
import { indicatorPart, lossPart } from './result-parts.ts';
import { optionTable, savingTable } from './savings-part.ts';
import { focusTable, outfallTable, roleTable, unitTable } from './tables-of-plant.ts';
import { tracePart } from './trace-part.ts';

/** Sections of each chapter of the audit manual; a section that data say something of has its key in `said`. */
const CHAPTERS = [
  ['1', ['1.1', '1.2', '1.3', '1.4', '1.5']],
  ['2', ['2.1', '2.2', '2.3', '2.4', '2.5', '2.6', '2.7', '2.8']],
  ['3', ['3.1', '3.2', '3.3', '3.4']],
  ['4', ['4.1', '4.2', '4.3', '4.4', '4.5']],
  ['5', ['5.1', '5.2', '5.3', '5.4', '5.5']],
  ['6', ['6.1', '6.2', '6.3', '6.4']],
  ['7', ['7.1', '7.2', '7.3']],
] as const;

/** The manual's text was not at hand: the numbers of sections are confirmed, the titles within these chapters are not. */
const TITLES_TO_CONFIRM: readonly string[] = ['1', '4', '5', '6', '7'];

type Section = (typeof CHAPTERS)[number][1][number];

/**
 * The audit report in the chapters of the audit manual: everything that data can say is written, what only people know is a marked
 * blank.
 *
 * @source 企业清洁生产审核手册 (chapters 1–7 of the audit report)
 */
export async function auditReportBlocks(content: ReportContent): Promise<readonly Block[]> {
  const { lang, balances, plant } = content;
  const w = (key: WordKey) => word(lang, key);
  const said = await saidBySection(content);
  const blocks: Block[] = [heading(1, w('audit.preface'))];
  if (balances.simulated || plant.simulated) blocks.push(paragraph(w('simulated.banner'), 'warning'));
  blocks.push(paragraph(w('audit.prefaceText')), blank(w('audit.prefaceBlank')));
  for (const [chapter, sections] of CHAPTERS) {
    blocks.push(heading(1, `${chapter} ${w(`audit.${chapter}`)}`));
    if (TITLES_TO_CONFIRM.includes(chapter)) blocks.push(paragraph(w('audit.titlesToConfirm'), 'remark'));
    for (const section of sections) {
      blocks.push(heading(2, `${section} ${w(`audit.${section}`)}`), ...(said.get(section) ?? []));
      const asked = w(`auditBlank.${section}`);
      if (asked !== '') blocks.push(blank(asked));
    }
  }
  return [...blocks, ...factsPart(content), ...tracePart(content)];
}

async function saidBySection(content: ReportContent): Promise<ReadonlyMap<Section, readonly Block[]>> {
  const w = (key: WordKey) => word(content.lang, key);
  const { plant } = content;
  const hasFocus = [...plant.units.values()].some(({ auditFocus }) => auditFocus);
  return new Map<Section, readonly Block[]>([
    ['2.1', [...body(plantPart(content)), unitTable(content)]],
    ['2.2', [roleTable(content, w('report.inputTable'), ['raw', 'product', 'by-product']), ...nested(coveragePart(content), 2)]],
    [
      '2.3',
      [
        ...(plant.file.outfalls.length > 0 ? [outfallTable(content)] : []),
        roleTable(content, w('report.wasteTable'), ['waste', 'discharge', 'loss']),
        ...nested(monitoringPart(content), 2),
      ],
    ],
    ['2.5', nested(indicatorPart(content), 1)],
    ['2.6', hasFocus ? [focusTable(content)] : [paragraph(w('report.noFocus'), 'warning')]],
    [
      '3.2',
      [
        ...nested(body(await balancePart(content)), 1),
        ...nested(periodPart(content), 1),
        ...nested(adjustmentPart(content), 2),
        ...nested(driftPart(content), 2),
        ...nested(completenessPart(content), 2),
      ],
    ],
    ['3.3', [...causesPart(content), ...nested(lossPart(content), 1)]],
    ['4.1', optionTable(content)],
    ['6.2', savingTable(content, 'no-low')],
    ['6.3', savingTable(content, 'medium-high')],
    ['7.3', continuingPart(content)],
  ]);
}

/** Blocks without the heading they start with. */
function body(blocks: readonly Block[]): readonly Block[] {
  return blocks[0]?.kind === 'heading' ? blocks.slice(1) : blocks;
}
