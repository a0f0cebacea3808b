import type { BalanceReport, BalanceResult } from '../balance/media/result.ts';
import type { Plant } from '../config/plant/plant.ts';
import { named, type WordKey, word, wordOr } from '../config/words/word.ts';
import { writtenFigure, writtenNumber, writtenWithUncertainty } from '../config/words/written.ts';

const LISTED_GAPS = 20;

/** A report as a table for a terminal, Chinese and English side by side. */
export function balanceTable(report: BalanceReport, plant: Plant): string {
  const lines: string[] = [];
  const { from, to, hours } = report.window;
  if (report.simulated) lines.push(word('zh', 'simulated.banner'), word('en', 'simulated.banner'));
  lines.push(`${named(plant.file.plant.name, 'zh')}  ${from} — ${to}  ${writtenNumber(hours, 1)} h  rev. ${report.revision}`, '');
  lines.push(...aligned([HEAD, ...report.balances.map((balance) => row(balance, plant))]), '');
  for (const { id, global, suspects, unit } of report.balances) {
    if (global === null) continue;
    for (const { kind, ids, magnitude } of suspects) {
      lines.push(
        `${id}: ${word('zh', `suspect.${kind}`)} / ${word('en', `suspect.${kind}`)}: ${ids.join(' | ')}  ${writtenFigure(magnitude)} ${unit}`,
      );
    }
  }
  for (const [{ zh, en }, places] of remarksOf(report.balances.filter(({ global }) => global !== null)))
    lines.push(`[${places.join(', ')}]`, `  ${zh}`, `  ${en}`);
  const { good, suspect, missing, gaps } = report.completeness;
  const reasonOf = (reason: string) => `${wordOr('zh', `reason.${reason}`, reason)} ${reason}`;
  const counts = [
    [both('quality.good'), good],
    [both('quality.suspect'), suspect],
    ...Object.entries(missing).map(([reason, n]) => [`${both('quality.missing')} (${reasonOf(reason)})`, n]),
  ];
  lines.push('', `${both('balanceTable.readings')}: ${counts.map((entry) => entry.join(' ')).join(', ')}`);
  for (const gap of gaps.slice(0, LISTED_GAPS)) lines.push(`  ${gap.channel}  ${gap.from} — ${gap.to}  ${reasonOf(gap.reason)}`);
  if (gaps.length > LISTED_GAPS) lines.push(`  … ${gaps.length} ${both('balanceTable.moreGaps')}`);
  for (const { zh, en } of report.depth.reasons) lines.push(zh, en);
  return `${lines.join('\n')}\n`;
}

const both = (key: WordKey) => `${word('zh', key)} ${word('en', key)}`;

const COLUMNS = ['balance', 'boundary', 'unit', 'in', 'out', 'stockChange', 'imbalance'] as const;
const HEAD = [...COLUMNS.map((name) => both(`balanceTable.${name}`)), '%', both('balanceTable.verdict')];

/** Remarks on the plant's own boundary, each once, with the balances and boundaries that they belong to. */
function remarksOf(
  balances: readonly BalanceResult[],
): readonly (readonly [{ readonly zh: string; readonly en: string }, readonly string[]])[] {
  const byText = new Map<string, [{ readonly zh: string; readonly en: string }, string[]]>();
  for (const { id, boundary, remarks } of balances) {
    for (const remark of remarks ?? []) {
      const entry = byText.get(remark.en) ?? [remark, []];
      entry[1].push(`${id}@${boundary}`);
      byText.set(remark.en, entry);
    }
  }
  return [...byText.values()];
}

function row(balance: BalanceResult, plant: Plant): readonly string[] {
  const unit = plant.units.get(balance.boundary);
  const { u } = balance;
  return [
    `${balance.id} ${word('zh', `balanceKind.${balance.kind}`)}`,
    unit ? `${balance.boundary} ${named(unit.name, 'zh')}` : balance.boundary,
    balance.unit,
    writtenFigure(balance.in, u),
    writtenFigure(balance.out, u),
    writtenFigure(balance.stockChange, u),
    writtenWithUncertainty(balance.imbalance, balance.U),
    writtenNumber(balance.closurePercent, 2),
    `${word('zh', `verdict.${balance.verdict}`)} ${balance.verdict}`,
  ];
}

/** Columns padded to the widest cell; a Chinese character takes two places. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const places = (text: string) => [...text].reduce((sum, char) => sum + (/[⺀-鿿＀-｠　-〿]/.test(char) ? 2 : 1), 0);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => places(cells[column]!))));
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell + ' '.repeat(widths[column]! - places(cell)))
      .join('  ')
      .trimEnd(),
  );
}
