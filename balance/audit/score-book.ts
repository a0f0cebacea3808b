import type { ScoreSheet } from '../../config/rules/families/judgement.ts';
import { type PrefilledSheet, shownValue } from './score-prefill.ts';
import type { Points } from './score-sheet.ts';

/** A cell as a spreadsheet library reads or writes it. */
export type BookCell = string | number | boolean | Date | null;
export type BookRow = readonly BookCell[];

/** What an assessor's workbook says. */
export interface ScoredBook {
  readonly points: Points;
  /** Numbers of the vetoes marked as holding. */
  readonly vetoes: readonly string[];
  readonly bonus: number;
  /** Class of acceptance applied for, as a Latin letter; null where none is written. */
  readonly class: string | null;
  /** Rows of the workbook that could not be read, with the reason. */
  readonly problems: readonly { readonly row: number; readonly zh: string; readonly en: string }[];
}

const HEAD = ['序号 no.', '内容 text', '满分 most', '得分 points', '由谁 by', '依据 evidence'] as const;
const VETO = '否决';
const BONUS = '加分';
const CLASS = '验收类别';

/** A prefilled sheet as the rows of a workbook: one a row of the sheet, then vetoes, bonus and the class applied for. */
export function bookOf(sheet: ScoreSheet, { rows, vetoes }: PrefilledSheet): readonly BookRow[] {
  const evidence = (each: PrefilledSheet['rows'][number]['evidence']) =>
    each.map(({ fact, value, at }) => `${fact} = ${shownValue(value)} (${at})`).join('；');
  return [
    HEAD,
    ...rows.map(({ key, text, most, points, fill, evidence: found, missing, blanks }): BookRow => {
      const lacks = missing.length > 0 ? `缺 missing: ${missingText(missing, blanks)}` : '';
      return [key, text, most, points, fill, [evidence(found), lacks].filter((part) => part !== '').join('；')];
    }),
    ...vetoes.map(
      ({ no, text, warning, evidence: found }): BookRow => [
        `${VETO} ${no}`,
        text,
        null,
        null,
        'expert',
        `${warning ? '⚠ 数据提示可能成立 the data speak for it：' : ''}${evidence(found)}`,
      ],
    ),
    ...(sheet.bonus ? [[BONUS, sheet.bonus.text, sheet.bonus.to, null, 'expert', ''] as BookRow] : []),
    [CLASS, 'А / В / С', null, null, 'expert', ''],
  ];
}

/** Facts that are missing, each with where it is to be filled in. */
export function missingText(missing: readonly string[], blanks: PrefilledSheet['rows'][number]['blanks']): string {
  return missing
    .map((name) => {
      const at = blanks.find(({ fact }) => fact === name)?.at;
      return at === undefined ? name : `${name} (${at})`;
    })
    .join(', ');
}

/**
 * Reads an assessor's workbook back. Rows are found by their number, points may be full-width digits, a veto holds where its points column
 * says 是, yes, true, 1 or √. Letters are read as Latin ones: the source prints Cyrillic А, В, С, and a spreadsheet shows no difference.
 */
export function scoredBook(sheet: ScoreSheet, book: readonly BookRow[]): ScoredBook {
  const keys = new Map(sheet.sections.flatMap(({ no, rows }) => rows.map((row) => [plain(`${no}/${row.no}`), `${no}/${row.no}`] as const)));
  const points: Record<string, number> = {};
  const vetoes: string[] = [];
  const problems: { row: number; zh: string; en: string }[] = [];
  let bonus = 0;
  let letter: string | null = null;
  for (const [index, row] of book.entries()) {
    const name = plain(row[0]);
    const given = plain(row[3]);
    if (name === '' || given === '') continue;
    const number = Number(given);
    const refuse = (zh: string, en: string) => problems.push({ row: index + 1, zh, en });
    const key = keys.get(name);
    if (key !== undefined) {
      if (!Number.isFinite(number)) refuse(`得分不是数：${given}`, `the points are no number: ${given}`);
      else if (points[key] !== undefined) refuse(`${key} 出现两次`, `${key} stands twice`);
      else points[key] = number;
    } else if (name.startsWith(VETO)) {
      const no = name.slice(VETO.length).trim();
      if (!sheet.vetoes.some((veto) => veto.no === no)) refuse(`没有否决项 ${no}`, `there is no veto ${no}`);
      else if (YES.has(given.toLowerCase())) vetoes.push(no);
    } else if (name === BONUS) {
      if (Number.isFinite(number)) bonus = number;
      else refuse(`加分不是数：${given}`, `the bonus is no number: ${given}`);
    } else if (name === CLASS) {
      const found = /[A-Z]/.exec(given.toUpperCase())?.[0];
      if (found === undefined) refuse(`读不出验收类别：${given}`, `no class of acceptance can be read: ${given}`);
      else letter = found;
    } else if (index > 0) refuse(`表中没有 ${name}`, `the sheet has no row ${name}`);
  }
  return { points, vetoes, bonus, class: letter, problems };
}

const YES: ReadonlySet<string> = new Set(['是', 'yes', 'true', '1', '√', '✓', '成立']);

/** Cyrillic capitals that look like Latin ones, by code point, so that no reader of this file has to tell them apart. */
const LOOKALIKES: ReadonlyMap<number, string> = new Map([
  [0x0410, 'A'],
  [0x0412, 'B'],
  [0x0421, 'C'],
  [0x0415, 'E'],
  [0x041d, 'H'],
  [0x041a, 'K'],
  [0x041c, 'M'],
  [0x041e, 'O'],
  [0x0420, 'P'],
  [0x0422, 'T'],
  [0x0425, 'X'],
]);

/** A cell as text: trimmed, full-width digits and letters as plain ones, Cyrillic lookalikes (either case) as Latin letters. */
export function plain(cell: BookCell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  return [...String(cell).normalize('NFKC')]
    .map((character) => {
      const latin = LOOKALIKES.get(character.toUpperCase().codePointAt(0) ?? 0);
      return latin === undefined ? character : character === character.toUpperCase() ? latin : latin.toLowerCase();
    })
    .join('')
    .trim();
}
