import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLE = join(ROOT, 'config/examples/yunnan-phosphate/plant.yaml');
let plant: string;

beforeEach(() => {
  plant = join(mkdtempSync(join(tmpdir(), 'check-')), 'plant.yaml');
  copyFileSync(EXAMPLE, plant);
});

function liangheng(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'cli/main.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, stdout, stderr, json: () => JSON.parse(stdout) as Record<string, unknown> };
}

test('the example plant is in order', () => {
  const done = liangheng('check', plant, '--json');
  expect(done.status).toBe(0);
  expect(done.json()).toMatchObject({ faults: [], summary: { balances: 4 } });
});

test('every fault at its place, in both languages, and status 2', () => {
  writeFileSync(plant, readFileSync(plant, 'utf8').replace('level: plant', 'levl: plant'));
  const done = liangheng('check', plant);
  expect(done.status).toBe(2);
  expect(done.stdout).toBe('');
  expect(done.stderr).toMatch(/plant\.yaml:\d+:\d+: 不认识的键“levl”，是否应为“level”？ \[shape\.unknown-key\]/);
  expect(done.stderr).toMatch(/plant\.yaml:\d+:\d+: unknown key "levl"; did you mean "level"\? \[shape\.unknown-key\]/);
  const json = liangheng('check', plant, '--json');
  expect(json.status).toBe(2);
  expect(json.json()).toMatchObject({ plant: null, summary: null });
});

test('a jurisdiction without rules is a fault', () => {
  writeFileSync(plant, readFileSync(plant, 'utf8').replace(/jurisdiction: [\w-]+/, 'jurisdiction: atlantis'));
  expect(liangheng('check', plant)).toMatchObject({ status: 2, stderr: expect.stringContaining('"atlantis"') as string });
});

test('a file that is not there', () => {
  expect(liangheng('check', join(plant, 'none'))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('[plant.not-found]') as string,
  });
});

test('what another plant file changes', () => {
  const other = plant.replace('plant.yaml', 'new.yaml');
  writeFileSync(other, readFileSync(plant, 'utf8').replace('model: ICS-ST', 'model: ICS-XX'));
  const done = liangheng('check', plant, '--diff', other, '--json');
  expect(done.status).toBe(0);
  expect(done.json().differences).toMatchObject([
    { section: 'meters', change: 'changed', effects: ['description'], fields: [{ path: 'model', before: 'ICS-ST', after: 'ICS-XX' }] },
  ]);
});

test('a ledger goes out and comes back without touching the plant file', () => {
  const ledger = plant.replace('plant.yaml', 'ledger.xlsx');
  const out = liangheng('check', plant, '--ledger', ledger, '--json');
  expect(out.status).toBe(0);
  const { meters } = out.json().summary as { meters: number };
  expect(meters).toBeGreaterThanOrEqual(60);
  const done = liangheng('import', plant, ledger, '--ledger', '--json');
  expect(done.status).toBe(0);
  expect(done.json()).toMatchObject({ matched: meters, notInLedger: [], differences: [], written: false });
  expect(readFileSync(plant, 'utf8')).toBe(readFileSync(EXAMPLE, 'utf8'));
});
