import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Points, scoreSheet } from '../../../balance/audit/score-sheet.ts';
import type { ScoreSheet } from '../../../config/rules/families/judgement.ts';
import { loadRules } from '../../../config/rules/load.ts';

interface Case {
  name: string;
  sheet: string;
  lose: Record<string, number>;
  vetoes?: string[];
  bonus?: number;
  total: number;
  outcome: string;
  grade: string | null;
}

const sheets = new Map<string, ScoreSheet>();
for (const rule of await loadRules()) if (rule.family === 'score-sheet' && rule.content) sheets.set(rule.id, rule.content);
const cases = parse(readFileSync(new URL('../../cases/rules/scores/edges.yaml', import.meta.url), 'utf8')) as Case[];

function fullMarks(sheet: ScoreSheet): Record<string, number> {
  return Object.fromEntries(sheet.sections.flatMap(({ no, rows }) => rows.map((row) => [`${no}/${row.no}`, row.points])));
}

describe('score sheets', () => {
  it('are the nine that the documents print, each adding up to 100', () => {
    expect(sheets.size).toBe(9);
    for (const sheet of sheets.values()) expect(scoreSheet(sheet, fullMarks(sheet)).total).toBe(100);
  });

  it('are worked at least three times in every jurisdiction that has one', () => {
    const counts: Record<string, number> = {};
    for (const { sheet } of cases) counts[sheet.split('/')[0]!] = (counts[sheet.split('/')[0]!] ?? 0) + 1;
    expect(new Set(Object.keys(counts))).toEqual(new Set([...sheets.keys()].map((id) => id.split('/')[0])));
    expect(Math.min(...Object.values(counts))).toBeGreaterThanOrEqual(3);
  });

  it.each(cases)('$sheet: $name', ({ sheet: id, lose, vetoes, bonus, total, outcome, grade }) => {
    const sheet = sheets.get(id) ?? expect.fail(`no sheet ${id}`);
    const points = fullMarks(sheet);
    for (const [row, less] of Object.entries(lose)) points[row] = (points[row] ?? Number.NaN) - less;
    expect(scoreSheet(sheet, points, vetoes, bonus)).toMatchObject({ total, outcome, grade, open: [] });
  });

  it('stays open while a row is, and refuses what the sheet does not have', () => {
    const sheet = sheets.get('shandong/264-2008/score-sheet')!;
    const { '一/1': _, ...rest } = fullMarks(sheet);
    expect(scoreSheet(sheet, rest)).toMatchObject({ outcome: 'open', grade: null, open: ['一/1'] });
    expect(() => scoreSheet(sheet, { '一/99': 1 })).toThrow(RangeError);
    expect(() => scoreSheet(sheet, { '一/1': 5 })).toThrow(RangeError);
    expect(() => scoreSheet(sheet, {}, ['9'])).toThrow(RangeError);
    expect(() => scoreSheet(sheet, {}, [], 2)).toThrow(RangeError);
  });

  it('adds decimals exactly and never grades against its own mark', () => {
    const row = fc.constantFrom(...[...sheets.values()].flatMap((sheet) => [sheet]));
    fc.assert(
      fc.property(row, fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 60, maxLength: 60 }), (sheet, shares) => {
        const points: Record<string, number> = {};
        Object.entries(fullMarks(sheet)).forEach(([key, most], index) => {
          points[key] = (most * shares[index % shares.length]!) / 10;
        });
        const scored = scoreSheet(sheet, points as Points);
        expect(scored.total).toBeCloseTo(
          Object.values(points).reduce((a, b) => a + b, 0),
          6,
        );
        const mark = sheet.grades.at(-1);
        if (mark)
          expect(scored.outcome === 'passed').toBe(mark.above !== undefined ? scored.total > mark.above : scored.total >= mark.atLeast!);
      }),
    );
  });
});
