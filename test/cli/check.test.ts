import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test, vi } from 'vitest';
import { called } from './called.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLE = join(ROOT, 'config/examples/yunnan-phosphate/plant.yaml');
let plant: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  plant = join(folder, 'plant.yaml');
  // Not what a run on this machine left: nothing was ever read here.
  vi.stubEnv('LIANGHENG_DATA', join(folder, 'data'));
  copyFileSync(EXAMPLE, plant);
});

async function liangheng(...words: readonly string[]) {
  const done = await called(...words);
  return { ...done, json: () => JSON.parse(done.out) as Record<string, unknown> };
}

test('the example plant is in order', async () => {
  const done = await liangheng('check', plant, '--json');
  expect(done.status).toBe(0);
  expect(done.json()).toMatchObject({ faults: [], summary: { balances: 4 } });
});

test('every fault at its place, in both languages, and status 2', async () => {
  writeFileSync(plant, readFileSync(plant, 'utf8').replace('level: plant', 'levl: plant'));
  const done = await liangheng('check', plant);
  expect(done.status).toBe(2);
  expect(done.out).toBe('');
  expect(done.err).toMatch(/plant\.yaml:\d+:\d+: 不认识的键“levl”，是否应为“level”？ \[shape\.unknown-key\]/);
  expect(done.err).toMatch(/plant\.yaml:\d+:\d+: unknown key "levl"; did you mean "level"\? \[shape\.unknown-key\]/);
  const json = await liangheng('check', plant, '--json');
  expect(json.status).toBe(2);
  expect(json.json()).toMatchObject({ plant: null, summary: null });
});

test('a jurisdiction without rules is a fault', async () => {
  writeFileSync(plant, readFileSync(plant, 'utf8').replace(/jurisdiction: [\w-]+/, 'jurisdiction: atlantis'));
  expect(await liangheng('check', plant)).toMatchObject({ status: 2, err: expect.stringContaining('"atlantis"') as string });
});

test('a file that is not there', async () => {
  expect(await liangheng('check', join(plant, 'none'))).toMatchObject({
    status: 2,
    err: expect.stringContaining('[plant.not-found]') as string,
  });
});

test('what another plant file changes', async () => {
  const other = plant.replace('plant.yaml', 'new.yaml');
  writeFileSync(other, readFileSync(plant, 'utf8').replace('model: ICS-ST', 'model: ICS-XX'));
  const done = await liangheng('check', plant, '--diff', other, '--json');
  expect(done.status).toBe(0);
  expect(done.json().differences).toMatchObject([
    { section: 'meters', change: 'changed', effects: ['description'], fields: [{ path: 'model', before: 'ICS-ST', after: 'ICS-XX' }] },
  ]);
});

test('a ledger goes out and comes back without touching the plant file', async () => {
  const ledger = plant.replace('plant.yaml', 'ledger.xlsx');
  const out = await liangheng('check', plant, '--ledger', ledger, '--json');
  expect(out.status).toBe(0);
  const { meters } = out.json().summary as { meters: number };
  expect(meters).toBeGreaterThanOrEqual(60);
  const done = await liangheng('import', plant, ledger, '--ledger', '--json');
  expect(done.status).toBe(0);
  expect(done.json()).toMatchObject({ matched: meters, notInLedger: [], differences: [], written: false });
  expect(readFileSync(plant, 'utf8')).toBe(readFileSync(EXAMPLE, 'utf8'));
});
