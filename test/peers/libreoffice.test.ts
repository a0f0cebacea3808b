import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import readExcelFile from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimsOf } from '../../balance/report/claims/claims.ts';
import { figure } from '../../balance/report/figures.ts';
import { reportWord } from '../../balance/report/word/word.ts';
import { bookSheets, reportWorkbook } from '../../balance/report/workbook/workbook.ts';
import { importLedger, ledgerSheets } from '../../config/plant/ledger.ts';
import { readLedgerFile, writeLedgerFile } from '../../config/plant/ledger-file.ts';
import { parsePlant } from '../../config/plant/load.ts';
import { HOSTILE, hostilePlant, numbers } from '../balance/report/fixture.ts';
import { savings } from '../balance/report/further-results.ts';

const run = promisify(execFile);
const plant = hostilePlant();
const { balances, coverage } = await numbers(plant);
let dir: string;

function binary(name: string, debianPackage: string): string {
  const path = `/usr/bin/${name}`;
  if (!existsSync(path)) throw new Error(`${path} is missing: apt-get install ${debianPackage}`);
  return path;
}

/** LibreOffice's rendering of a file, with a profile of its own so that no other LibreOffice is in its way. */
async function converted(file: string, to: string, debianPackage: string): Promise<string> {
  const options = [
    `-env:UserInstallation=file://${dir}/profile`,
    '--headless',
    '--convert-to',
    to,
    '--outdir',
    join(dir, 'converted'),
    file,
  ];
  await run(binary('soffice', debianPackage), options, { timeout: 170_000 });
  return join(dir, 'converted', `${/([^/]+)\.\w+$/.exec(file)![1]}.${to}`);
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-office-'));
  await writeFile(join(dir, 'report.docx'), await reportWord(plant, balances, coverage, 'zh'));
  await writeFile(join(dir, 'book.xlsx'), await reportWorkbook(plant, balances, coverage, 'zh', { savings }));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('LibreOffice', () => {
  it('prints the Word report: every figure of the balances, on pages that bear the journal root', async () => {
    const pdf = await converted(join(dir, 'report.docx'), 'pdf', 'libreoffice-writer-nogui');
    const { stdout: text } = await run(binary('pdftotext', 'poppler-utils'), ['-layout', pdf, '-'], { maxBuffer: 64 << 20 });
    const pages = text.split('\f').slice(0, -1);
    expect(pages.length).toBeGreaterThan(6);
    for (const page of pages) expect(page).toContain('ab'.repeat(32));
    for (const balance of balances.balances) {
      for (const value of [balance.in, balance.out, balance.imbalance]) {
        if (value !== null) expect(text).toContain(figure(value, balance.u).text);
      }
      for (const { total, u } of balance.streams) if (total !== null) expect(text).toContain(figure(total, u).text);
    }
    expect(text).toContain('7 持续清洁生产');
    // The table of contents names the page that each heading stands on.
    const entries = [...text.matchAll(/^ *(\d(?:\.\d)? \S.*?)\.{5,} *(\d+)$/gm)];
    expect(entries.length).toBeGreaterThan(30);
    for (const [, heading, page] of entries)
      expect(
        pages[Number(page) - 1]!.split('\n').map((line) => line.trim()),
        page,
      ).toContain(heading);
    expect(text).toContain('【待填写】');
    const { stdout: fonts } = await run(binary('pdffonts', 'poppler-utils'), [pdf]);
    expect(fonts).toMatch(/CJK|Sim|Noto/);
  });

  it('works out the sums of the workbook as the balances have them', async () => {
    // Without what the formulas come out as, so that LibreOffice works each out.
    const parts = unzipSync(await readFile(join(dir, 'book.xlsx')));
    const open = Object.entries(parts).map(([name, bytes]) => [name, strToU8(strFromU8(bytes).replaceAll(/(<\/f>)<v>[^<]*<\/v>/g, '$1'))]);
    await writeFile(join(dir, 'open.xlsx'), zipSync(Object.fromEntries(open) as Record<string, Uint8Array>));
    const sheets = await readExcelFile(await readFile(await converted(join(dir, 'open.xlsx'), 'xlsx', 'libreoffice-calc-nogui')));
    const written = bookSheets({ plant, balances, coverage, lang: 'zh', savings });
    let formulas = 0;
    for (const [k, { name, rows }] of written.entries())
      for (const [row, cells] of rows.entries())
        for (const [column, cell] of cells.entries()) {
          if (cell === null || !('formula' in cell)) continue;
          formulas += 1;
          const place = `${name} row ${row + 1} column ${column + 1}: ${cell.formula}`;
          const found = sheets[k]!.data[row]![column];
          if (cell.value === null) expect(found, place).toBeNull();
          // The savings of this fixture are written with four digits.
          else expect(Math.abs(Number(found) - cell.value), place).toBeLessThanOrEqual(2e-4 * Math.abs(cell.value) + 1e-9);
        }
    expect(formulas).toBeGreaterThan(60);
    for (const id of ['water', 'heat']) {
      const { data } = sheets.find(({ sheet }) => sheet.endsWith(` ${id}`))!;
      const sums = (label: string) => data.filter((row) => row[0] === label).map((row) => row[4]);
      const results = balances.balances.filter((balance) => balance.id === id);
      for (const [i, balance] of results.entries()) {
        expect(sums('输入合计')[i]).toBeCloseTo(balance.in, 9);
        expect(sums('输出合计')[i]).toBeCloseTo(balance.out, 9);
        expect(sums('差额')[i]).toEqual(balance.imbalance === null ? '不能确定' : expect.closeTo(balance.imbalance, 9));
      }
    }
    const { data: indicators } = sheets.find(({ sheet }) => sheet === '指标')!;
    const [saving] = savings.options[0]!.saves;
    const row = (said: string) => indicators.find(([first]) => String(first).includes(said))!;
    expect(row('实施前窗口')[2]).toBeCloseTo(saving!.before.specific!, 4);
    expect(row('实施后窗口')[2]).toBeCloseTo(saving!.after.specific!, 4);
    expect(row('实施前窗口')[4]).toBeGreaterThan(0);
    expect(row('下降（%）')[2]).toBeCloseTo(saving!.saved!.percent, 2);
    const claims = claimsOf(sheets.map(({ sheet, data }) => ({ name: sheet, rows: data })));
    expect(claims.length).toBeGreaterThan(10);
    expect(claims.filter(({ consistent }) => !consistent)).toEqual([]);
    const coverageRows = sheets[1]!.data;
    const cell = coverage.cells.find(({ kind, level }) => kind === 'water' && level === 2)!;
    expect(coverageRows.find((row) => row[1] === '2 次级用能单位')![4]).toBe(cell.ratio);
    expect(JSON.stringify(sheets.map(({ data }) => data))).toContain(JSON.stringify(HOSTILE).slice(1, -1));
  });

  it('opens the meter ledger and saves it, and what it saved changes not one character of the plant file', async () => {
    const text = await readFile(new URL('../../config/examples/yunnan-phosphate/plant.yaml', import.meta.url), 'utf8');
    const { file } = parsePlant(text, 'plant.yaml');
    await writeLedgerFile(join(dir, 'ledger.xlsx'), ledgerSheets(file));
    const read = await readLedgerFile(await converted(join(dir, 'ledger.xlsx'), 'xlsx', 'libreoffice-calc-nogui'));
    expect(read.rows).toHaveLength(file.meters.length + 1);
    expect(importLedger(text, file, read, 'ledger.xlsx')).toEqual({ text, matched: file.meters.length, added: [], notInLedger: [] });
  });
});
