import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import readExcelFile from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import writeExcelFile from 'write-excel-file/node';
import { claimsOf } from '../../../../balance/report/claims/claims.ts';
import { hiddenRows } from '../../../../balance/report/claims/hidden.ts';

type Written = Parameters<typeof writeExcelFile>[0];

const cell = (value: string | number, more: object = {}) =>
  typeof value === 'number' ? { value, type: Number, ...more } : { value, type: String, ...more };

async function book(rows: readonly (readonly (object | null)[])[]): Promise<Uint8Array> {
  const sheets = [{ sheet: '平衡', data: rows }] as unknown as Written;
  return new Uint8Array(await writeExcelFile(sheets).toBuffer());
}

async function wrongIn(bytes: Uint8Array): Promise<readonly string[]> {
  const sheets = await readExcelFile(Buffer.from(bytes));
  const claims = claimsOf(sheets.map(({ sheet, data }) => ({ name: sheet, rows: data })));
  expect(claims.length).toBeGreaterThan(0);
  return claims.filter(({ consistent }) => !consistent).map(({ cell: at, computed }) => `${at} ${computed}`);
}

const rows = (total: number) => [
  [cell('物料平衡表', { span: 3 }), null, null],
  [cell('项目'), cell('名称'), cell('数量 t')],
  [cell('输入', { rowSpan: 2 }), cell('甲'), cell(10)],
  [null, cell('乙'), cell(20)],
  [cell('合计', { span: 2 }), null, cell(total)],
];

describe('claims of odd workbooks', () => {
  it('hold with merged titles and labels', async () => {
    expect(await wrongIn(await book(rows(30)))).toEqual([]);
    expect(await wrongIn(await book(rows(33)))).toEqual(['C5 30']);
  });

  it('hold with numbers that are texts', async () => {
    const table = (last: string) => [
      [cell('名称'), cell('数量')],
      [cell('甲'), cell('１，２００．５')],
      [cell('乙'), cell('2 300.25')],
      [cell('丙'), cell('(100.25)')],
      [cell('丁'), cell('\u22125')],
      [cell('合计'), cell(last)],
    ];
    expect(await wrongIn(await book(table('3,395.5 t')))).toEqual([]);
    expect(await wrongIn(await book(table('3,595.5 t')))).toEqual(['B6 3395.5']);
  });

  it('count rows that are hidden, and say which they are', async () => {
    const plain = unzipSync(await book(rows(30)));
    const path = Object.keys(plain).find((name) => /worksheets\/sheet1\.xml$/.test(name))!;
    const hidden = zipSync({ ...plain, [path]: strToU8(strFromU8(plain[path]!).replace(/<row r="4"/, '<row r="4" hidden="1"')) });
    expect(await wrongIn(hidden)).toEqual([]);
    expect(hiddenRows(hidden)).toEqual([{ sheet: '平衡', rows: [4] }]);
    expect(hiddenRows(await book(rows(30)))).toEqual([]);
    const sheet = 'xl/workbook.xml';
    const away = zipSync({ ...plain, [sheet]: strToU8(strFromU8(plain[sheet]!).replace(/<sheet /, '<sheet state="hidden" ')) });
    expect(hiddenRows(away)[0]!.rows).toHaveLength(5);
  });
});
