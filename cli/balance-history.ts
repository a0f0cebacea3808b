import { compareRevisions, type RevisionChange } from '../balance/media/compare-revisions.ts';
import type { BalanceDrift, PlantDrift } from '../balance/media/drift.ts';
import type { BalanceReport } from '../balance/media/result.ts';
import { newestKept, revisionsOf } from '../balance/media/revisions.ts';
import type { Plant } from '../config/plant/plant.ts';
import { Fault } from '../config/words/fault.ts';
import { word } from '../config/words/word.ts';
import { writtenFigure, writtenNumber } from '../config/words/written.ts';
import { columns } from './columns.ts';
import { printJson } from './output.ts';

/** Prints the kept revisions of a window, by default the newest that is kept, each with what it changed. */
export async function printRevisions(plant: Plant, window: { from: string; to: string } | null, json: boolean): Promise<void> {
  const kept = await keptOf(plant, window);
  const steps = kept.map((report, k) => (k === 0 ? null : compareRevisions(kept[k - 1]!, report)));
  if (json) {
    return printJson({
      plant: plant.id,
      window: kept[0]!.window,
      revisions: kept.map((report, k) => ({ revision: report.revision, journal: report.journal, changes: steps[k]?.balances ?? [] })),
    });
  }
  process.stdout.write(`${kept[0]!.window.from} — ${kept[0]!.window.to}\n`);
  for (const [k, report] of kept.entries()) {
    process.stdout.write(`rev. ${report.revision}  ${both('history.journal')}: ${report.journal?.to ?? '–'}\n`);
    if (steps[k]) process.stdout.write(changeText(steps[k]));
  }
}

/** Prints what changed from revision `number` to the last one that is kept. */
export async function printComparison(
  plant: Plant,
  window: { from: string; to: string } | null,
  number: number,
  json: boolean,
): Promise<void> {
  const kept = await keptOf(plant, window);
  const before = kept.find(({ revision }) => revision === number);
  if (before === undefined) {
    const all = kept.map(({ revision }) => revision).join(', ');
    throw new Fault({
      code: 'balance.revision',
      place: plant.path,
      zh: `该窗口没有修订 ${number}；现有：${all}`,
      en: `this window has no revision ${number}; there are: ${all}`,
    });
  }
  const change = compareRevisions(before, kept.at(-1)!);
  if (json) return printJson(change);
  process.stdout.write(`${change.window.from} — ${change.window.to}  rev. ${change.revisions.before} → ${change.revisions.after}\n`);
  process.stdout.write(changeText(change));
}

/** Prints drift over successive windows; exit status 1 where something changed. */
export function printDrift(drift: PlantDrift, json: boolean): void {
  process.exitCode = drift.balances.some((balance) => (balance.drift?.verdict ?? 'none') !== 'none') ? 1 : 0;
  if (json) {
    printJson(drift);
    return;
  }
  process.stdout.write(`${drift.windows[0]!.from} — ${drift.windows.at(-1)!.to}  ${drift.windows.length} × ${both('history.windows')}\n`);
  for (const balance of drift.balances) process.stdout.write(`${driftText(balance, drift).join('\n')}\n`);
}

function driftText({ id, unit, drift, remark }: BalanceDrift, { windows }: PlantDrift): string[] {
  if (drift === null) return [`${id}: ${remark?.zh ?? ''}`, `  ${remark?.en ?? ''}`];
  const lines = [`${id}: ${both(`history.${drift.verdict}`)}`];
  for (const { ids, kind, at, size } of drift.findings) {
    const since = kind === 'step' ? `  ${both('history.since')} ${windows[at]?.from ?? ''}` : '';
    lines.push(`  ${both(kind === 'step' ? 'history.step' : 'history.drift')}: ${ids.join(' | ')}  ${writtenFigure(size)} ${unit}${since}`);
  }
  return lines;
}

async function keptOf(plant: Plant, window: { from: string; to: string } | null): Promise<readonly BalanceReport[]> {
  const chosen = window ?? (await newestKept(plant.dataDir))?.window ?? null;
  const kept = chosen === null ? [] : await revisionsOf(plant.dataDir, chosen.from, chosen.to);
  if (kept.length > 0) return kept;
  throw new Fault({
    code: 'balance.not-kept',
    place: plant.path,
    zh: '该窗口没有已保存的核算；请先运行 balance',
    en: 'no balance of this window is kept; run balance first',
    exitStatus: 1,
  });
}

function changeText({ journal, readings, balances }: RevisionChange): string {
  const arrow = <T>(before: T, after: T) => (before === after ? `${after}` : `${before} → ${after}`);
  const figure = (value: number | null) => (value === null ? '–' : writtenFigure(value));
  const share = (value: number | null) => (value === null ? '–' : `${writtenNumber(100 * value, 1)} %`);
  const lines = [
    `  ${both('history.journal')}: ${arrow(journal.before ?? '–', journal.after ?? '–')}  ${both('history.readings')}: ${arrow(readings.before, readings.after)}`,
  ];
  if (balances.length === 0) lines.push(`  ${both('history.nothing')}`);
  for (const { id, boundary, unit, imbalance, verdict, suspects, streams } of balances) {
    const verdicts = verdict.before === verdict.after ? verdict.after : `${verdict.before} → ${verdict.after}`;
    lines.push(`  ${id} @ ${boundary}: ${figure(imbalance.before)} → ${figure(imbalance.after)} ${unit}  ${verdicts}`);
    if (String(suspects.before) !== String(suspects.after))
      lines.push(`    ${both('history.suspects')}: ${suspects.before.join(', ') || '–'} → ${suspects.after.join(', ') || '–'}`);
    const rows = streams.map((s) => [
      `    ${s.id}`,
      figure(s.total.before),
      '→',
      figure(s.total.after),
      unit,
      `${share(s.coverage.before)} → ${share(s.coverage.after)}`,
    ]);
    if (rows.length > 0) lines.push(columns(rows));
  }
  return `${lines.join('\n')}\n`;
}

function both(key: Parameters<typeof word>[1]): string {
  return `${word('zh', key)} ${word('en', key)}`;
}
