import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem, Reconciliation } from '../../balance/network/problem.ts';
import { reconcile } from '../../balance/network/reconcile.ts';
import { type Called, called } from './called.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CASES = join(ROOT, 'test/cases/reconciliation');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liangheng-reconcile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** In a process of its own, for its standard input. */
function piped(input: string, ...args: readonly string[]): Called {
  const options = { cwd: ROOT, encoding: 'utf8', input } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'cli/main.ts', 'reconcile', ...args], options);
  return { status: status ?? Number.NaN, out: stdout, err: stderr };
}

const run = (...args: readonly string[]) => called('reconcile', ...args);

describe('reconcile FILE', () => {
  test.each([
    ['vdi2048_example', 0],
    ['edson_P10_martins_2010_water_13stream', 1],
    ['pai_fisher_1988', 0],
  ])('--json of %s prints what the function answers and exits %d', async (name, status) => {
    const file = join(CASES, `${name}.json`);
    const done = await run(file, '--json');
    expect(done.status).toBe(status);
    const answer = JSON.parse(done.out) as Reconciliation;
    expect(answer).toEqual(JSON.parse(JSON.stringify(reconcile(JSON.parse(readFileSync(file, 'utf8')) as Problem))));
    expect(answer.global.statistic).toBeGreaterThan(0.1);
  });

  test('a table for people, in Chinese and English', async () => {
    const { status, out } = await run(join(CASES, 'namp_cooling_water_unobservable_2345.json'));
    expect(status).toBe(1);
    expect(out).toMatch(/F2 .*无法确定 n\/d/);
    expect(out).toMatch(/总体检验 global test: J = 39\.2019, ν = 1/);
    expect(out).toMatch(/cannot be told apart: F1, F6/);
  });

  test('standard input, and the place of what is missing', async () => {
    const text =
      '{\n  "kind": "linear-network",\n  "streams": [\n    { "id": "a", "from": "ENV", "to": "N", "measured": 1 },\n    { "id": "b", "from": "N", "to": "ENV", "measured": 1, "sigma": -2 }\n  ]\n}\n';
    const { status, out, err } = piped(text, '-', '--json');
    expect(status).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/stdin:4:5 streams\[0\]\.sigma: .*has no sigma \[reconcile\.sigma-missing\]/);
    expect(err).toMatch(/stdin:5:68 streams\[1\]\.sigma: .*标准差/);
  });

  test('a file that is no JSON, and one that is not there', async () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{ "kind": \n  "equations", ]');
    const { status, err } = await run(broken);
    expect(status).toBe(2);
    expect(err).toMatch(/broken\.json:2:\d+: .*\[reconcile\.syntax\]/);
    expect((await run(join(folder, 'absent.json'))).status).toBe(2);
  });

  test('a kind that is tested through functions only', async () => {
    const { status, err } = await run(join(CASES, 'bayesmassbal_twonode.json'));
    expect(status).toBe(2);
    expect(err).toMatch(/unknown-kind/);
  });
});
