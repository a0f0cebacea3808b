import { Readable } from 'node:stream';
import { strFromU8, unzipSync } from 'fflate';
import readExcelFile from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { claimsOf } from '../../../balance/report/claims/claims.ts';
import { resultsOf } from '../../../balance/report/results.ts';
import type { BookSheet, SheetCell } from '../../../balance/report/workbook/sheet.ts';
import { bookSheets, reportWorkbook } from '../../../balance/report/workbook/workbook.ts';
import { HOSTILE, hostilePlant, numbers, numbersIn } from './fixture.ts';

const plant = hostilePlant();
const { balances, coverage } = await numbers(plant);
const sheets = bookSheets({ plant, balances, coverage, lang: 'zh' });

const cellAt = (sheet: BookSheet, at: string): SheetCell => {
  const [, column, row] = /^([A-Z])(\d+)$/.exec(at)!;
  return sheet.rows[Number(row) - 1]?.[column!.charCodeAt(0) - 65] ?? null;
};

/** What a spreadsheet makes of a cell: the formulas that the workbook uses, worked out here. */
function workedOut(sheet: BookSheet, cell: SheetCell): number {
  if (cell === null || 'text' in cell) return 0;
  if ('number' in cell) return cell.number;
  const at = (place: string) => workedOut(sheet, cellAt(sheet, place));
  const sum = /^=SUM\(([A-Z])(\d+):\1(\d+)\)$/.exec(cell.formula);
  if (sum) {
    let total = 0;
    for (let row = Number(sum[2]); row <= Number(sum[3]); row++) total += at(`${sum[1]}${row}`);
    return total;
  }
  const ratio = /^=ROUNDDOWN\(100\*([A-Z]\d+)\/([A-Z]\d+),2\)$/.exec(cell.formula);
  if (ratio) return Math.floor((1e4 * at(ratio[1]!)) / at(ratio[2]!)) / 100;
  const difference = /^=([A-Z]\d+)-([A-Z]\d+)-([A-Z]\d+)$/.exec(cell.formula);
  if (difference) return at(difference[1]!) - at(difference[2]!) - at(difference[3]!);
  expect(cell.formula).toBe('=0');
  return 0;
}

const labelled = (sheet: BookSheet, label: string) =>
  sheet.rows
    .filter((row) => row[0] !== null && row[0] !== undefined && 'text' in row[0] && row[0].text === label)
    .map((row) => row[4] ?? null);

