import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Problem, Reconciliation } from '../../balance/network/problem.ts';
import { reconcile } from '../../balance/network/reconcile.ts';
import { called } from './called.ts';

const CASES = fileURLToPath(new URL('../cases/reconciliation/', import.meta.url));
const read = (file: string) => JSON.parse(readFileSync(join(CASES, file), 'utf8')) as Problem & { scenarios?: unknown };
const files = readdirSync(CASES).filter((file) => file.endsWith('.json'));
const inputs = files.filter((file) => {
  const { kind, scenarios } = read(file);
  return (kind === 'linear-network' || kind === 'equations') && scenarios === undefined;
});

test('most of the published cases are input of the command', () => {
  expect([files.length, inputs.length]).toEqual([22, 17]);
});

test.each(inputs)('reconcile %s --json prints what the tests of published answers look at', async (file) => {
  const { status, out } = await called('reconcile', join(CASES, file), '--json');
  const answer = JSON.parse(out) as Reconciliation;
  expect(answer).toEqual(JSON.parse(JSON.stringify(reconcile(read(file)))));
  expect(status).toBe(answer.global.passed === false ? 1 : 0);
});

test.each(files.filter((file) => !inputs.includes(file)))('reconcile %s is refused: it is tested through functions', async (file) => {
  expect(await called('reconcile', join(CASES, file), '--json')).toMatchObject({ status: 2, out: '' });
});
