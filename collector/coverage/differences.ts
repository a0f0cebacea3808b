import type { CoverageCell, CoverageDifference } from './result.ts';
import type { CoverageTable } from './table.ts';
import { documentOf } from './tables.ts';

/**
 * What differs between the table of the verdict and those beside it, where both have the kind: thresholds, exemptions, what N comes to,
 * the verdict, and what N counts by the words of each document.
 */
export function differencesOf(
  used: readonly { readonly table: CoverageTable; readonly cells: readonly CoverageCell[] }[],
  beside: readonly { readonly table: CoverageTable; readonly cells: readonly CoverageCell[] }[],
): CoverageDifference[] {
  return used.flatMap((own) =>
    beside.flatMap((other) => [...ofTables(own.table, other.table), ...own.cells.flatMap((cell) => ofCells(cell, other.cells))]),
  );
}

function ofCells(cell: CoverageCell, others: readonly CoverageCell[]): CoverageDifference[] {
  const other = others.find(({ kind, level }) => kind === cell.kind && level === cell.level);
  if (!other) return [];
  const { kind, level } = cell;
  const of = (what: 'threshold' | 'required' | 'exempt' | 'verdict') =>
    cell[what] === other[what]
      ? []
      : [{ what, kind, level, a: { rule: cell.rule, value: shown(cell[what]) }, b: { rule: other.rule, value: shown(other[what]) } }];
  return [...of('threshold'), ...of('required'), ...of('exempt'), ...of('verdict')];
}

function shown(value: string | number | null): string {
  return value === null ? '—' : String(value);
}

type Text = { readonly zh: string; readonly en: string };

/** What the texts themselves say differently of the kinds that both tables have. */
function ofTables(own: CoverageTable, other: CoverageTable): CoverageDifference[] {
  const kinds = own.content.rows.map(({ kind }) => kind).filter((kind) => other.content.rows.some((row) => row.kind === kind));
  if (kinds.length === 0) return [];
  const found: CoverageDifference[] = [];
  const say = (what: CoverageDifference['what'], a: string | Text, b: string | Text) => {
    const side = ({ rule }: CoverageTable, text: string | Text) =>
      typeof text === 'string' ? { rule: rule.id, value: text } : { rule: rule.id, value: text.zh, en: text.en };
    const [left, right] = [side(own, a), side(other, b)];
    if (left.value !== right.value) found.push({ what, kind: null, level: null, a: left, b: right });
  };
  const denominator = ({ content }: CoverageTable) => content.denominator ?? '—';
  const exemptions = ({ content }: CoverageTable): string | Text => {
    const shared = content.exemptions.filter((each) => each.kinds.some((kind) => kinds.includes(kind)));
    if (shared.length === 0) return '—';
    return {
      zh: shared.map(({ levels, means }) => `${levels.join('、')} 级：${means.zh}`).join('；'),
      en: shared.map(({ levels, means }) => `level ${levels.join(', ')}: ${means.en}`).join('; '),
    };
  };
  const rate = ({ content }: CoverageTable) => content.meteringRate?.join('/') ?? '—';
  say('denominator', denominator(own), denominator(other));
  say('exemptions', exemptions(own), exemptions(other));
  say('metering-rate', rate(own), rate(other));
  say(
    'in-force',
    `${documentOf(own.rule)} ${own.rule.document.to ?? ''}`.trim(),
    `${documentOf(other.rule)} ${other.rule.document.to ?? ''}`.trim(),
  );
  return found;
}
