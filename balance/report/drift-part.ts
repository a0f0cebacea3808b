import { type WordKey, word } from '../../config/words/word.ts';
import { DASH } from '../../config/words/written.ts';
import type { BalanceDrift } from '../media/drift.ts';
import { type Block, type Cell, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { wholeOf } from './drawings.ts';
import { figure } from './figures.ts';
import { anyName, balanceName, filled } from './names.ts';
import { FEWEST_WINDOWS } from './successive.ts';

/** What the report's window and those before it say of each balance: drift of a meter, a step, or nothing; or why they say nothing. */
export function driftPart(content: ReportContent): readonly Block[] {
  const { drift, lang } = content;
  if (drift === undefined) return [];
  const w = (key: WordKey) => word(lang, key);
  const title = heading(1, w('drift.title'));
  const places = { n: String(drift.windows.length), from: drift.windows[0]?.from ?? '', to: drift.windows.at(-1)?.to ?? '' };
  if (drift.balances.length === 0)
    return [title, paragraph(filled(w('drift.tooFew'), { ...places, fewest: String(FEWEST_WINDOWS) }), 'remark')];
  const rows = drift.balances.flatMap((balance) => rowsOf(content, balance));
  const columns = [
    w('report.balance'),
    w('drift.verdict'),
    w('drift.meters'),
    w('drift.kind'),
    `>${w('drift.size')}`,
    w('report.unitOfMeasure'),
    w('history.since'),
  ];
  return [title, paragraph(filled(w('drift.text'), places)), table(w('drift.title'), columns, rows)];
}

/** One row a finding; one row where there is none. */
function rowsOf(content: ReportContent, { id, unit, drift, remark }: BalanceDrift): readonly (readonly Cell[])[] {
  const { lang } = content;
  const name = balanceName(content, wholeOf(content, id));
  const said = drift === null ? (remark?.[lang] ?? '') : word(lang, `history.${drift.verdict}`);
  if (drift === null || drift.findings.length === 0) return [[name, said, DASH, DASH, DASH, DASH, DASH]];
  return drift.findings.map(({ ids, kind, size, at }, place) => [
    name,
    // The clearest bears the verdict; what reconciliation spreads of it shows at others too.
    place === 0 ? said : word(lang, 'drift.lessClear'),
    ids.map((each) => anyName(content, each)).join(word(lang, 'general.listSeparator')),
    word(lang, kind === 'step' ? 'history.step' : 'history.drift'),
    figure(size),
    unit,
    content.drift?.windows[kind === 'step' ? at : 0]?.from ?? DASH,
  ]);
}
