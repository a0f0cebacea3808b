import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkPlant } from '../../../config/plant/check.ts';
import type { Fault } from '../../../config/words/fault.ts';

/**
 * Each folder of test/cases/plant-file is named after a mistake and holds the file and, by code and line:column, all that is reported
 * of it. `now` of every case is 1 March 2026.
 */
const CASES = new URL('../../cases/plant-file/', import.meta.url);
const NOW_MS = Date.parse('2026-03-01T00:00:00+08:00');

interface Expected {
  readonly faults: readonly { readonly code: string; readonly at: string }[];
  readonly warnings: readonly { readonly code: string; readonly at: string }[];
}

describe('plant files with a mistake', () => {
  for (const name of readdirSync(CASES)) {
    test(name, () => {
      const text = readFileSync(new URL(`${name}/plant.yaml`, CASES), 'utf8');
      const expected = JSON.parse(readFileSync(new URL(`${name}/expected.json`, CASES), 'utf8')) as Expected;
      const { faults, warnings, file } = checkPlant(text, 'plant.yaml', NOW_MS);
      expect(faults.map(placed)).toEqual(expected.faults);
      expect(warnings.map(placed)).toEqual(expected.warnings);
      if (faults.length === 0) expect(file).not.toBeNull();
      for (const { zh, en } of [...faults, ...warnings]) {
        expect(zh).toMatch(/\p{Script=Han}/u);
        expect(en.length).toBeGreaterThan(10);
      }
    });
  }
});

test('every code of the checks occurs in a case', () => {
  const codes = new Set(
    readdirSync(CASES).flatMap((name) => {
      const { faults, warnings } = JSON.parse(readFileSync(new URL(`${name}/expected.json`, CASES), 'utf8')) as Expected;
      return [...faults, ...warnings].map(({ code }) => code);
    }),
  );
  const inCode = readdirSync(new URL('../../../config/plant/checks/', import.meta.url)).flatMap((file) =>
    [...readFileSync(new URL(`../../../config/plant/checks/${file}`, import.meta.url), 'utf8').matchAll(/'([a-z]+\.[a-z-]+)'/g)].map(
      (match) => match[1]!,
    ),
  );
  expect([...new Set(inCode)].filter((code) => !codes.has(code))).toEqual([]);
});

function placed({ code, place }: Fault) {
  return { code, at: place.replace('plant.yaml:', '') };
}
