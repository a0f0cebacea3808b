import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sayHowFar } from '../../cli/how-far.ts';
import { openJournal } from '../../collector/journal/journal.ts';
import { listSegments } from '../../collector/journal/segment.ts';
import { verifyJournal } from '../../collector/journal/verify.ts';
import { sample } from '../collector/stores/contract.ts';
import { called } from './called.ts';
import { lossyReadings, T0 } from './lossy-readings.ts';
import { twoMeters } from './two-meters.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-export-'));
  await writeFile(join(dir, 'plant.yaml'), twoMeters());
  vi.stubEnv('LIANGHENG_DATA', join(dir, 'data'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true, force: true });
});

it('export writes every reading where no span is given, says each file as it is written, and lists them', async () => {
  const journal = await openJournal(join(dir, 'data', 'two-meters', 'journal'), { plant: 'two-meters' });
  const readings = lossyReadings(T0 - 86_400_000 * 2);
  await journal.append(readings);
  const { sha256, seq } = journal.head();
  await journal.close();
  const { status, out, err } = await called('export', join(dir, 'plant.yaml'), '--out', join(dir, 'out'), '--format', 'csv', '--json');
  const manifest = JSON.parse(out) as { rows: number; from: string; to: string; files: { path: string; rows: number }[] };
  expect(status).toBe(0);
  expect(manifest).toMatchObject({ rows: readings.length, from: '2026-02-27T00:00:00+08:00', journal: { seq, sha256 } });
  expect(Date.parse(manifest.to)).toBeGreaterThan(T0 + 86_400_000 * 2);
  expect(manifest.files.map(({ path }) => path)).toEqual(['month=2026-02/part-000.csv', 'month=2026-03/part-000.csv']);
  for (const { path, rows } of manifest.files) {
    expect(err).toContain(`${path} written: ${rows} readings`);
    expect((await readFile(join(dir, 'out', path), 'utf8')).trim().split('\n')).toHaveLength(rows + 1);
  }
  expect(JSON.parse(await readFile(join(dir, 'out', 'export.json'), 'utf8'))).toEqual(manifest);
});

it('export of a plant without a reading is empty', async () => {
  const { status, out } = await called('export', join(dir, 'plant.yaml'), '--out', join(dir, 'out'), '--json');
  expect([status, (JSON.parse(out) as { rows: number }).rows]).toEqual([0, 0]);
});

it.each([
  ['a long journal', 30, ['10 %', '20 %', '30 %', '40 %', '50 %', '60 %', '70 %', '80 %', '90 %']],
  ['a short one', 5, []],
])('verify of %s says how far it is', async (_, files, said) => {
  const journal = await openJournal(join(dir, 'journal'), { plant: 'p1', segmentBytes: 1 });
  for (let i = 0; i < files; i += 1) await journal.append([{ kind: 'sample', sample: sample('F1', i, i) }]);
  await journal.close();
  expect((await listSegments(join(dir, 'journal'))).length).toBeGreaterThanOrEqual(files);
  const out: string[] = [];
  const saying = vi.spyOn(process.stderr, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  const { finding, groups } = await verifyJournal(join(dir, 'journal'), null, sayHowFar());
  saying.mockRestore();
  expect([finding, groups]).toEqual([null, files]);
  expect(
    out
      .join('')
      .split('\n')
      .flatMap((line) => /^(\d+ %) checked: \d+ of \d+ files$/.exec(line)?.[1] ?? []),
  ).toEqual(said);
});
