import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import writeExcelFile from 'write-excel-file/node';
import { called } from './called.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-claims-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What `claims` prints of a workbook with one table, and its exit status. */
async function claims(rows: readonly (readonly (string | number)[])[], ...args: readonly string[]) {
  const file = join(dir, 'published.xlsx');
  await writeExcelFile(rows.map((row) => row.map((value) => ({ value, type: typeof value === 'number' ? Number : String })))).toFile(file);
  return called('claims', file, ...args);
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
    const { out, status } = await claims(published(43_088, 0.91));
    expect(status).toBe(1);
    expect(out).toContain('99,648');
    expect(out).toContain('2.0996');
    expect(out).toContain('!B5');
    const told = JSON.parse((await claims(published(43_088, 0.91), '--json')).out) as { wrong: number };
    expect(told.wrong).toBe(2);
  });

  it('exits 0 where the arithmetic holds', async () => {
    const { out, status } = await claims(published(99_648, 2.1));
    expect(status).toBe(0);
    expect(out).toContain(' 0 wrong');
  });

  it('refuses what is no workbook', async () => {
    expect(await called('claims', join(dir, 'none.xlsx'))).toMatchObject({ err: expect.stringContaining('[claims.file]') as string });
  });
});
