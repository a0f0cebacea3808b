import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BalanceReport } from '../../../balance/media/result.ts';
import { keepRevision, revisionsOf } from '../../../balance/media/revisions.ts';

const report: BalanceReport = {
  plant: 'test',
  window: { from: '2026-03-01T08:00:00+08:00', to: '2026-03-04T08:00:00+08:00', hours: 72 },
  revision: 0,
  balances: [],
  depth: { auditBalance: true, type: null, reasons: [] },
  completeness: { channels: 1, good: 4320, suspect: 0, missing: {}, gaps: [] },
  journal: { from: 1, to: 10, sha256: 'aa' },
  simulated: false,
};
const late = { ...report, completeness: { ...report.completeness, good: 4321 } };

it('numbers what changed, keeps what did not, and never rewrites', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-revisions-'));
  expect((await keepRevision(dir, report)).revision).toBe(1);
  expect((await keepRevision(dir, { ...report, journal: { from: 1, to: 99, sha256: 'bb' } })).revision).toBe(1);
  const [folder] = await readdir(join(dir, 'balances'));
  expect(folder).toBe('20260301T080000+0800_20260304T080000+0800');
  const first = await readFile(join(dir, 'balances', folder!, 'revision-1.json'), 'utf8');
  expect((await keepRevision(dir, late)).revision).toBe(2);
  expect((await keepRevision(dir, report)).revision).toBe(3);
  expect(await readFile(join(dir, 'balances', folder!, 'revision-1.json'), 'utf8')).toBe(first);
  expect((await revisionsOf(dir, report.window.from, report.window.to)).map(({ revision }) => revision)).toEqual([1, 2, 3]);
  expect(await readdir(join(dir, 'balances', folder!))).toHaveLength(3);
});

it('another order of summation is no new figure', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-revisions-'));
  const at = (hours: number) => ({ ...report, window: { ...report.window, hours } });
  await keepRevision(dir, at(0.1 + 0.2));
  expect((await keepRevision(dir, at(0.3))).revision).toBe(1);
  expect((await keepRevision(dir, at(0.3001))).revision).toBe(2);
});

it('a window that was never computed has none, and a folder beside it does not disturb', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'liangheng-revisions-'));
  expect(await revisionsOf(dir, report.window.from, report.window.to)).toEqual([]);
  await keepRevision(dir, report);
  await writeFile(join(dir, 'balances', 'notes.txt'), 'x');
  expect((await keepRevision(dir, report)).revision).toBe(1);
});
