import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PlantDocument, readWhole } from '../../../config/plant/document.ts';
import { readInParts } from '../../../config/plant/document-parts.ts';

const ROOT = new URL('../../../', import.meta.url);
const textsIn = (folder: string): string[] =>
  readdirSync(new URL(folder, ROOT))
    .map((name) => new URL(`${folder}${name}/plant.yaml`, ROOT))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'));
const EXAMPLES = textsIn('config/examples/');
const CASES = textsIn('test/cases/plant-file/');

test('a plant file that is read in parts says the same, at the same places', () => {
  let divided = 0;
  for (const text of [...EXAMPLES, ...CASES]) {
    for (const chars of text.length > 50_000 ? [300] : [1, 300]) {
      const parts = readInParts(text, 'plant.yaml', chars);
      const { document: whole, faults } = readWhole(text, 'plant.yaml');
      if (parts === null) {
        expect(EXAMPLES).not.toContain(text);
        continue;
      }
      divided++;
      expect(faults).toEqual([]);
      expect(parts.value).toEqual(whole!.value);
      // Of the long examples one place in so many, which is enough of each section and part.
      const paths = pathsIn(whole!.value).filter((_, index) => index % Math.ceil(text.length / 2_000) === 0);
      const placesIn = (read: PlantDocument) =>
        paths.flatMap((path) => [`${path.join('/')} ${read.placeOf(path, 'key')} ${read.placeOf(path)} ${read.offsetOf(path)}`]);
      expect(placesIn(parts)).toEqual(placesIn(whole!));
    }
  }
  expect(divided).toBeGreaterThan(2 * CASES.length - 40);
});

test('where a text can be read in parts, it says the same as a whole', () => {
  const rest = [
    '- a: 2',
    '- b: 3',
    'a: 1',
    'b: |',
    '- b: [1,',
    '- 3]',
    '- "x',
    'y"',
    '- >-',
    '- &n {c: 1}',
    '- *n',
    '}',
    '{',
    '-',
    '# note',
  ];
  const inside = fc.tuple(fc.constantFrom(0, 2, 2, 2, 4, 4), fc.constantFrom(...rest)).map(([by, text]) => `${' '.repeat(by)}${text}`);
  const odd = fc.constantFrom(
    '',
    '---',
    '...',
    '%YAML 1.2',
    '\t- a',
    'a: &n 1',
    'b: *n',
    '- 1',
    'c: "x',
    'd: 1\r',
    '"q":',
    'x y: 1',
    '<<: 1',
  );
  const section = fc
    .tuple(fc.constantFrom('a:', 'b:', 'c: # note', 'd: &n'), fc.array(fc.oneof({ weight: 12, arbitrary: inside }, odd), { maxLength: 4 }))
    .map(([key, lines]) => [key, ...lines]);
  let inParts = 0;
  fc.assert(
    fc.property(fc.array(section, { maxLength: 4 }), (sections) => {
      const text = `${sections.flat().join('\n')}\n`;
      const parts = readInParts(text, 'plant.yaml', 1);
      if (parts === null) return;
      inParts++;
      const { document, faults } = readWhole(text, 'plant.yaml');
      expect(faults).toEqual([]);
      expect(parts.value).toEqual(document!.value);
    }),
    { numRuns: 3000 },
  );
  expect(inParts).toBeGreaterThan(100);
});

/** Every path into a value, and beside each one that leads nowhere. */
function pathsIn(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  const here = [[...path], [...path, 'absent'], [...path, 999]];
  if (Array.isArray(value)) return [...here, ...value.flatMap((item, index) => pathsIn(item, [...path, index]))];
  if (typeof value !== 'object' || value === null) return here;
  return [...here, ...Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...path, key]))];
}
