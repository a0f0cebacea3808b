import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import readExcelFile from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import writeExcelFile from 'write-excel-file/node';
import type { Facts } from '../../../balance/audit/condition.ts';
import { type BookRow, bookOf, plain, scoredBook } from '../../../balance/audit/score-book.ts';
import { DEVIATION, prefill } from '../../../balance/audit/score-prefill.ts';
import { scoreSheet } from '../../../balance/audit/score-sheet.ts';
import type { ScoreSheet } from '../../../config/rules/families/judgement.ts';
import { loadRules } from '../../../config/rules/load.ts';

const sheets = new Map<string, ScoreSheet>();
for (const rule of await loadRules()) if (rule.family === 'score-sheet' && rule.content) sheets.set(rule.id, rule.content);
const sheet = (id: string) => sheets.get(id) ?? expect.fail(`no sheet ${id}`);

const FACTS: Facts = {
  'options.lowCost.implementedPercent': { value: 90, evidence: '报告 7.1' },
  'discharge.withinLimits': { value: false, evidence: '监测报告 12 页' },
  'generation.so2.reductionPercent': { value: 12, evidence: '报告 表 7-4' },
  'saving.water.percent': { value: 4.99, evidence: '报告 表 7-3' },
  [DEVIATION]: { value: -12, evidence: '环统 2008' },
};

describe('prefilling', () => {
  it('gives full points where the data hold, none where they fail, and leaves the rest to people with what is missing', () => {
    const { rows } = prefill(sheet('neimenggu/121-2005/score-sheet'), FACTS);
    const row = (key: string) => rows.find((each) => each.key === key)!;
    expect(row('三/1')).toMatchObject({
      points: 5,
      evidence: [{ fact: 'options.lowCost.implementedPercent', value: 90, at: '报告 7.1' }],
    });
    expect(row('四/1').points).toBe(0);
    expect(row('六/（二）2').points).toBe(2);
    expect(row('七/1').points).toBe(0);
    expect(row('七/2')).toMatchObject({ points: null, missing: ['saving.electricity.percent'] });
    for (const { fill, points, evidence } of rows.filter((each) => each.fill === 'expert'))
      expect([fill, points, evidence]).toEqual(['expert', null, []]);
  });

  it('says where a fact that is missing is to be filled in', () => {
    const { rows } = prefill(sheet('neimenggu/121-2005/score-sheet'), FACTS, {
      blanks: { 'saving.electricity.percent': 'report.xlsx 评分依据!C9' },
    });
    expect(rows.find(({ key }) => key === '七/2')!.blanks).toEqual([{ fact: 'saving.electricity.percent', at: 'report.xlsx 评分依据!C9' }]);
    const [, shown] = [...bookOf(sheet('neimenggu/121-2005/score-sheet'), { rows, vetoes: [] })]
      .flat()
      .join('|')
      .split('saving.electricity.percent');
    expect(shown).toMatch(/^ \(report\.xlsx 评分依据!C9\)/);
  });

  it('never fills an expert row of any sheet, and never more than a row has', () => {
    const all = new Proxy<Facts>({}, { get: () => ({ value: 100, evidence: 'x' }), getOwnPropertyDescriptor: () => undefined });
    for (const each of sheets.values())
      for (const { fill, points, most } of prefill(each, all).rows) {
        if (fill !== 'computed') expect(points).toBeNull();
        else expect(points ?? 0).toBeLessThanOrEqual(most);
      }
  });

  it('takes the place that a report gives for a fact', () => {
    const { rows } = prefill(sheet('neimenggu/121-2005/score-sheet'), FACTS, { evidenceAt: (fact) => `report.xlsx!${fact}` });
    expect(rows.find(({ key }) => key === '三/1')?.evidence[0]?.at).toBe('report.xlsx!options.lowCost.implementedPercent');
  });

  it('warns of a veto only where data speak for it, by a share that somebody has set', () => {
    const warned = (options?: { deviationPercent: number }) =>
      prefill(sheet('fujian/826-2008/score-sheet-evaluation'), FACTS, options)
        .vetoes.filter(({ warning }) => warning)
        .map(({ no }) => no);
    expect(warned()).toEqual([]);
    expect(warned({ deviationPercent: 10 })).toEqual(['3']);
    expect(warned({ deviationPercent: 12 })).toEqual([]);
    const { vetoes } = prefill(sheet('guangdong/35-2009/score-sheet-voluntary'), FACTS);
    expect(vetoes.map(({ warning }) => warning)).toEqual([true]);
  });
});

describe('the workbook of a sheet', () => {
  const fujian = sheet('fujian/826-2008/score-sheet-evaluation');
  const full = (rows: readonly BookRow[]) =>
    rows.map((row, i) => (i > 0 && typeof row[2] === 'number' ? [...row.slice(0, 3), row[2], ...row.slice(4)] : row));

  it('comes back from a spreadsheet as it was scored', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'liangheng-score-'));
    const rows = full(bookOf(fujian, prefill(fujian, FACTS)));
    const data = rows.map((row) =>
      row.map((value) =>
        value === null || value === '' ? null : { value: value as string | number, type: typeof value === 'number' ? Number : String },
      ),
    );
    await writeExcelFile([{ sheet: 's', data }]).toFile(join(folder, 'scored.xlsx'));
    const [read] = await readExcelFile(join(folder, 'scored.xlsx'));
    const book = scoredBook(fujian, read!.data as readonly BookRow[]);
    expect(book.problems).toEqual([]);
    expect(scoreSheet(fujian, book.points, book.vetoes)).toMatchObject({ total: 100, outcome: 'passed', grade: '优秀' });
    await rm(folder, { recursive: true });
  });

  it('reads Cyrillic А, В, С as the letters they look like, and full-width figures as figures', () => {
    for (const [cyrillic, latin] of [
      ['\u0410', 'A'],
      ['\u0412 类', 'B'],
      ['\u0441', 'C'],
      ['Ｂ', 'B'],
      ['С类验收', 'C'],
    ])
      expect(scoredBook(fujian, [['序号'], ['验收类别', '', null, cyrillic!]]).class).toBe(latin);
    expect(scoredBook(fujian, [['序号'], ['一/1', '', 5, '４．５']]).points).toEqual({ '一/1': 4.5 });
    expect(plain('\u0421\u041e2')).toBe('CO2');
    const inner = sheet('neimenggu/121-2005/score-sheet');
    expect(scoredBook(inner, [['序号'], ['六/(一)1', '', 2, 2]]).points).toEqual({ '六/（一）1': 2 });
  });

  it('says which row it could not read', () => {
    const { problems, vetoes } = scoredBook(fujian, [
      ['序号'],
      ['一/1', '', 5, 'five'],
      ['九/9', '', 5, 1],
      ['否决 2', '', null, '是'],
      ['否决 7', '', null, '是'],
      ['一/2', '', 2, 1],
      ['一/2', '', 2, 2],
    ]);
    expect(problems.map(({ row }) => row)).toEqual([2, 3, 5, 7]);
    expect(vetoes).toEqual(['2']);
  });
});
