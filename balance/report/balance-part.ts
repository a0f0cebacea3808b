import { type WordKey, word } from '../../config/words/word.ts';
import { DASH } from '../../config/words/written.ts';
import type { BalanceResult } from '../media/result.ts';
import { type Block, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { diagramsOf, wholeOf } from './drawings.ts';
import { expanded, figure, percent, setting } from './figures.ts';
import { balanceName, filled, suspectText, unitName } from './names.ts';
import { stockTable, streamTable } from './stream-tables.ts';

/** All balances: for each the boundaries, the diagram at the plant, its streams and stocks, remarks and suspects. */
export async function balancePart(content: ReportContent): Promise<readonly Block[]> {
  const blocks: Block[] = [heading(1, word(content.lang, 'report.balances'))];
  for (const id of new Set(content.balances.balances.map((balance) => balance.id))) blocks.push(...(await oneBalance(content, id)));
  return blocks;
}

async function oneBalance(content: ReportContent, id: string): Promise<readonly Block[]> {
  const { lang, balances } = content;
  const w = (key: WordKey) => word(lang, key);
  const results = balances.balances.filter((balance) => balance.id === id);
  const whole = wholeOf(content, id);
  const name = balanceName(content, whole);
  const blocks: Block[] = [heading(2, `${name} (${whole.unit})`), boundaryTable(content, name, results)];
  if (whole.tolerance !== null) blocks.push(paragraph(toleranceText(content, whole.tolerance), 'remark'));
  blocks.push(...remarkList(content, results), ...suspectBlocks(content, results));
  if ((whole.stocks ?? []).length > 0) blocks.push(stockTable(content, name, whole));
  for (const { title, svg } of await diagramsOf(content, id, whole.boundary)) {
    blocks.push({ kind: 'picture', caption: filled(w('report.diagramOf'), { name: title }), svg });
  }
  blocks.push(streamTable(content, name, whole));
  return blocks;
}

function boundaryTable(content: ReportContent, name: string, results: readonly BalanceResult[]): Block {
  const w = (key: WordKey) => word(content.lang, key);
  const columns = [
    w('report.boundary'),
    `>${w('report.in')}`,
    `>${w('report.out')}`,
    `>${w('report.stockChange')}`,
    `>${w('report.imbalance')}`,
    '>± U (k\u00a0=\u00a02)',
    `>${w('report.closure')}`,
    w('report.verdict'),
  ];
  const rows = results.map((balance) => [
    unitName(content, balance.boundary),
    figure(balance.in, balance.u),
    figure(balance.out, balance.u),
    figure(balance.stockChange, balance.u),
    figure(balance.imbalance, balance.u),
    expanded(balance.imbalance, balance.U),
    percent(balance.closurePercent),
    w(`verdict.${balance.verdict}`),
  ]);
  return table(filled(w('report.boundaryTable'), { name }), columns, rows);
}

function toleranceText({ lang }: ReportContent, { percent, origin }: NonNullable<BalanceResult['tolerance']>): string {
  return filled(word(lang, 'report.toleranceText'), { percent: setting(percent).text, origin });
}

/** Beyond this many, boundaries of one remark are counted, not listed. */
const LISTED = 6;

/** Remarks, those that several boundaries share said once. */
function remarkList({ lang }: ReportContent, results: readonly BalanceResult[]): readonly Block[] {
  const said = new Map<string, string[]>();
  for (const { boundary, remarks = [] } of results) {
    for (const remark of remarks) said.set(remark[lang], [...(said.get(remark[lang]) ?? []), boundary]);
  }
  const where = (boundaries: readonly string[]) =>
    boundaries.length > LISTED
      ? filled(word(lang, 'report.boundaries'), { n: String(boundaries.length) })
      : boundaries.join(word(lang, 'general.listSeparator'));
  const items = [...said].map(([text, boundaries]) => `${where(boundaries)}: ${text}`);
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

/** What the reconciliation found, once for the whole network. */
function suspectBlocks(content: ReportContent, results: readonly BalanceResult[]): readonly Block[] {
  const { lang } = content;
  const blocks: Block[] = [];
  const whole = results.find(({ global }) => global !== null);
  if (whole?.global) {
    const { statistic, critical, dof, alpha, passed } = whole.global;
    const verdict = passed === null ? DASH : word(lang, passed ? 'report.globalPassed' : 'report.globalFailed');
    blocks.push(
      paragraph(
        filled(word(lang, 'report.global'), {
          statistic: figure(statistic).text,
          critical: figure(critical).text,
          dof: String(dof),
          alpha: String(alpha),
          verdict,
        }),
      ),
    );
  }
  const suspects = new Map(results.flatMap((balance) => balance.suspects.map((each) => [`${each.kind} ${each.ids.join()}`, each])));
  if (suspects.size > 0) {
    const items = [...suspects.values()].map((suspect) => suspectText(content, suspect, results[0]!.unit));
    blocks.push(paragraph(word(lang, 'report.suspects'), 'warning'), { kind: 'list', items });
  }
  return blocks;
}
