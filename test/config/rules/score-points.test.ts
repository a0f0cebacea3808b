import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ScoreSheet } from '../../../config/rules/families/judgement.ts';
import { loadRules } from '../../../config/rules/load.ts';
import { bare, SourceText } from '../../../config/rules/text.ts';

const derived = parse(readFileSync(new URL('../../cases/rules/derived-numbers.yaml', import.meta.url), 'utf8')) as {
  rule: string;
  field: string;
}[];

const text = new SourceText();
const rules = await loadRules();

/** Whether the first number behind a printed text begins with its points: the number of the next item may be printed against them. */
function followed(passage: string, printed: string, points: number): boolean {
  const sought = bare(printed);
  for (let at = passage.indexOf(sought); at >= 0; at = passage.indexOf(sought, at + 1)) {
    const number = /^\D{0,40}?(\d+)/u.exec(passage.slice(at + sought.length, at + sought.length + 60))?.[1];
    if (number?.startsWith(String(points))) return true;
  }
  return false;
}

/** Sections, rows and parts of a sheet whose points do not stand behind their text, nor as the sum of their section. */
function unfollowed(sheet: ScoreSheet, passage: string): string[] {
  return sheet.sections.flatMap((section) => [
    ...(followed(passage, section.text, section.points) || passage.includes(`小计${section.points}分`) ? [] : [section.no]),
    ...section.rows.flatMap((row) => [
      ...(followed(passage, row.text, row.points) ? [] : [`${section.no}/${row.no}`]),
      ...(row.parts ?? [])
        .filter((part) => part.points !== null && !followed(passage, part.text, part.points))
        .map((part) => `${section.no}/${row.no}/${part.no}`),
    ]),
  ]);
}

const sheets = rules.flatMap((rule) =>
  rule.family === 'score-sheet' && rule.content && 'file' in rule.document.source && rule.lines
    ? [{ id: rule.id, sheet: rule.content, file: rule.document.source.file, lines: rule.lines }]
    : [],
);

it.each(sheets)('the points of $id are those printed behind each row', async ({ id, sheet, file, lines }) => {
  const passage = (await text.passage(file, ...lines)) ?? '';
  const listed = derived.filter(({ rule, field }) => rule === id && field.startsWith('points ')).map(({ field }) => field.slice(7));
  expect(new Set(unfollowed(sheet, passage))).toEqual(new Set(listed));
});

it('would see two rows that exchanged their points, which no sum shows', async () => {
  const { sheet, file, lines } = sheets.find(({ id }) => id === 'zhejiang/1040-2003/score-sheet')!;
  const passage = (await text.passage(file, ...lines)) ?? '';
  const swapped = structuredClone(sheet);
  const { rows } = swapped.sections[1]!;
  const [first, second] = [rows[0]!, rows[1]!];
  [first.points, second.points] = [second.points, first.points];
  expect(unfollowed(swapped, passage)).toEqual(['二/1', '二/2']);
});
