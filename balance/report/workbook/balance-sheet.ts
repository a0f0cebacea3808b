import { type WordKey, word } from '../../../config/words/word.ts';
import { OUTSIDE } from '../../diagram/content.ts';
import { subtree } from '../../media/boundary.ts';
import type { BalanceResult, BalanceStream } from '../../media/result.ts';
import type { ReportContent } from '../content.ts';
import { balanceName, unitName } from '../names.ts';
import { type BookSheet, bold, formula, headRow, number, type Row, share, sumOf, text } from './sheet.ts';

const AMOUNT = 'E';

/** The input–output tables of one balance, one below the other for each boundary, with live sums. */
export function balanceSheet(content: ReportContent, id: string): BookSheet {
  const results = content.balances.balances.filter((balance) => balance.id === id);
  const rows: Row[] = [];
  for (const balance of results) rows.push(...boundaryRows(content, balance, rows.length + 1), []);
  return { name: `${balanceName(content, results[0]!)} ${id}`, rows, widths: [12, 18, 26, 26, 16, 12, 12, 12, 12, 16], heads: 0 };
}

/** One boundary's table, starting at row `first`. */
function boundaryRows(content: ReportContent, balance: BalanceResult, first: number): readonly Row[] {
  const { lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const { entering, leaving } = crossing(content, balance);
  const stocks = balance.stocks ?? [];
  const rows: Row[] = [
    [bold(unitName(content, balance.boundary))],
    headRow([
      w('workbook.part'),
      'ID',
      w('report.label'),
      w('workbook.otherEnd'),
      `${w('report.total')} (${balance.unit})`,
      'u (k = 1)',
      w('report.basis'),
      w('report.coverageOfTime'),
      w('report.coverageOfQuantity'),
      w('report.reconciled'),
    ]),
  ];
  const at = () => first + rows.length;
  const streamRows = (part: WordKey, streams: readonly Crosser[]) => {
    const from = at();
    for (const { stream, amount, other } of streams) {
      rows.push([
        text(w(part)),
        text(stream.id),
        text(stream.name[lang]),
        text(unitName(content, other)),
        number(amount, stream.u),
        number(stream.u, stream.u),
        text(w(`basis.${stream.basis}`)),
        share(stream.coverageOfTime),
        share(stream.coverageOfQuantity),
        number(stream.reconciled, stream.reconciledU),
      ]);
    }
    return sumOf(AMOUNT, from, at() - 1);
  };
  const sumRow = (label: WordKey, sum: string, value: number, parts: readonly (number | null)[]) => {
    rows.push([bold(w(label)), null, null, null, formula(sum, value, Math.hypot(...parts.map((u) => u ?? 0)))]);
    return `${AMOUNT}${at() - 1}`;
  };
  const into = sumRow('workbook.sumIn', streamRows('report.in', entering), balance.in, usOf(entering));
  const out = sumRow('workbook.sumOut', streamRows('report.out', leaving), balance.out, usOf(leaving));
  const from = at();
  for (const stock of stocks) {
    const cells = [number(stock.change, stock.u), number(stock.u, stock.u)];
    rows.push([
      text(w('report.stock')),
      text(stock.id),
      text(stock.name[lang]),
      text(unitName(content, stock.holder)),
      ...cells,
      null,
      null,
      null,
      number(stock.reconciled, stock.u),
    ]);
  }
  const stored = sumRow(
    'workbook.sumStock',
    sumOf(AMOUNT, from, at() - 1),
    balance.stockChange,
    stocks.map(({ u }) => u),
  );
  rows.push(...closingRows(content, balance, `=${into}-${out}-${stored}`));
  return rows;
}

/** Imbalance, its uncertainty, closure and verdict; an imbalance with an unknown stream is not worked out. */
function closingRows({ lang }: ReportContent, balance: BalanceResult, difference: string): readonly Row[] {
  const w = (key: WordKey) => word(lang, key);
  const row = (label: string, cell: Row[number]): Row => [bold(label), null, null, null, cell];
  const { imbalance, U, u, closurePercent, tolerance } = balance;
  return [
    row(w('report.imbalance'), imbalance === null ? text(w('general.unknown')) : formula(difference, imbalance, u)),
    row('U (k = 2)', number(U, u)),
    row(w('report.closure'), number(closurePercent, 0.01)),
    ...(tolerance === null ? [] : [[...row(w('workbook.tolerance'), number(tolerance.percent)), text(tolerance.origin)]]),
    row(w('report.verdict'), text(w(`verdict.${balance.verdict}`))),
  ];
}

interface Crosser {
  readonly stream: BalanceStream;
  /** As counted on its side: positive along the direction it is listed under. */
  readonly amount: number | null;
  readonly other: string;
}

const usOf = (crossers: readonly Crosser[]) => crossers.map(({ stream }) => stream.u);

/** The streams that cross a boundary, by the side that the balance counts them on. */
function crossing(
  { plant }: ReportContent,
  balance: BalanceResult,
): { readonly entering: readonly Crosser[]; readonly leaving: readonly Crosser[] } {
  const inside = subtree(plant, balance.boundary);
  const entering: Crosser[] = [];
  const leaving: Crosser[] = [];
  for (const stream of balance.streams) {
    const sign = Number(inside.has(stream.to)) - Number(inside.has(stream.from));
    if (sign === 0) continue;
    const inward = stream.total === null ? null : sign * stream.total;
    const both = plant.streams.get(stream.id)?.direction === 'both';
    const outward = both ? (inward ?? 0) < 0 : sign < 0;
    const other = (sign > 0 ? stream.from : stream.to) || OUTSIDE;
    if (outward) leaving.push({ stream, amount: inward === null ? null : -inward, other });
    else entering.push({ stream, amount: inward, other });
  }
  return { entering, leaving };
}
