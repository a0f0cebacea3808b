import { type WordKey, word, wordOr } from '../../config/words/word.ts';
import { type Block, type Cell, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { count } from './figures.ts';
import { intakePart } from './intake-part.ts';
import { channelName, filled } from './names.ts';
import type { SampleAccounts } from './sample-account.ts';

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
  blocks.push(...conservation(content), ...intakePart(content), ...dailyRoots(content));
  if (gaps.length === 0) return [...blocks, paragraph(w('report.noGaps'))];
  const columns = [w('report.channel'), w('report.from'), w('report.to'), w('report.reason')];
  const rows = gaps.map((gap) => [channelName(content, gap.channel), gap.from, gap.to, reasonName(gap.reason)]);
  return [...blocks, paragraph(w('report.gapsText')), table(w('report.gapTable'), columns, rows)];
}

/** Where the readings went that were due: whatever of a channel is not all good, and the sum over all channels. */
function conservation(content: ReportContent): readonly Block[] {
  const { samples, lang } = content;
  if (samples === undefined || samples.channels.length === 0) return [];
  const w = (key: WordKey) => word(lang, key);
  const cells = (name: string, account: SampleAccounts['total']): readonly Cell[] => [
    name,
    count(account.expected!),
    count(account.good),
    count(account.suspect),
    count(account.missed),
    count(account.unaccounted),
    count(account.additional),
  ];
  const known = samples.channels.filter(({ expected }) => expected !== null);
  const rows = [
    ...known.filter((account) => account.good !== account.expected).map((account) => cells(channelName(content, account.channel), account)),
    cells(filled(w('report.allChannels'), { n: String(known.length) }), samples.total),
  ];
  const columns = [
    w('report.channel'),
    ...(['expected', 'good', 'suspect', 'missing', 'unaccounted', 'additional'] as const).map((key) => `>${w(`report.samples.${key}`)}`),
  ];
  return [paragraph(w('report.conservation')), table(w('report.conservationTable'), columns, rows)];
}

/** The chain value of the journal at the end of each day, which whoever keeps it can hold against the journal later. */
function dailyRoots({ dailyRoots: roots = [], lang }: ReportContent): readonly Block[] {
  if (roots.length === 0) return [];
  const w = (key: WordKey) => word(lang, key);
  const rows = roots.map(({ day, seq, sha256 }): readonly Cell[] => [day, count(seq), sha256]);
  return [table(w('report.dailyRoots'), [w('report.day'), `>${w('report.group')}`, 'SHA-256'], rows)];
}