describe('the workbook', () => {
  it('sums its own cells to the input, output, stock change and imbalance of every boundary', () => {
    for (const id of ['water', 'heat']) {
      const sheet = sheets.find(({ name }) => name.endsWith(` ${id}`))!;
      const results = balances.balances.filter((balance) => balance.id === id);
      expect(results.length).toBe(3);
      const sums = (label: string) => labelled(sheet, label).map((cell) => workedOut(sheet, cell));
      for (const [i, balance] of results.entries()) {
        expect(sums('输入合计')[i]).toBeCloseTo(balance.in, 9);
        expect(sums('输出合计')[i]).toBeCloseTo(balance.out, 9);
        expect(sums('库存变化合计')[i]).toBeCloseTo(balance.stockChange, 9);
        const cell = labelled(sheet, '差额')[i]!;
        if (balance.imbalance === null) expect(cell).toEqual({ text: '不能确定' });
        else expect(workedOut(sheet, cell)).toBeCloseTo(balance.imbalance, 9);
      }
    }
  });

  it('holds no number that the results do not hold, but for sums', () => {
    const held = new Set(numbersIn(resultsOf(balances, coverage)).flatMap((n) => [n, -n]));
    const cells = sheets.flatMap((sheet) => sheet.rows.flatMap((row) => row.filter((cell) => cell !== null && 'number' in cell)));
    expect(cells.length).toBeGreaterThan(100);
    expect(cells.filter((cell) => cell !== null && 'number' in cell && !held.has(cell.number))).toEqual([]);
  });

  it('works ratios out from the counts', () => {
    const sheet = sheets[1]!;
    const cell = coverage.cells.find(({ kind, level }) => kind === 'water' && level === 2)!;
    const row = sheet.rows.find((each) => JSON.stringify(each[1]).includes('2 次级用能单位'))!;
    expect(workedOut(sheet, row[4] ?? null)).toBe(cell.ratio);
    expect(cell.ratio).toBe(50);
    // What a formula says it comes out as is cut off too: 11 of 12 are 91.66 %.
    const cells = coverage.cells.map((each) => ({ ...each, required: 12, fitted: 11, ratio: 100 * (11 / 12) }));
    const ratios = bookSheets({ plant, balances, coverage: { ...coverage, cells }, lang: 'zh' })
      .flatMap(({ rows }) => rows.flat())
      .filter((each) => each !== null && 'formula' in each && each.formula.includes('ROUNDDOWN'));
    expect(ratios.length).toBeGreaterThan(10);
    expect(new Set(ratios.map((each) => each !== null && 'formula' in each && each.value))).toEqual(new Set([91.66]));
  });

  it.each(['zh', 'en'] as const)('claims nothing that its own tables contradict: %s', (lang) => {
    const grids = bookSheets({ plant, balances, coverage, lang }).map(({ name, rows }) => ({
      name,
      rows: rows.map((row) =>
        row.map((cell) => (cell === null ? null : 'text' in cell ? cell.text : 'formula' in cell ? cell.value : cell.number)),
      ),
    }));
    const claims = claimsOf(grids);
    expect(claims.some(({ sheet, label }) => sheet === 'JJF B.8' && /小计|subtotal/.test(label))).toBe(true);
    expect(claims.filter(({ consistent }) => !consistent)).toEqual([]);
  });

  it('holds the forms of JJF 1356 and the ledgers, counts and sums of them live', () => {
    const names = sheets.map(({ name }) => name);
    for (const name of ['JJF B.1', 'JJF B.4', 'JJF B.8', 'JJF B.9', 'JJF B.10', '主要用能设备一览', '计量器具台账'])
      expect(names).toContain(name);
    const rowsOf = (name: string) => sheets.find((sheet) => sheet.name === name)!.rows;
    // B.4 lists the meter at the plant's boundary alone.
    const boundary = JSON.stringify(rowsOf('JJF B.4').slice(2));
    expect(boundary).toContain('"in"');
    expect(boundary).not.toContain('"mid"');
    expect(JSON.stringify(rowsOf('JJF B.8'))).toMatch(/"formula":"=SUM/);
    expect(JSON.stringify(rowsOf('JJF B.9'))).toMatch(/"formula":"=SUM/);
    expect(JSON.stringify(rowsOf('计量器具台账').slice(1))).toContain('"mid"');
  });

  it('prints every sheet as wide as a page, and makes room for texts that would be cut off', async () => {
    const files = unzipSync(await reportWorkbook(plant, balances, coverage, 'zh'));
    const xml = sheets.map((_, k) => strFromU8(files[`xl/worksheets/sheet${k + 1}.xml`]!));
    for (const [k, sheet] of xml.entries()) {
      expect(sheet, sheets[k]!.name).toContain('<pageSetUpPr fitToPage="1"/>');
      expect(sheet, sheets[k]!.name).toMatch(/<pageSetup [^>]*fitToWidth="1"/);
      expect(sheet, sheets[k]!.name).toMatch(new RegExp(`<oddHeader>[^<]*修订 7[^<]*${'ab'.repeat(32)}</oddHeader>`));
      expect(sheet, sheets[k]!.name).toContain('&amp;P / &amp;N</oddFooter>');
    }
    // Formulas are written without the sign of equality, each with what it comes out as; heads of tables stand on every page.
    const formulas = xml.flatMap((sheet) => [...sheet.matchAll(/<f>(.*?)<\/f>(<v>[-\d.e]+<\/v>)?/g)]);
    expect(formulas.length).toBe(sheets.flatMap(({ rows }) => rows.flat().filter((cell) => cell !== null && 'formula' in cell)).length);
    expect(formulas.filter(([, expression]) => expression!.startsWith('='))).toEqual([]);
    // One of nothing required is no number.
    expect(formulas.filter(([, , value]) => value === undefined).map(([, expression]) => expression!.slice(0, 3))).toEqual(['IF(']);
    const titles = [...strFromU8(files['xl/workbook.xml']!).matchAll(/_xlnm\.Print_Titles/g)];
    expect(titles.length).toBe(sheets.filter(({ heads }) => heads > 0).length);
    // The names of this plant are longer than the column of streams.
    const streams = xml[sheets.findIndex(({ name }) => name.startsWith('物流'))]!;
    expect(streams).toMatch(/<row r="2"[^>]* ht="(30|45|60)"/);
    expect(strFromU8(files['xl/styles.xml']!)).toContain('wrapText="1"');
  });

  it('is a workbook that opens, names told as text', async () => {
    const bytes = await reportWorkbook(plant, balances, coverage, 'zh');
    expect(Object.keys(unzipSync(bytes))).toContain('xl/workbook.xml');
    const read = await readExcelFile(Readable.from([bytes]));
    expect(read.length).toBe(sheets.length);
    const streams = read.find(({ sheet }) => sheet.startsWith('物流'))!;
    expect(streams.data[1]).toContain(`in ${HOSTILE}`);
    expect(streams.data[1]).toContain(balances.balances[0]!.streams[0]!.total);
  });
});
