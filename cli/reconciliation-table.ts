import type { Reconciliation, StreamResult, Suspect } from '../balance/network/problem.ts';
import { type WordKey, word } from '../config/words/word.ts';
import { columns } from './columns.ts';

const CLASSES: Readonly<Record<StreamResult['class'], WordKey>> = {
  redundant: 'reconcile.redundant',
  nonredundant: 'reconcile.nonredundant',
  observable: 'reconcile.observable',
  unobservable: 'reconcile.unobservable',
};
const STREAM_COLUMNS: readonly WordKey[] = [
  'reconcile.stream',
  'reconcile.measured',
  'reconcile.reconciled',
  'reconcile.sigma',
  'reconcile.adjustment',
  'reconcile.test',
  'reconcile.leverage',
  'reconcile.class',
];
const NODE_COLUMNS: readonly WordKey[] = ['reconcile.node', 'reconcile.imbalance', 'reconcile.sigma', 'reconcile.test'];

/** A reconciliation as a table for a person, in Chinese and English, one line a stream. */
export function reconciliationTable(result: Reconciliation): string {
  const { global, streams, nodes, suspects, groups, warnings, crossCheck } = result;
  const parts: string[] = [
    columns([
      STREAM_COLUMNS.map(both),
      ...streams.map((s) => [
        s.id,
        number(s.measured),
        s.reconciled === null ? both('reconcile.notDetermined') : number(s.reconciled),
        number(s.sigma),
        number(s.adjustment),
        number(s.test),
        number(s.leverage ?? null),
        both(CLASSES[s.class]),
      ]),
    ]),
  ];
  const verdict = global.passed === null ? 'reconcile.nothingToTest' : global.passed ? 'reconcile.passed' : 'reconcile.failed';
  parts.push(
    `${both('reconcile.global')}: J = ${number(global.statistic)}, ν = ${global.dof}, χ²(${1 - global.alpha}) = ${number(global.critical)}: ${both(verdict)}`,
  );
  if (nodes.length > 0)
    parts.push(columns([NODE_COLUMNS.map(both), ...nodes.map((n) => [n.id, number(n.imbalance), number(n.sigma), number(n.test)])]));
  for (const suspect of suspects) parts.push(explanation(suspect));
  if (crossCheck)
    parts.push(
      `${both('reconcile.crossCheck')} (Hampel): ${both(crossCheck.agrees ? 'reconcile.agrees' : 'reconcile.disagrees')}: ${crossCheck.setAside.join(', ') || '–'}`,
    );
  for (const group of groups) parts.push(`${both('reconcile.indistinguishable')}: ${group.join(', ')}`);
  for (const { remedy } of streams) if (remedy) parts.push(`${remedy.zh}\n${remedy.en}`);
  for (const warning of warnings) parts.push(`${both('reconcile.note')}: ${warning}`);
  return `${parts.join('\n\n')}\n`;
}

/** A suspect with the group, the statistic after it, and what else would explain the same. */
function explanation({ kind, ids, magnitude, magnitudeSigma, statistic, statisticAfter, alternatives = [] }: Suspect): string {
  const apart = ids.length > 1 ? ` (${both('reconcile.indistinguishable')})` : '';
  const spread = magnitudeSigma === undefined ? '' : ` ± ${number(2 * magnitudeSigma)}`;
  const own = `${both(`suspect.${kind}`)}: ${ids.join(', ')}${apart}: ${number(magnitude)}${spread}, T = ${number(statistic)}, J → ${number(statisticAfter)}`;
  const others = alternatives
    .filter(({ rejected }) => !rejected)
    .map(
      (other) =>
        `  ${both('reconcile.alternative')}: ${both(`suspect.${other.kind}`)}: ${other.ids.join(', ')}: ${number(other.magnitude)}, J → ${number(other.statisticAfter)}`,
    );
  return [own, ...others].join('\n');
}

const both = (key: WordKey) => `${word('zh', key)} ${word('en', key)}`;

function number(value: number | null): string {
  return value === null ? '–' : Number(value.toPrecision(6)).toString();
}
