import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PURE } from '../pure.ts';

const TESTS = fileURLToPath(new URL('..', import.meta.url));

/** What one file could leave to the next in its process. */
const LEFT_BEHIND = /\bvi\.|\bprocess\.(env\.\w+\s*=[^=]|exitCode|chdir|on\()|\bglobalThis\.\w+\s*=[^=]|\bfc\.configureGlobal/;

test.each(PURE)('files of %s, which share a process, change nothing that is shared', (folder) => {
  const files = readdirSync(join(TESTS, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(0);
  const changing = files.filter((name) => LEFT_BEHIND.test(readFileSync(join(TESTS, folder, name), 'utf8')));
  expect(changing).toEqual([]);
});
