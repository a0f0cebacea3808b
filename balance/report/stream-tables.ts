import { type WordKey, word } from '../../config/words/word.ts';
import { DASH } from '../../config/words/written.ts';
import type { BalanceResult } from '../media/result.ts';
import { type Block, type Cell, table } from './blocks.ts';
import type { ReportContent } from './content.ts';
import { figure, share } from './figures.ts';
import { filled, unitName } from './names.ts';
import { noteText } from './note-text.ts';

/** Every stream of a balance: what it carried, how it is known, what it was reconciled to. */
export function streamTable(content: ReportContent, name: string, balance: BalanceResult): Block {
  const { lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const coal = balance.streams.some(({ standardCoal }) => standardCoal !== undefined);
  const columns = [
    w('report.stream'),
    w('report.from'),
    w('report.to'),
    `>${w('report.total')} (${balance.unit})`,
    '>u (k\u00a0=\u00a01)',
    w('report.basis'),
    `>${w('report.coverageOfTime')}`,
    `>${w('report.coverageOfQuantity')}`,
    `>${w('report.reconciled')}`,
    '>u (k\u00a0=\u00a01)',
    ...(coal ? [`>${w('report.standardCoal')}`] : []),
    w('report.notes'),
  ];
  const rows = balance.streams.map((stream): readonly Cell[] => [
    `${stream.id} ${stream.name[lang]}`,
    unitName(content, stream.from),
    unitName(content, stream.to),
    figure(stream.total, stream.u),
    figure(stream.u, stream.u),
    w(`basis.${stream.basis}`),
    share(stream.coverageOfTime),
    share(stream.coverageOfQuantity),
    figure(stream.reconciled, stream.reconciledU),
    figure(stream.reconciledU, stream.reconciledU),
    ...(coal ? [stream.standardCoal === undefined ? DASH : figure(stream.standardCoal.kgce)] : []),
    notesText(content, stream.notes, stream.standardCoal?.factor),
  ]);
  return table(filled(w('report.streamTable'), { name }), columns, rows);
}

/** Every stock: how it changed, what that was reconciled to. */
export function stockTable(content: ReportContent, name: string, balance: BalanceResult): Block {
  const { lang } = content;
  const w = (key: WordKey) => word(lang, key);
  const columns = [
    w('report.stock'),
    w('report.holder'),
    `>${w('report.change')} (${balance.unit})`,
    '>u (k\u00a0=\u00a01)',
    `>${w('report.reconciled')}`,
    w('report.notes'),
  ];
  const rows = (balance.stocks ?? []).map((stock): readonly Cell[] => [
    `${stock.id} ${stock.name[lang]}`,
    unitName(content, stock.holder),
    figure(stock.change, stock.u),
    figure(stock.u, stock.u),
    figure(stock.reconciled, stock.u),
    notesText(content, stock.notes),
  ]);
  return table(filled(w('report.stockTable'), { name }), columns, rows);
}

function notesText({ lang }: ReportContent, notes: readonly string[], factor?: string): string {
  return [...notes.map((note) => noteText(note, lang)), ...(factor === undefined ? [] : [factor])].join('; ');
}
