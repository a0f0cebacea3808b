import { ENERGY_COLUMNS, type EnergyTable } from '../balance/media/energy-table.ts';
import type { BalanceReport, BalanceResult } from '../balance/media/result.ts';
import type { Suspect } from '../balance/network/problem.ts';
import type { Plant } from '../config/plant/plant.ts';
import { named, type WordKey, word, wordOr } from '../config/words/word.ts';
import { writtenFigure, writtenNumber, writtenWithUncertainty } from '../config/words/written.ts';
import { columns } from './columns.ts';

const LISTED_GAPS = 20;

/** A report as a table for a terminal, Chinese and English side by side. */
export function balanceTable(report: BalanceReport, plant: Plant): string {
  const lines: string[] = [];
  const { from, to, hours } = report.window;
  if (report.simulated) lines.push(word('zh', 'simulated.banner'), word('en', 'simulated.banner'));
  lines.push(`${named(plant.file.plant.name, 'zh')}  ${from} — ${to}  ${writtenNumber(hours, 1)} h  rev. ${report.revision}`, '');
  lines.push(columns([HEAD, ...report.balances.map((balance) => row(balance, plant))]), '');
  for (const { id, global, suspects, unit } of report.balances) {
    if (global === null) continue;
    for (const suspect of suspects) lines.push(`${id}: ${suspicion(suspect, unit)}`);
  }
  for (const balance of report.balances) lines.push(...adviceLines(balance));
  for (const table of report.energyTables ?? []) lines.push('', ...energyLines(table));
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

/** What is suspected, ± its expanded uncertainty (k = 2), and what else the data leave possible; members of one list cannot be told apart. */
function suspicion({ kind, ids, magnitude, magnitudeSigma, alternatives = [] }: Suspect, unit: string): string {
  const one = (name: Suspect['kind'], members: readonly string[]) =>
    `${word('zh', `suspect.${name}`)} / ${word('en', `suspect.${name}`)}: ${members.join(' | ')}`;
  const size = writtenWithUncertainty(magnitude, magnitudeSigma === undefined ? null : 2 * magnitudeSigma);
  const others = alternatives.filter(({ rejected }) => !rejected).map((other) => one(other.kind, other.ids));
  const open = others.length > 0 ? `; ${both('reconcile.alternative')}: ${others.join(', ')}` : '';
  return `${one(kind, ids)}  ${size} ${unit}${open}`;
}

/** Energy from purchase to loss by medium, GJ, without columns that no stream belongs to. */
function energyLines({ balance, rows, assumed }: EnergyTable): readonly string[] {
  const shown = ENERGY_COLUMNS.filter((column) => rows.some(({ columns: own }) => own[column] !== undefined));
  const head = [`${balance}: ${both('energyTable.title')}, GJ`, ...shown.map((column) => both(`energyTable.${column}`))];
  const body = rows.map(({ name, columns: own }) => [
    name === null ? both('energyTable.total') : named(name, 'zh'),
    ...shown.map((column) => (own[column] === undefined ? '' : writtenFigure(own[column].gj, own[column].u))),
  ]);
  return [columns([head, ...body]), ...(assumed.length > 0 ? [`${both('energyTable.assumed')}: ${assumed.join(', ')}`] : []), ''];
}

/** The most urgent verification and the two new meters that buy most; a figure in the unit of the balance. */
function adviceLines({ id, unit, advice }: BalanceResult): readonly string[] {
  if (advice === undefined) return [];
  const [first] = advice.verify;
  const lines: string[] = [];
  if (first !== undefined) {
    const share = first.because === 'share' ? ` ${writtenNumber(100 * (first.share ?? 0), 0)} %` : '';
    const detects =
      first.detectable === null ? '' : `; ${both('advice.detects')} ${writtenFigure(first.detectable, first.detectable)} ${unit}`;
    lines.push(`${id}: ${both('balanceTable.verify')}: ${first.stream} (${both(`advice.${first.because}`)}${share}${detects})`);
  }
  for (const { stream, determines, checks, streams } of advice.meters.slice(0, 2)) {
    const sharpened = [...streams]
      .sort((a, b) => a.after / (a.before ?? Number.POSITIVE_INFINITY) - b.after / (b.before ?? Number.POSITIVE_INFINITY))
      .slice(0, 3)
      .map(
        (one) =>
          `${one.id} ${one.before === null ? '–' : writtenFigure(one.before, one.before)} → ${writtenFigure(one.after, one.after)} ${unit}`,
      );
    const buys = [
      ...(determines.length > 0 ? [`${both('advice.determines')} ${determines.join(', ')}`] : []),
      ...(checks.length > 0 ? [`${both('advice.checks')} ${checks.join(', ')}`] : []),
      ...(sharpened.length > 0 ? [`${both('advice.sharpens')} ${sharpened.join(', ')}`] : []),
    ];
    lines.push(`${id}: ${both('balanceTable.newMeter')}: ${stream}: ${buys.join('; ')}`);
  }
  return lines;
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
