import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Problem, Reconciliation } from '../../balance/network/problem.ts';
import { reconcile } from '../../balance/network/reconcile.ts';
import { define } from '../../cli/reconcile.ts';

const CASES = fileURLToPath(new URL('../cases/reconciliation/', import.meta.url));
const read = (file: string) => JSON.parse(readFileSync(join(CASES, file), 'utf8')) as Problem & { scenarios?: unknown };
const files = readdirSync(CASES).filter((file) => file.endsWith('.json'));
const inputs = files.filter((file) => {
  const { kind, scenarios } = read(file);
  return (kind === 'linear-network' || kind === 'equations') && scenarios === undefined;
});

let printed = '';
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function run(...args: readonly string[]): Promise<void> {
  const program = new Command().exitOverride();
  define(program);
  await program.parseAsync(['node', 'liangheng', 'reconcile', ...args]);
}

test('most of the published cases are input of the command', () => {
  expect([files.length, inputs.length]).toEqual([22, 17]);
});

test.each(inputs)('reconcile %s --json prints what the tests of published answers look at', async (file) => {
  await run(join(CASES, file), '--json');
  const answer = JSON.parse(printed) as Reconciliation;
  expect(answer).toEqual(JSON.parse(JSON.stringify(reconcile(read(file)))));
  expect(process.exitCode ?? 0).toBe(answer.global.passed === false ? 1 : 0);
});

test.each(files.filter((file) => !inputs.includes(file)))('reconcile %s is refused: it is tested through functions', async (file) => {
  await expect(run(join(CASES, file), '--json')).rejects.toThrow();
});
