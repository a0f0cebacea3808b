import type { Rule, RuleStatus } from '../../config/rules/rule.ts';
import { held } from './condition.ts';

/** A fact that score sheets ask for. */
export interface SheetFact {
  /** As the rules name it, e.g. `options.lowCost.implementedPercent`. */
  readonly fact: string;
  /** What is known of it; null where only people know. */
  readonly value: number | boolean | null;
  /** Rows (`一/5`) and vetoes (`3`) of score sheets that ask for it. */
  readonly asked: readonly { readonly rule: string; readonly row: string; readonly status: RuleStatus }[];
}

/**
 * The facts that rows of score sheets and their vetoes speak of, by name, each with what is known of it: what a report answers, or leaves
 * as a marked blank, so that every row that is computed can point at the place that proves it.
 *
 * Rows for experts alone ask for nothing.
 */
export function sheetFacts(rules: readonly Rule[], known: Readonly<Record<string, number | boolean>>): readonly SheetFact[] {
  const asked = new Map<string, SheetFact['asked'][number][]>();
  const ask = (condition: string, row: SheetFact['asked'][number]) => {
    for (const fact of held(condition, {}).facts) asked.set(fact, [...(asked.get(fact) ?? []), row]);
  };
  for (const rule of scoreSheets(rules)) {
    for (const section of rule.content.sections)
      for (const row of section.rows)
        if (row.fill !== 'expert' && row.data !== undefined)
          ask(row.data, { rule: rule.id, row: `${section.no}/${row.no}`, status: rule.status });
    for (const { no, data } of rule.content.vetoes) if (data !== null) ask(data, { rule: rule.id, row: no, status: rule.status });
  }
  return [...asked].sort(([a], [b]) => (a < b ? -1 : 1)).map(([fact, rows]) => ({ fact, value: known[fact] ?? null, asked: rows }));
}

type SheetRule = Extract<Rule, { family: 'score-sheet' }> & { readonly content: object };

/** The rules that are score sheets and are held. */
export function scoreSheets(rules: readonly Rule[]): readonly SheetRule[] {
  return rules.filter((rule): rule is SheetRule => rule.family === 'score-sheet' && rule.content !== null);
}
