import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { editYaml } from '../../../config/plant/edit.ts';

const EXAMPLE = readFileSync(new URL('../../cases/plant-file/valid/plant.yaml', import.meta.url), 'utf8');
const COMMENTED = `# head: {stays}
list:   # of three
  - id: a   # note
    name: 表
    inner: { x: 1, date: 2026-01-01 }
  - {id: b, name: "q"}

  # before c
  - id: c
    nothing:
    empty: {}
`;

test.each([
  [['list', 0, 'name'], '新表', 'name: 表', 'name: 新表'],
  [['list', 0, 'inner', 'date'], '2026-02-02', 'date: 2026-01-01', 'date: 2026-02-02'],
  [['list', 0, 'inner', 'y'], '1e3', '{ x: 1', '{ y: "1e3", x: 1'],
  [['list', 1, 'serial'], '0012', '{id: b', '{serial: "0012", id: b'],
  [['list', 1, 'name'], 'a, b: {c}', '"q"', '"a, b: {c}"'],
  [['list', 2, 'nothing'], 5, 'nothing:', 'nothing: 5'],
  [['list', 2, 'empty', 'g', 'h'], true, 'empty: {}', 'empty: {g: { h: true }}'],
  [['list', 2, 'serial'], 'X', '- id: c', '- serial: X\n    id: c'],
] as const)('%j becomes %j and nothing else moves', (path, value, from, to) => {
  expect(editYaml(COMMENTED, [{ path, value }])).toBe(COMMENTED.replace(from, to));
});

test('any value at any place reads back as set, with everything else as it was', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', '#', 'yes', 'null', '~', '1', '0x1', ': ', '- a', 'a\nb', '*x', '&y', '"', "'", '[', '}', '2026-01-01'),
  );
  const value = fc.oneof(
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(text, { maxLength: 2 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), text, { maxKeys: 2 }),
  );
  for (const source of [EXAMPLE, COMMENTED]) {
    const before = parse(source) as unknown;
    const places = pathsOf(before)
      .flatMap((path) => [path, [...path.slice(0, -1), 'new-key']])
      .filter((path) => !Array.isArray(at(before, path.slice(0, -1))) || path.at(-1) !== 'new-key');
    fc.assert(
      fc.property(fc.constantFrom(...places), value, (path, now) => {
        const after = editYaml(source, [{ path, value: now }]);
        const expected = structuredClone(before);
        (at(expected, path.slice(0, -1)) as Record<string | number, unknown>)[path.at(-1)!] = now;
        expect(parse(after)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  }
});

test('several edits at once, into the same absent map too', () => {
  const after = editYaml(COMMENTED, [
    { path: ['list', 1, 'v', 'date'], value: '2026-01-01' },
    { path: ['list', 1, 'v', 'due'], value: '2027-01-01' },
    { path: ['list', 0, 'serial'], value: 'S' },
    { path: ['list', 0, 'model'], value: 'M' },
    { path: ['list', 2, 'empty', 'a'], value: 1 },
    { path: ['list', 2, 'empty', 'b'], value: 2 },
    { path: ['list', 0, 'inner', 'x'], value: 2 },
  ]);
  expect(after).toBe(
    COMMENTED.replace('{id: b', '{v: { date: 2026-01-01, due: 2027-01-01 }, id: b')
      .replace('- id: a', '- serial: S\n    model: M\n    id: a')
      .replace('empty: {}', 'empty: {a: 1, b: 2}')
      .replace('x: 1', 'x: 2'),
  );
  const nested = [
    { path: ['list', 0, 'inner'], value: 1 },
    { path: ['list', 0, 'inner', 'x'], value: 2 },
  ];
  expect(() => editYaml(COMMENTED, nested)).toThrow(RangeError);
  expect(() => editYaml(COMMENTED, nested.toReversed())).toThrow(RangeError);
});

test('what stands behind an alias is not changed in passing', () => {
  expect(() => editYaml('a: &x {b: 1}\nc: *x\n', [{ path: ['c', 'b'], value: 2 }])).toThrow(RangeError);
  expect(() => editYaml('a: &x 1\nc: *x\n', [{ path: ['c'], value: 2 }])).toThrow(RangeError);
  expect(() => editYaml('a: 1\n', [{ path: ['a', 'b'], value: 2 }])).toThrow(RangeError);
});

function pathsOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [[...path, key], ...pathsOf((value as Record<string | number, unknown>)[key], [...path, key])]);
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value);
}
