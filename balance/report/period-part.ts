import { type WordKey, word } from '../../config/words/word.ts';
import { DASH } from '../../config/words/written.ts';
import type { PeriodResult } from '../media/periods.ts';
import { type Block, type Cell, heading, paragraph, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { figure, share } from './figures.ts';
import { anyName, filled } from './names.ts';

/** Periods side by side that a page has room for. */
const ABREAST = 4;

/** What passed in each production day, shift and cycle of the window; nothing where the plant file does not say how it counts. */
export function periodPart(content: ReportContent): readonly Block[] {
  const { balances, lang } = content;
  const periods = balances.periods ?? [];
  if (periods.length === 0) return [];
  const w = (key: WordKey) => word(lang, key);
  const blocks: Block[] = [heading(2, w('period.title')), paragraph(w('period.text'), 'remark')];
  for (const kind of ['day', 'shift', 'cycle'] as const) {
    const known = periods.filter((period) => period.kind === kind);
    for (let at = 0; at < known.length; at += ABREAST)
      blocks.push(periodTable(content, w(`period.${kind}`), known.slice(at, at + ABREAST)));
  }
  return blocks;
}

/** A row a stream, for each period its amount with u. The least of the streams' shares of time stands beside them. */
function periodTable(content: ReportContent, kind: string, periods: readonly PeriodResult[]): Block {
  const { lang } = content;
  const ids = [...new Set(periods.flatMap(({ streams }) => streams.map(({ id }) => id)))];
  const rows = ids.map((id): readonly Cell[] => {
    const amounts = periods.map(({ streams }) => streams.find((stream) => stream.id === id));
    const read = amounts.flatMap((amount) => (amount?.coverageOfTime == null ? [] : [amount.coverageOfTime]));
    return [
      anyName(content, id),
      amounts.find((amount) => amount !== undefined)?.unit ?? DASH,
      ...amounts.flatMap((amount) => [figure(amount?.total ?? null, amount?.u), figure(amount?.u ?? null, amount?.u)]),
      share(read.length === 0 ? null : Math.min(...read)),
    ];
  });
  const columns = [
    word(lang, 'report.stream'),
    word(lang, 'report.unitOfMeasure'),
    ...periods.flatMap((period) => [`>${titleOf(period, lang)}`, '>u (k\u00a0=\u00a01)']),
    `>${word(lang, 'period.leastRead')}`,
  ];
  const places = { kind, from: periods[0]!.from, to: periods.at(-1)!.to };
  return table(filled(word(lang, 'period.table'), places), columns, rows);
}

/** `2026-03-01/A`, with its hours where the window holds only a part of it, and its batches where they are counted. */
function titleOf({ id, whole, hours, batches }: PeriodResult, lang: ReportContent['lang']): string {
  const part = whole ? '' : filled(word(lang, 'period.part'), { hours: String(Number(hours.toFixed(2))) });
  return `${id}${part}${batches === undefined ? '' : filled(word(lang, 'period.batches'), { n: String(batches) })}`;
}
