import type { ScoreSheet } from '../../config/rules/families/judgement.ts';
import { type Facts, held } from './condition.ts';

/** One row of a score sheet before the assessors have seen it. */
export interface PrefilledRow {
  /** `一/1`. */
  readonly key: string;
  readonly text: string;
  readonly most: number;
  readonly fill: 'computed' | 'ledger' | 'expert';
  /** Points that the data speak for; null where people decide. */
  readonly points: number | null;
  /** What the points or the value rest on: a fact with its value and where it stands. */
  readonly evidence: readonly { readonly fact: string; readonly value: number | boolean | string; readonly at: string }[];
  /** Facts that would decide the row and are not there. */
  readonly missing: readonly string[];
  /** Where those of them are to be filled in that a report has a blank for. */
  readonly blanks: readonly { readonly fact: string; readonly at: string }[];
}

/** A veto with what the data say of it. It is never decided here. */
export interface VetoWarning {
  readonly no: string;
  readonly text: string;
  /** The data speak for it: people should look. */
  readonly warning: boolean;
  readonly evidence: PrefilledRow['evidence'];
}

export interface PrefilledSheet {
  readonly rows: readonly PrefilledRow[];
  readonly vetoes: readonly VetoWarning[];
}

/**
 * Fills in what data can say of a score sheet. A computed row whose condition holds has its full points, one whose condition fails has 0;
 * a row for experts, one with a scale and one whose condition is not decided stay empty, with what is known beside. Vetoes are people's: a
 * warning where the data speak for one. `deviationPercent` is the share from which a deviation from the environmental statistics is
 * called one (the texts print none: 偏差较大); without it such a deviation is shown and not judged.
 *
 * `evidenceAt` turns the place of a fact into the page or cell of the report that shows it; `blanks` says where a fact that is missing is
 * to be filled in.
 */
export function prefill(
  sheet: ScoreSheet,
  facts: Facts,
  {
    deviationPercent,
    evidenceAt,
    blanks = {},
  }: {
    readonly deviationPercent?: number;
    readonly evidenceAt?: (fact: string) => string | null;
    readonly blanks?: Readonly<Record<string, string>>;
  } = {},
): PrefilledSheet {
  const evidenceOf = (names: readonly string[]): PrefilledRow['evidence'] =>
    names.flatMap((name) => {
      const fact = facts[name];
      return fact === undefined ? [] : [{ fact: name, value: fact.value, at: evidenceAt?.(name) ?? fact.evidence }];
    });
  const blanksOf = (names: readonly string[]): PrefilledRow['blanks'] =>
    names.flatMap((fact) => (blanks[fact] === undefined ? [] : [{ fact, at: blanks[fact] }]));
  const rows = sheet.sections.flatMap((section) =>
    section.rows.map((row): PrefilledRow => {
      const key = `${section.no}/${row.no}`;
      const of = { key, text: row.text, most: row.points, fill: row.fill };
      const own = evidenceOf([`row.${key}`]);
      if (row.fill === 'expert' || row.data === undefined)
        return { ...of, points: null, evidence: row.fill === 'expert' ? [] : own, missing: [], blanks: [] };
      const { holds, facts: names, missing } = held(row.data, facts);
      const decides = row.fill === 'computed' && row.scale === undefined && holds !== null;
      return {
        ...of,
        points: decides ? (holds ? row.points : 0) : null,
        evidence: [...evidenceOf(names), ...own],
        missing,
        blanks: blanksOf(missing),
      };
    }),
  );
  const vetoes = sheet.vetoes.map(({ no, text, data }): VetoWarning => {
    if (data === null) return { no, text, warning: false, evidence: [] };
    const deviation = facts[DEVIATION]?.value;
    const { holds, facts: names } =
      data === DEVIATION
        ? {
            holds: deviationPercent !== undefined && typeof deviation === 'number' && Math.abs(deviation) > deviationPercent,
            facts: [DEVIATION],
          }
        : held(data, facts);
    return { no, text, warning: holds === true, evidence: evidenceOf(names) };
  });
  return { rows, vetoes };
}

/** The value of a fact in six significant digits. */
export function shownValue(value: number | boolean | string): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value);
}

/** Largest difference between a balance and the environmental statistics, % of the statistics. */
export const DEVIATION = 'deviation.fromStatistics';
