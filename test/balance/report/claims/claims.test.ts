import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../../balance/report/claims/claims.ts';

const of = (rows: readonly (readonly unknown[])[]) => claimsOf([{ name: 'S', rows }]);
const wrong = (rows: readonly (readonly unknown[])[]) => of(rows).filter(({ consistent }) => !consistent);

describe('claims', () => {
  it('finds the difference of a published report that its own totals contradict', () => {
    // @source jxknma.com/thread/20150602/761245.html: input 4,746,025 kg, output 4,646,377 kg, printed difference 43,088 kg, 0.91 %
    const table = [
      ['项目', '数量 (kg)'],
      ['输入总量', '4,746,025 kg'],
      ['输出总量', 4646377],
      ['差额', 43088],
      ['差额率 (%)', 0.91],
    ];
    const found = wrong(table);
    expect(found.map(({ cell, kind }) => [cell, kind])).toEqual([
      ['B4', 'difference'],
      ['B5', 'percent'],
    ]);
    expect(found[0]!.computed).toBe(99648);
    expect(found[1]!.computed).toBeCloseTo(2.0996, 4);
    expect(wrong([...table.slice(0, 3), ['差额', 99648], ['差额率 (%)', 2.1]])).toEqual([]);
  });

  it('sums items of inputs and outputs where no total stands, one balance after the other', () => {
    const table = [
      ['部分', '数量'],
      ['输入', 10],
      ['输入', 20],
      ['输出', 25],
      ['差额', 5],
      ['输入', 100],
      ['输出', 60],
      ['差额', 35],
    ];
    expect(wrong(table).map(({ cell, computed }) => [cell, computed])).toEqual([['B8', 40]]);
  });

  it('adds columns up to their subtotals and totals', () => {
    const table = (total: number, second = 9) => [
      ['名称', '用量 t', '配备率 %'],
      ['甲', 1.5, 50],
      ['乙', 2.5, 60],
      ['小计', 4, 55],
      ['丙', 4, 70],
      ['丁', 5, 70],
      ['小计', second, 70],
      ['合计', total, 61],
    ];
    expect(wrong(table(13))).toEqual([]);
    expect(of(table(13)).length).toBe(3);
    expect(wrong(table(14)).map(({ cell, computed }) => [cell, computed])).toEqual([['B8', 13]]);
    expect(wrong(table(13, 7)).map(({ cell }) => cell)).toEqual(['B7']);
  });

  it('reads tables across: coverage and balances by heading', () => {
    const coverage = [
      ['种类', '应装 N', '已装 n', '配备率 %'],
      ['电力', 13, 12, 92.3],
      ['水', 16, 15, 100],
      ['蒸汽', 3, 2, '66.66%'],
      ['油', 4, 3, 0.75],
    ];
    expect(wrong(coverage).map(({ cell }) => cell)).toEqual(['D3']);
    const balance = [
      ['边界', '输入', '输出', '库存变化', '差额', '差额率 %'],
      ['A', 100, 90, 5, 5, 5],
      ['B', 100, 104, 0, -4, -4],
      ['C', 100, 90, 5, 10, 5],
    ];
    expect(wrong(balance).map(({ cell }) => cell)).toEqual(['E4']);
  });

  it('passes every table of rounded numbers that is right, and no table with a digit changed', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 9 }), (parts, decimals, digit) => {
        const exact = parts.map((n) => n / 997);
        const rounded = (value: number) => Number(value.toFixed(decimals));
        const total = rounded(exact.reduce((sum, n) => sum + n, 0));
        const table = (claimed: number) => [
          ['名称', '用量'],
          ...exact.map((n, i) => [`第${i}`, rounded(n).toFixed(decimals)]),
          ['合计', claimed.toFixed(decimals)],
        ];
        expect(wrong(table(total))).toEqual([]);
        const off = digit * 10 ** (1 - decimals) * (parts.length + 1);
        expect(wrong(table(total + off)).length).toBe(1);
      }),
    );
  });
});
