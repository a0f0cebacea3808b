import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compiledRules, compileRules, rulesKey } from '../../../config/rules/cache.ts';
import { loadRules, RULES_FOLDER, readRules, shippedRules } from '../../../config/rules/load.ts';

it('gives the same rules kept as read', async () => {
  await shippedRules();
  expect(await shippedRules()).toEqual(await readRules(RULES_FOLDER));
});

it('looks again as soon as one byte of the rules changes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-rules-'));
  await cp(join(RULES_FOLDER, 'yunnan'), join(folder, 'yunnan'), { recursive: true });
  const before = await rulesKey(folder);
  expect(await rulesKey(folder)).toBe(before);
  await writeFile(join(folder, 'yunnan', '373-2003.yaml'), '\n', { flag: 'a' });
  expect(await rulesKey(folder)).not.toBe(before);
  await rm(folder, { recursive: true });
});

it('reads what the build checked, until a byte of a rule changes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'liangheng-compiled-'));
  await cp(join(RULES_FOLDER, 'yunnan'), join(folder, 'yunnan'), { recursive: true });
  expect(await compiledRules(folder, await rulesKey(folder))).toBeNull();
  const rules = (await loadRules()).slice(0, 20);
  await compileRules(folder, await rulesKey(folder), rules);
  expect(await compiledRules(folder, await rulesKey(folder))).toEqual(rules);
  await writeFile(join(folder, 'yunnan', '373-2003.yaml'), ' ', { flag: 'a' });
  expect(await compiledRules(folder, await rulesKey(folder))).toBeNull();
  await rm(folder, { recursive: true });
});
