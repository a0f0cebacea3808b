import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { called as liangheng } from '../../cli/called.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liangheng-coverage-'));
  vi.stubEnv('LIANGHENG_DATA', join(folder, 'data'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function plantFile(name: string, jurisdiction: string, points: unknown[]): Promise<string> {
  const path = join(folder, name);
  const meters = [{ id: 'M', name: 'M', kind: 'counter', unit: 't' }];
  const units = [{ id: 'P', name: 'P', level: 'plant' }];
  await writeFile(path, JSON.stringify({ liangheng: 1, plant: { id: 'case', name: 'case', jurisdiction }, units, meters, points }));
  return path;
}
const point = { id: 'PT', name: 'PT', kind: 'coal', level: 1, unit: 'P' };

it('exits 0, 1 and 2, and prints one JSON document', async () => {
  const met = await liangheng(
    'coverage',
    await plantFile('met.yaml', 'yunnan', [{ ...point, meters: [{ meter: 'M' }] }]),
    '--json',
    '--at',
    '2026-06-15',
  );
  expect(met.status).toBe(0);
  const report = JSON.parse(met.out) as {
    jurisdiction: string;
    rule: { id: string };
    cells: { kind: string; level: number; verdict: string }[];
  };
  expect(report.rule.id).toBe('yunnan/518-2007/coverage-energy');
  expect(report.cells.find(({ kind, level }) => kind === 'coal' && level === 1)).toMatchObject({
    required: 1,
    fitted: 1,
    ratio: 100,
    verdict: 'pass',
    delivering: null,
  });

  const short = await liangheng('coverage', await plantFile('short.yaml', 'yunnan', [point]), '--at', '2026-06-15');
  expect(short.status).toBe(1);
  expect(short.out).toContain('PT');

  const unknown = await liangheng('coverage', await plantFile('unknown.yaml', 'atlantis', [point]), '--json');
  expect(unknown.status).toBe(2);
  expect(unknown.out).toBe('');
  expect(unknown.err).toContain('coverage.jurisdiction');
});

it('lists every rule in the form that others rely on', async () => {
  const { status, out } = await liangheng('rules', 'list', '--json');
  expect(status).toBe(0);
  const list = JSON.parse(out) as Record<string, unknown>[];
  expect(list.length).toBeGreaterThan(700);
  for (const each of list) {
    expect(Object.keys(each)).toEqual(['id', 'jurisdiction', 'family', 'document', 'article', 'from', 'to', 'status']);
    expect(['in-force', 'superseded', 'to-confirm']).toContain(each.status);
  }
});

it('says beside every verdict that the document it rests on is superseded, and never a bare pass', async () => {
  const path = await plantFile('superseded.yaml', 'yunnan', [{ ...point, meters: [{ meter: 'M' }] }]);
  const { out } = await liangheng('coverage', path, '--json', '--at', '2026-06-15');
  const { cells, beside } = JSON.parse(out) as {
    cells: { table: string; verdict: string; caution: { code: string; en: string } | null }[];
    beside: { rule: { document: string }; caution: { code: string; en: string } | null }[];
  };
  for (const { table, caution } of cells.filter((cell) => cell.table === 'coverage-energy'))
    expect([table, caution?.code, caution?.en.includes('2026-02-01')]).toEqual(['coverage-energy', 'extract-superseded', true]);
  expect(beside.map(({ rule, caution }) => [rule.document, caution?.code, /20\d\d-\d\d-\d\d/.exec(caution?.en ?? '')?.[0]])).toEqual([
    ['GB 17167-2006', 'superseded', '2026-02-01'],
    ['GB 24789-2009', 'superseded', '2022-11-01'],
  ]);
  const text = (await liangheng('coverage', path, '--at', '2026-06-15')).out;
  expect(text.split('\n').filter((line) => line.includes('达到 pass') && !line.includes('‡'))).toEqual([]);
  const history = await liangheng('coverage', path, '--at', '2026-02-02', '--history', '3d', '--json');
  expect((JSON.parse(history.out) as { days: { day: string }[] }).days.map(({ day }) => day)).toEqual([
    '2026-01-31',
    '2026-02-01',
    '2026-02-02',
  ]);
});
