import type { ScoreSheet } from '../../config/rules/families/judgement.ts';

/** Points given, by section and row: `一/1` → 4.5. Rows without an entry are open. */
export type Points = Readonly<Record<string, number>>;

export interface Scored {
  readonly total: number;
  /** Rows that nobody has scored. */
  readonly open: readonly string[];
  /** Numbers of the vetoes that people found to hold. */
  readonly vetoes: readonly string[];
  /** Name of the grade as printed; null where it is not passed, and while rows are open. */
  readonly grade: string | null;
  /** `not-graded` where the sheet prints no pass mark. */
  readonly outcome: 'passed' | 'not-passed' | 'open' | 'not-graded';
}

/**
 * Adds up a score sheet. `above` is strict (大于), `atLeast` is not (以上, 达到). A veto fails the sheet whatever the total. `bonus` is
 * what the assessor adds within the range that the sheet prints.
 *
 * @throws RangeError for a row that the sheet does not have, points beyond a row's, an unknown veto, or a bonus out of its range.
 */
export function scoreSheet(sheet: ScoreSheet, points: Points, vetoes: readonly string[] = [], bonus = 0): Scored {
  const rows = new Map<string, number>(
    sheet.sections.flatMap(({ no, rows }) => rows.map((row) => [`${no}/${row.no}`, row.points] as const)),
  );
  for (const [key, given] of Object.entries(points)) {
    const most = rows.get(key);
    if (most === undefined) throw new RangeError(`the sheet has no row ${key}`);
    if (!(given >= 0 && given <= most)) throw new RangeError(`row ${key}: ${given} is not between 0 and ${most}`);
  }
  for (const veto of vetoes) if (!sheet.vetoes.some(({ no }) => no === veto)) throw new RangeError(`the sheet has no veto ${veto}`);
  if (bonus !== 0 && !(sheet.bonus && bonus >= sheet.bonus.from && bonus <= sheet.bonus.to))
    throw new RangeError(`bonus ${bonus} is out of its range`);

  const open = [...rows.keys()].filter((key) => points[key] === undefined);
  // Points may have decimals: added as thousandths, so that 85 is 85.
  const thousandths = Object.values(points).reduce((sum, each) => sum + Math.round(each * 1000), Math.round(bonus * 1000));
  const total = thousandths / 1000;
  const grade = sheet.grades.find(({ above, atLeast }) => (above !== undefined ? total > above : total >= (atLeast ?? 0)))?.text ?? null;
  if (vetoes.length > 0) return { total, open, vetoes, grade: null, outcome: 'not-passed' };
  if (open.length > 0) return { total, open, vetoes, grade: null, outcome: 'open' };
  if (sheet.grades.length === 0) return { total, open, vetoes, grade: null, outcome: 'not-graded' };
  return { total, open, vetoes, grade, outcome: grade === null ? 'not-passed' : 'passed' };
}
