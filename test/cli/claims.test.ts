import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import writeExcelFile from 'write-excel-file/node';
import { define } from '../../cli/claims.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-claims-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** What `claims` prints of a workbook with one table, and its exit status. */
async function claims(rows: readonly (readonly (string | number)[])[], ...args: readonly string[]) {
  const file = join(dir, 'published.xlsx');
  await writeExcelFile(rows.map((row) => row.map((value) => ({ value, type: typeof value === 'number' ? Number : String })))).toFile(file);
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const program = new Command().exitOverride();
  define(program);
  await program.parseAsync(['node', 'liangheng', 'claims', file, ...args]);
  return { printed, status: Number(process.exitCode ?? 0) };
}

/** @source jxknma.com/thread/20150602/761245.html (published cleaner-production audit report) */
const published = (difference: number, percent: number) => [
  ['项目', '数量 (kg)'],
  ['输入总量', 4746025],
  ['输出总量', 4646377],
  ['差额', difference],
  ['差额率 (%)', percent],
];

describe('claims FILE.xlsx', () => {
  it('says that a published report’s 0.91 % is 2.10 % by its own totals, and exits 1', async () => {
    const { printed, status } = await claims(published(43_088, 0.91));
    expect(status).toBe(1);
    expect(printed).toContain('99,648');
    expect(printed).toContain('2.0996');
    expect(printed).toContain('!B5');
    const told = JSON.parse((await claims(published(43_088, 0.91), '--json')).printed) as { wrong: number };
    expect(told.wrong).toBe(2);
  });

  it('exits 0 where the arithmetic holds', async () => {
    const { printed, status } = await claims(published(99_648, 2.1));
    expect(status).toBe(0);
    expect(printed).toContain(' 0 wrong');
  });

  it('refuses what is no workbook', async () => {
    const program = new Command().exitOverride();
    define(program);
    await expect(program.parseAsync(['node', 'liangheng', 'claims', join(dir, 'none.xlsx')])).rejects.toMatchObject({
      code: 'claims.file',
    });
  });
});
