import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadRules, RULES_FOLDER } from '../../../config/rules/load.ts';

interface Passage {
  file: string;
  lines: [number, number][];
  concerns: string[];
}

const inventory = parse(readFileSync(new URL('../../cases/rules/inventory.yaml', import.meta.url), 'utf8')) as Passage[];
const text = readFileSync(join(RULES_FOLDER, 'NOT-ENCODED.md'), 'utf8');
const keyOf = ({ file, lines }: Pick<Passage, 'file' | 'lines'>) => `${file} ${lines.map(([a, b]) => `L${a}–${b}`).join(', ')}`;

it('encodes every marked passage or says why not, and counts both', async () => {
  const spans = (await loadRules()).flatMap((rule) => {
    const source = rule.document.source;
    const lines = [rule.lines, ...rule.quotes.map((quote) => quote.lines)].filter((each) => each !== null);
    return 'file' in source ? lines.map(([from, to]) => ({ file: source.file.slice(0, 3), from, to })) : [];
  });
  const encoded = inventory.filter(({ file, lines }) =>
    lines.some(([a, b]) => spans.some((span) => span.file === file && a <= span.to && b >= span.from)),
  );
  const listed = [...text.matchAll(/^- (\d{3} L.*?) \(.*\)$/gm)].map((match) => match[1]!);
  const missing = inventory.filter((passage) => !encoded.includes(passage)).map(keyOf);
  expect([...listed].sort()).toEqual([...missing].sort());
  expect(inventory.length).toBe(encoded.length + listed.length);
  expect(text).toContain(`${inventory.length} passages`);
  expect(text).toContain(`${encoded.length} of them`);
});
