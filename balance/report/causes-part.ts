import { type WordKey, word } from '../../config/words/word.ts';
import type { Verdict } from '../media/result.ts';
import { type Block, paragraph } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { anyName, balanceName, suspectText, unitName } from './names.ts';

const OPEN: readonly Verdict[] = ['open-significant', 'closed-with-detectable-bias'];

/** Where losses and errors show in the numbers: suspects, open boundaries, streams that nobody measures. */
export function causesPart(content: ReportContent): readonly Block[] {
  const { lang, balances } = content;
  const w = (key: WordKey) => word(lang, key);
  const suspects = new Set<string>();
  const open: string[] = [];
  const blind = new Set<string>();
  for (const balance of balances.balances) {
    const name = balanceName(content, balance);
    for (const suspect of balance.suspects) suspects.add(`${name}: ${suspectText(content, suspect, balance.unit)}`);
    if (OPEN.includes(balance.verdict)) open.push(`${name}, ${unitName(content, balance.boundary)}: ${w(`verdict.${balance.verdict}`)}`);
    for (const { id, basis } of balance.streams) {
      if (basis === 'unmeasured' || basis === 'difference') blind.add(`${anyName(content, id)}: ${w(`basis.${basis}`)}`);
    }
  }
  return [...said(w('report.suspects'), suspects), ...said(w('report.openBoundaries'), open), ...said(w('report.blindStreams'), blind)];
}

/** What the metering still lacks, which continuing cleaner production has to mend. */
export function continuingPart({ coverage, lang }: ReportContent): readonly Block[] {
  const w = (key: WordKey) => word(lang, key);
  const items = new Set<string>();
  for (const { missing, unusable, required } of coverage.cells) {
    if (required === 0) continue;
    for (const point of missing) items.add(`${point}: ${w('report.notFitted')}`);
    for (const { point, meter, why } of unusable) {
      items.add(`${point} (${meter}): ${why.map((each) => w(`unusable.${each}`)).join(w('general.listSeparator'))}`);
    }
  }
  return said(w('report.toMend'), items);
}

function said(text: string, items: Iterable<string>): readonly Block[] {
  const list = [...items];
  return list.length === 0 ? [] : [paragraph(text), { kind: 'list', items: list }];
}
