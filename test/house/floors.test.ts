import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

/** A small house with the given files, judged by the real rules. */
function judge(files: Readonly<Record<string, string>>): readonly Violation[] {
  const folder = mkdtempSync(join(tmpdir(), 'lh-floors-'));
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) copyFileSync(name, join(folder, name));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  for (const floor of ['config', 'collector', 'balance', 'dashboards', 'cli']) mkdirSync(join(folder, floor), { recursive: true });
  for (const [name, text] of Object.entries({ 'cli/main.ts': 'export {};\n', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const depcruise = join(folder, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [
    depcruise,
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    'config',
    'collector',
    'balance',
    'dashboards',
    'cli',
  ];
  const done = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  return (JSON.parse(done.stdout) as { summary: { violations: Violation[] } }).summary.violations;
}

const VALUE = 'export const one = 1;\n';
const uses = (path: string) => `import { one } from '${path}';\nexport const two = one + 1;\n`;
const READS_A_FILE = "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n";

/** Rule that must speak, the file that breaks it, and what it imports. */
const BROKEN = [
  ['config-imports-nothing-above', 'config/plant/a1.ts', 'collector/sample/one.ts'],
  ['collector-imports-nothing-above', 'collector/coverage/a2.ts', 'balance/window/one.ts'],
  ['balance-imports-nothing-above', 'balance/report/a3.ts', 'dashboards/server/one.ts'],
  ['sources-know-no-stores', 'collector/sources/modbus/a4.ts', 'collector/stores/duckdb/one.ts'],
  ['one-protocol-or-engine-does-not-know-another', 'collector/sources/modbus/a5.ts', 'collector/sources/mqtt/one.ts'],
  ['network-is-numbers-only', 'balance/network/a6.ts', 'config/plant/one.ts'],
  ['pages-talk-over-http', 'dashboards/web/a7.ts', 'dashboards/server/one.ts'],
  ['product-code-never-imports-tests', 'cli/a8.ts', 'test/one.ts'],
] as const;

describe('the floors', () => {
  let violations: readonly Violation[] = [];
  const up = (from: string) => '../'.repeat(from.split('/').length - 1);

  beforeAll(() => {
    const files: Record<string, string> = { 'balance/network/node.ts': READS_A_FILE, 'dashboards/web/node.ts': READS_A_FILE };
    for (const [, from, target] of BROKEN) Object.assign(files, { [from]: uses(up(from) + target), [target]: VALUE });
    violations = judge(files);
  });

  it.each(BROKEN)('%s', (rule, from) => {
    expect(violations.filter((violation) => violation.from === from).map((violation) => violation.rule.name)).toContain(rule);
  });

  it.each([
    ['balance/network/node.ts', 'network-imports-nothing-of-node'],
    ['dashboards/web/node.ts', 'pages-know-nothing-of-node'],
  ])('%s may not read files', (from, rule) => {
    expect(violations.filter((violation) => violation.from === from).map((violation) => violation.rule.name)).toContain(rule);
  });

  it('allow imports downwards', () => {
    expect(
      judge({
        'config/plant/a.ts': VALUE,
        'collector/sample/b.ts': uses('../../config/plant/a.ts'),
        'cli/c.ts': uses('../collector/sample/b.ts'),
      }),
    ).toEqual([]);
  });
});
